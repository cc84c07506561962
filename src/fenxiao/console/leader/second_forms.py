"""Forms of cooperation between leaders: handing goods on, the fee that is ceded, and which to show."""

from contextlib import AbstractContextManager
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fenxiao.console import cooperation_forms
from fenxiao.console.cooperation_forms import LONGEST_REASON, moment_input
from fenxiao.console.forms import EVERY, FilterForm, RateField
from fenxiao.console.leader.application_forms import OwnActivityFilter
from fenxiao.deals.models import Application, ApplicationState
from fenxiao.parties.models import Organisation

# By which field a refusal is shown; the rest concern the whole form.
FIELD_OF = {
    "nothing_handed_on": "applications",
    "product_not_offered": "applications",
    "first_not_standing": "applications",
    "chain_of_three": "applications",
    "second_stands_already": "applications",
    "second_floor_not_met": "applications",
    "ceded_fee_below_floor": "fee",
    "ceded_fee_above_first": "fee",
    "second_fee_stands": "fee",
    "second_window_too_long": "until_at",
    "rejection_needs_reason": "reason",
    "cancellation_asked": "reason",
    "second_not_passed": "reason",
}


class SecondActivityFilter(FilterForm):
    """Which of other leaders' activities to show."""

    q = forms.CharField(label=_("Title of the activity"), required=False, max_length=60)
    leader = forms.CharField(label=_("Leader"), required=False, max_length=100)


class GoodsFilter(FilterForm):
    """Which goods to show."""

    q = forms.CharField(label=_("Product title"), required=False, max_length=100)


class HandedOnFilter(FilterForm):
    """Which of what was handed on to show."""

    q = forms.CharField(label=_("Product title"), required=False, max_length=100)
    leader = forms.CharField(label=_("Second leader"), required=False, max_length=100)
    state = forms.TypedChoiceField(
        label=_("State"), required=False, choices=[EVERY, *ApplicationState.choices], coerce=int
    )


class SecondsFilter(OwnActivityFilter):
    """Which of first leaders' applications to show."""

    q = forms.CharField(label=_("Product title"), required=False, max_length=100)
    leader = forms.CharField(label=_("First leader"), required=False, max_length=100)
    state = forms.TypedChoiceField(
        label=_("State"), required=False, choices=[EVERY, *ApplicationState.choices], coerce=int
    )
    field_order = ("q", "leader", "activity", "state")


class HandOnForm(forms.Form):
    """Goods handed on on one ceded fee."""

    applications = forms.ModelMultipleChoiceField(
        Application.objects.none(), label=_("Goods"), error_messages={"required": _("Tick one product at least.")}
    )
    fee = RateField(label=_("Fee you cede"), help_text=_("Of the price; it comes out of your service fee."))
    from_at = forms.DateTimeField(
        label=_("Cooperation begins"), required=False, widget=moment_input(), help_text=_("Empty: at once.")
    )
    until_at = forms.DateTimeField(
        label=_("Cooperation ends"), required=False, widget=moment_input(), help_text=_("Empty: as late as may be.")
    )

    def __init__(self, *given: Any, leader: Organisation, **options: Any) -> None:
        super().__init__(*given, **options)
        own = Application.objects.filter(activity__leader=leader, depth=1)
        self.fields["applications"].queryset = own  # type: ignore[attr-defined]  # a field of choices

    def firsts(self) -> list[int]:
        """What was ticked."""
        return [each.pk for each in self.cleaned_data["applications"]]

    def terms(self) -> dict[str, Any]:
        """What was entered, as the service takes it."""
        entered = self.cleaned_data
        return {"fee_bp": entered["fee"], "from_at": entered["from_at"], "until_at": entered["until_at"]}


class CededFeeForm(forms.Form):
    """Another ceded fee."""

    fee = RateField(label=_("Fee you cede"))


class CancellationForm(forms.Form):
    """Why a cooperation should end."""

    reason = forms.CharField(label=_("Reason, for the second leader"), required=False, max_length=LONGEST_REASON)


def refusals_at(form: forms.Form) -> AbstractContextManager[None]:
    """Run an act; a refusal that can be mended here is shown at its field. Look at `form.errors` after."""
    return cooperation_forms.refusals_at(form, FIELD_OF)

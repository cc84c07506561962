"""Forms of leaders' activities as merchants meet them: which to show, applying, and what is asked of a leader."""

from contextlib import AbstractContextManager
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Product
from fenxiao.console import cooperation_forms
from fenxiao.console.cooperation_forms import moment_input
from fenxiao.console.forms import EVERY, FilterForm, RateField
from fenxiao.deals.models import ActivityType, ApplicationState
from fenxiao.parties.models import Kind, Organisation

OPEN_TYPES = [(kind.value, kind.label) for kind in ActivityType if kind != ActivityType.COOPERATIVE]
# By which field a refusal is shown; the rest concern the whole form.
FIELD_OF = {
    "no_goods_named": "products",
    "too_many_goods": "products",
    "goods_refused": "products",
    "rate_out_of_bounds": "rate",
    "fee_out_of_bounds": "service_fee",
    "fee_below_floor": "service_fee",
    "terms_exceed_price": "service_fee",
    "window_outside_activity": "until_at",
    "guarantee_out_of_bounds": "guaranteed_orders",
    "extension_out_of_bounds": "wanted_until",
    "fee_cut_no_cut": "wanted_fee",
    "second_holds_higher_fee": "wanted_fee",
    "trusteeship_stands": "leader",
    "trusteeship_bad": "highest_rate",
}


class ActivityFilter(FilterForm):
    """Which activities to show."""

    q = forms.CharField(label=_("Title of the activity"), required=False, max_length=60)
    type = forms.TypedChoiceField(label=_("Type"), required=False, choices=[EVERY, *OPEN_TYPES], coerce=int)


class ApplicationFilter(FilterForm):
    """Which of one's applications to show."""

    q = forms.CharField(label=_("Product title"), required=False, max_length=100)
    state = forms.TypedChoiceField(
        label=_("State"), required=False, choices=[EVERY, *ApplicationState.choices], coerce=int
    )


class GoodsFilter(FilterForm):
    """Which of one's goods to show before an activity."""

    q = forms.CharField(label=_("Product title"), required=False, max_length=100)


class ApplyForm(forms.Form):
    """An application with goods on one set of terms."""

    products = forms.ModelMultipleChoiceField(
        Product.objects.none(), label=_("Goods"), error_messages={"required": _("Tick one product at least.")}
    )
    rate = RateField(label=_("Commission rate"))
    service_fee = RateField(label=_("Service fee rate"))
    from_at = forms.DateTimeField(
        label=_("Cooperation begins"), required=False, widget=moment_input(), help_text=_("Empty: at once.")
    )
    until_at = forms.DateTimeField(label=_("Cooperation ends"), widget=moment_input())
    guaranteed_orders = forms.IntegerField(
        label=_("Orders the leader guarantees"),
        required=False,
        min_value=0,
        initial=0,
        help_text=_("Of an unmet guarantee the service fee comes back in proportion. 0: none."),
    )
    shows_contact_to_creators = forms.BooleanField(label=_("Creators may see my contact"), required=False)

    def __init__(self, *given: Any, merchant: Organisation, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["products"].queryset = Product.objects.owned_by(merchant)  # type: ignore[attr-defined]  # a field of choices

    def terms(self) -> dict[str, Any]:
        """What was entered, as the service takes it."""
        entered = self.cleaned_data
        return {
            "rate_bp": entered["rate"],
            "service_fee_bp": entered["service_fee"],
            "from_at": entered["from_at"],
            "until_at": entered["until_at"],
            "guaranteed_orders": entered["guaranteed_orders"] or 0,
            "shows_contact_to_creators": entered["shows_contact_to_creators"],
        }


class FeeCutForm(forms.Form):
    """A lower service fee."""

    wanted_fee = RateField(label=_("Service fee rate you ask for"))


class TrusteeshipForm(forms.Form):
    """A leader, within which bounds, from when to when."""

    leader = forms.CharField(label=_("Leader's name or id"), max_length=100)
    lowest_rate = RateField(label=_("Lowest rate the leader may enter"))
    highest_rate = RateField(label=_("Highest rate the leader may enter"))
    from_at = forms.DateTimeField(
        label=_("Begins"), required=False, widget=moment_input(), help_text=_("Empty: at once.")
    )
    until_at = forms.DateTimeField(label=_("Ends"), widget=moment_input())

    def clean_leader(self) -> Organisation:
        """The leader named. Refuses what names none, or several."""
        named = self.cleaned_data["leader"].strip()
        leaders = Organisation.objects.filter(kind=Kind.LEADER, is_active=True)
        is_id = named.isascii() and named.isdecimal() and len(named) < 19  # within a bigint
        found = list(leaders.filter(pk=int(named)) if is_id else leaders.filter(name=named)[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("There is no one leader of this name or id."))
        return found[0]


def refusals_at(form: forms.Form) -> AbstractContextManager[None]:
    """Run an act; a refusal that can be mended here is shown at its field. Look at `form.errors` after."""
    return cooperation_forms.refusals_at(form, FIELD_OF)

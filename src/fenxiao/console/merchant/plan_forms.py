"""Forms of commission plans, and refusals shown at the field they are about."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Product
from fenxiao.console import cooperation_forms
from fenxiao.console.forms import EVERY, FilterForm, RateField, ScoreField
from fenxiao.console.merchant.named import NamedField
from fenxiao.deals.models import Entry, PlanType
from fenxiao.deals.rules import Ladder
from fenxiao.parties.models import Organisation, Tier

OWN_TYPES = [(kind.value, kind.label) for kind in PlanType if kind < PlanType.ACTIVITY_NORMAL]
MOST_RUNGS = 10
RUNGS_SHOWN = 4
# By which field a refusal is shown; the rest concern the whole form.
FIELD_OF = {
    "product_not_own": "product",
    "product_not_offered": "product",
    "plan_already_open": "product",
    "creators_unfit": "creators",
    "creators_named_twice": "creators",
    "creators_in_plan_already": "creators",
    "nobody_named": "creators",
    "too_many_named": "creators",
    "rate_out_of_bounds": "creators",
    "entry_needs_rate": "offered_rate",
    "step_window_bad": "until_at",
    "step_windows_overlap": "from_at",
}


class PlanFilter(FilterForm):
    """Which of one's plans to show."""

    q = forms.CharField(label=_("Product title or id"), required=False, max_length=100)
    type = forms.TypedChoiceField(label=_("Type"), required=False, choices=[EVERY, *OWN_TYPES], coerce=int)
    creator = forms.CharField(label=_("Creator id"), required=False, max_length=19)


class CreatorsForm(forms.Form):
    """Creators to name, each with a rate."""

    creators = NamedField(label=_("Creators and rates"))


class EntryForm(forms.Form):
    """How creators whom a targeted plan does not name come in."""

    entry = forms.ChoiceField(label=_("Others may come in"), choices=Entry.choices, initial=Entry.INVITED)
    offered_rate = RateField(
        label=_("Rate for those who come in"), required=False, help_text=_("Needed unless it is by invitation only.")
    )
    floor_tier = forms.ChoiceField(
        label=_("From which tier on"), required=False, choices=[("", _("Any tier")), *Tier.choices]
    )
    floor_score = ScoreField(label=_("From which creator score on"), required=False)

    def terms(self) -> dict[str, Any]:
        """What was entered, as the services take it."""
        entered = self.cleaned_data
        return {
            "entry": entered["entry"],
            "offered_rate_bp": entered["offered_rate"],
            "floor_tier": entered["floor_tier"],
            "floor_score_centi": entered["floor_score"],
        }


class NewPlanForm(EntryForm):
    """A plan for named creators: on one product, on the shop, or exclusive."""

    product = forms.ModelChoiceField(Product.objects.none(), label=_("Product"), empty_label=_("Choose a product"))
    creators = NamedField(label=_("Creators and rates"), required=False)
    field_order = ("product", "creators", "entry", "offered_rate", "floor_tier", "floor_score")

    def __init__(self, *given: Any, merchant: Organisation, kind: PlanType, **options: Any) -> None:
        super().__init__(*given, **options)
        offered = Product.objects.owned_by(merchant).offered().order_by("title", "pk")
        self.fields["product"].queryset = offered  # type: ignore[attr-defined]  # a choice of rows, declared above
        if kind == PlanType.SHOP_TARGETED:
            del self.fields["product"]
        if kind == PlanType.EXCLUSIVE:
            for name in EntryForm.base_fields:
                del self.fields[name]


class DifferentialForm(forms.Form):
    """What a tier gets on top."""

    tier = forms.ChoiceField(label=_("Tier"), choices=Tier.choices)
    extra = RateField(label=_("On top of the rate"))


class LadderForm(forms.Form):
    """A step window: from when to when, and a ladder of orders and extras."""

    MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    from_at = forms.DateTimeField(label=_("Begins"), required=False, widget=MOMENT, help_text=_("Empty: at once."))
    until_at = forms.DateTimeField(label=_("Ends"), widget=MOMENT)

    def __init__(self, *given: Any, ladder: Ladder = (), **options: Any) -> None:
        super().__init__(*given, **options)
        for number in range(1, MOST_RUNGS + 1):
            orders, extra = ladder[number - 1] if number <= len(ladder) else (None, None)
            self.fields[f"orders_{number}"] = forms.IntegerField(
                label=_("After orders"), required=False, min_value=1, initial=orders
            )
            typed = None if extra is None else f"{extra / 100:g}"
            self.fields[f"extra_{number}"] = RateField(label=_("Extra"), required=False, initial=typed)
        self.shown = min(MOST_RUNGS, max(RUNGS_SHOWN, len(ladder) + 2))

    def rungs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The pairs of fields to show."""
        return [(self[f"orders_{number}"], self[f"extra_{number}"]) for number in range(1, self.shown + 1)]

    def clean(self) -> dict[str, Any]:
        """Refuses half a rung."""
        entered = super().clean() or {}
        for number in range(1, MOST_RUNGS + 1):
            orders, extra = entered.get(f"orders_{number}"), entered.get(f"extra_{number}")
            if (orders is None) != (extra is None) and not self.errors.get(f"extra_{number}"):
                self.add_error(f"extra_{number}", _("A step has both: how many orders, and how much on top."))
        return entered

    def ladder(self) -> Ladder:
        """The rungs entered, in their order."""
        entered = self.cleaned_data
        pairs = [(entered[f"orders_{number}"], entered[f"extra_{number}"]) for number in range(1, MOST_RUNGS + 1)]
        return tuple((orders, extra) for orders, extra in pairs if orders is not None)

    def begins(self, now: datetime) -> datetime:
        """When the window begins."""
        moment: datetime | None = self.cleaned_data["from_at"]
        return now if moment is None else moment


class DecisionForm(forms.Form):
    """An answer to requests."""

    reason = forms.CharField(label=_("Reason, when you reject"), required=False, max_length=200)


def refusals_at(form: forms.Form) -> AbstractContextManager[None]:
    """Run an act; a refusal that can be mended here is shown at its field. Look at `form.errors` after."""
    return cooperation_forms.refusals_at(form, FIELD_OF)

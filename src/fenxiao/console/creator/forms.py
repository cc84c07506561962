"""Forms of creators."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Category, Level
from fenxiao.console.creator.ways import Way
from fenxiao.console.forms import FilterForm, MoneyField, RateField
from fenxiao.console.templatetags.figures import money, named
from fenxiao.deals.models import Application, PlanType
from fenxiao.discovery.queries import SearchAsk, Sort
from fenxiao.discovery.rules import LONGEST_TEXT
from fenxiao.kernel.clock import business_day, day_start
from fenxiao.orders.models import LineState
from fenxiao.tracking.models import Place

EVERY = ("", _("All"))
LONGEST_NOTE = LONGEST_WORDS = 200
PER_PAGE = 24  # fills rows of two, three, four and six cards
SORTS = [
    (Sort.RECOMMENDED, _("Recommended")),
    (Sort.EARNS, _("Earns most")),
    (Sort.COMMISSION, _("Highest commission")),
    (Sort.SALES, _("Most sold")),
    (Sort.PRICE_ASC, _("Price, low first")),
    (Sort.PRICE_DESC, _("Price, high first")),
    (Sort.NEWEST, _("Newest")),
]
# Kinds of plan that matter to whoever looks for goods, as discovery numbers them.
WAYS = [
    (int(PlanType.ITEM_TARGETED), _("Targeted plan of the product that takes requests")),
    (int(PlanType.SHOP_TARGETED), _("Targeted plan of the shop that takes requests")),
    (int(PlanType.ACTIVITY_NORMAL), _("In a leader's activity")),
]
# Filters that are folded away until one is set.
FINER = ("earns_min", "sales_min", "score_min", "new_days", "plan_type", "in_stock", "ships_free")
SHOWN_LEVELS = [(level.value, level.label) for level in Level if level != Level.UNQUALIFIED]


class SelectionFilter(FilterForm):
    """What goods to look for."""

    q = forms.CharField(label=_("Words"), required=False, max_length=LONGEST_TEXT)
    category = forms.ChoiceField(label=_("Category"), required=False)
    price_min = MoneyField(label=_("Price from"), required=False)
    price_max = MoneyField(label=_("Price to"), required=False)
    commission_min = RateField(label=_("Commission from"), required=False)
    level = forms.TypedMultipleChoiceField(
        label=_("Levels"),
        required=False,
        coerce=int,
        choices=SHOWN_LEVELS,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    select_only = forms.BooleanField(label=_("Select goods only"), required=False)
    earns_min = MoneyField(label=_("Earns at least"), required=False)
    sales_min = forms.IntegerField(label=_("Sold in 30 days, at least"), required=False, min_value=0)
    score_min = forms.DecimalField(
        label=_("Merchant score from"), required=False, min_value=0, max_value=5, decimal_places=2
    )
    plan_type = forms.TypedMultipleChoiceField(
        label=_("Kinds of plan"),
        required=False,
        coerce=int,
        choices=WAYS,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    in_stock = forms.BooleanField(label=_("In stock only"), required=False)
    ships_free = forms.BooleanField(label=_("Ships free"), required=False)
    new_days = forms.IntegerField(label=_("New within days"), required=False, min_value=1, max_value=365)
    sort = forms.ChoiceField(required=False, choices=SORTS, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1)

    def __init__(self, *args: Any, categories: Iterable[Category], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above; narrows the type
        field.choices = [EVERY, *((category.pk, named(category)) for category in categories)]

    @property
    def is_narrow(self) -> bool:
        """Whether any of the finer filters is set, or refused."""
        return any(self.data.get(name) or name in self.errors for name in FINER)

    def ask(self, *, now: datetime) -> SearchAsk:
        """What was entered, as discovery takes it; days of age are whole ones."""
        entered = self.cleaned_data
        return SearchAsk(
            text=entered["q"],
            category_id=entered["category"] or None,
            price_min_fen=entered["price_min"],
            price_max_fen=entered["price_max"],
            commission_min_bp=entered["commission_min"],
            levels=tuple(entered["level"]),
            select_only=entered["select_only"],
            earns_min_fen=entered["earns_min"],
            sales_min=entered["sales_min"],
            score_min_centi=None if entered["score_min"] is None else int(entered["score_min"] * 100),
            plan_types=tuple(entered["plan_type"]),
            in_stock_only=entered["in_stock"],
            ships_free_only=entered["ships_free"],
            admitted_since=day_start(business_day(now) - timedelta(days=entered["new_days"]))
            if entered["new_days"]
            else None,
            sort=entered["sort"] or Sort.RECOMMENDED,
            page=entered["page"] or 1,
            per_page=PER_PAGE,
        )


class OrderFilter(FilterForm):
    """Which of one's order lines to show."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[EVERY, *LineState.choices])
    sub_id = forms.CharField(label=_("Own mark (sub_id)"), required=False, max_length=64)


class PlaceForm(forms.Form):
    """A new promotion place."""

    name = forms.CharField(
        label=_("Name of the new place"),
        max_length=80,
        help_text=_("A place tells results apart, e.g. “Tuesday show” or “video bio”."),
    )


class PlaceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """One of the creator's places, by name."""

    def label_from_instance(self, place: Place) -> str:
        """The name its creator gave it."""
        return place.name


class LinkForm(forms.Form):
    """Where a link will be shown, and which of the ways to promote the product it carries."""

    application = forms.ChoiceField(
        label=_("Through"),
        required=False,
        error_messages={"invalid_choice": _("This activity is over or not open to you: choose another way.")},
    )
    place = PlaceField(Place.objects.none(), label=_("Place"), empty_label=None)
    sub_id = forms.CharField(
        label=_("Own mark (sub_id)"), required=False, max_length=64, help_text=_("Given back with every order.")
    )

    def __init__(self, *args: Any, places: "QuerySet[Place, Place]", ways: Sequence[Way], **options: Any) -> None:
        super().__init__(*args, **options)
        self.applications = {str(way.key): way.application for way in ways if way.application}
        field, through = self.fields["place"], self.fields["application"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  declared above; narrows the type
        assert isinstance(through, forms.ChoiceField)  # noqa: S101  the same
        field.queryset = places
        plain = [] if any(way.key == 0 for way in ways) else [("", gettext("Without an activity"))]
        through.choices = [*plain, *((str(way.key or ""), _named_way(way)) for way in ways)]
        if not (self.applications or self.data.get("application")):  # else a refusal of it is shown there
            through.widget = forms.HiddenInput()

    def clean_application(self) -> Application | None:
        """The application that the link carries."""
        return self.applications.get(self.cleaned_data["application"])


class TokenForm(FilterForm):
    """A leader's share token."""

    token = forms.CharField(
        label=_("Share token"),
        max_length=40,
        help_text=_("Twelve letters and digits that a leader sends you, in capitals or not."),
    )


class NoteForm(forms.Form):
    """The creator's own note on a product of its shelf."""

    note = forms.CharField(label=_("My note"), required=False, max_length=LONGEST_NOTE)


class AskForm(forms.Form):
    """Words to a merchant with a request into its plan."""

    words = forms.CharField(label=_("Words to the merchant"), required=False, max_length=LONGEST_WORDS)


def _named_way(way: Way) -> str:
    """A way as a choice: what it goes through, and what one order earns."""
    if way.application is None:
        through = gettext("Without an activity")
    else:
        through = f"{way.application.activity.title} · {way.application.activity.leader.name}"
    return f"{through} · {money(way.earns_fen)}"

"""Forms of creators."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Category, Level
from fenxiao.console.categories import choices_of
from fenxiao.console.creator.ways import Way
from fenxiao.console.forms import (
    EVERY,
    GOODS_SORTS,
    PLAN_KINDS,
    FilterForm,
    MoneyField,
    RateField,
    ScoreField,
    TickedField,
)
from fenxiao.console.templatetags.figures import money
from fenxiao.deals.models import Application
from fenxiao.discovery.queries import SearchAsk, Sort
from fenxiao.discovery.rules import LONGEST_TEXT
from fenxiao.discovery.rules.stored_asks import StoredAsk
from fenxiao.orders.models import LineState
from fenxiao.tracking.models import Place

LONGEST_NOTE = LONGEST_WORDS = 200
PER_PAGE = 24  # fills rows of two, three, four and six cards
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
    level = TickedField(label=_("Levels"), choices=SHOWN_LEVELS)
    select_only = forms.BooleanField(label=_("Select goods only"), required=False)
    earns_min = MoneyField(label=_("Earns at least"), required=False)
    sales_min = forms.IntegerField(label=_("Sold in 30 days, at least"), required=False, min_value=0)
    score_min = ScoreField(label=_("Merchant score from"), required=False)
    plan_type = TickedField(label=_("Kinds of plan"), choices=PLAN_KINDS)
    in_stock = forms.BooleanField(label=_("In stock only"), required=False)
    ships_free = forms.BooleanField(label=_("Ships free"), required=False)
    new_days = forms.IntegerField(label=_("New within days"), required=False, min_value=1, max_value=365)
    sort = forms.ChoiceField(required=False, choices=GOODS_SORTS, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1)
    cursor = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, categories: Iterable[Category], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above; narrows the type
        field.choices = choices_of(categories, every=EVERY)

    @property
    def is_narrow(self) -> bool:
        """Whether any of the finer filters is set, or refused."""
        return any(self.data.get(name) or name in self.errors for name in FINER)

    def kept(self) -> StoredAsk:
        """What was entered, as it is kept to be asked again."""
        entered = self.cleaned_data
        return StoredAsk(
            text=entered["q"],
            category_id=entered["category"] or None,
            price_min_fen=entered["price_min"],
            price_max_fen=entered["price_max"],
            commission_min_bp=entered["commission_min"],
            levels=tuple(entered["level"]),
            select_only=entered["select_only"],
            earns_min_fen=entered["earns_min"],
            sales_min=entered["sales_min"],
            score_min_centi=entered["score_min"],
            plan_types=tuple(entered["plan_type"]),
            in_stock_only=entered["in_stock"],
            ships_free_only=entered["ships_free"],
            newest_days=entered["new_days"],
            sort=str(entered["sort"] or Sort.RECOMMENDED),
        )

    def ask(self, *, now: datetime) -> SearchAsk:
        """What was entered, as discovery takes it."""
        entered = self.cleaned_data
        asked = self.kept().ask(now=now, per_page=PER_PAGE)
        return replace(asked, page=entered["page"] or 1, cursor=entered["cursor"] or None)


def address_of(kept: StoredAsk) -> str:
    """The query of the selection centre that asks for what is kept."""
    query = QueryDict(mutable=True)
    units = (("price_min", "price_min_fen"), ("price_max", "price_max_fen"), ("commission_min", "commission_min_bp"))
    for name, column in (*units, ("earns_min", "earns_min_fen"), ("score_min", "score_min_centi")):
        if (value := getattr(kept, column)) is not None:
            query[name] = f"{value / 100:.2f}"
    plain = {"q": kept.text, "category": kept.category_id, "sales_min": kept.sales_min, "new_days": kept.newest_days}
    switches = {"select_only": kept.select_only, "in_stock": kept.in_stock_only, "ships_free": kept.ships_free_only}
    query.update({name: str(value) for name, value in plain.items() if value not in {None, ""}})
    query.update({name: "on" for name, is_on in switches.items() if is_on})
    query.setlist("level", [str(level) for level in kept.levels])
    query.setlist("plan_type", [str(kind) for kind in kept.plan_types])
    query["sort"] = kept.sort
    return query.urlencode()


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

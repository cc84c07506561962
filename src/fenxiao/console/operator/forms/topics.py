"""Forms of topics: words and dates, the rule, goods by number."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Category, Level
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
from fenxiao.console.templatetags.figures import named
from fenxiao.discovery.models import Topic, TopicState
from fenxiao.discovery.rules import LONGEST_TEXT
from fenxiao.discovery.rules.stored_asks import LONGEST_DAYS
from fenxiao.discovery.rules.topics import (
    HEAVIEST,
    LONGEST_TITLE_EN,
    LONGEST_TITLE_ZH,
    LONGEST_WORDS,
    MOST_BY_RULE,
    MOST_PICKED,
    TINTS,
    TopicDraft,
    TopicRule,
)
from fenxiao.kernel.clock import business_day, day_start

DAY = timedelta(days=1)
TURNED = {"levels", "category_id", "plan_types"}  # entered in another form than it is kept
LARGEST_COUNT = 2**31 - 1
NUMBERS = re.compile(r"[\s,，、;；]+")


def _date(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class TopicFilter(FilterForm):
    """Which topics to show."""

    q = forms.CharField(label=_("Title"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[EVERY, *TopicState.choices])


class TopicForm(forms.Form):
    """What a topic says, how it looks, and when it is shown."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=LONGEST_TITLE_ZH)
    title_en = forms.CharField(label=_("Title in English"), required=False, max_length=LONGEST_TITLE_EN)
    words_zh = forms.CharField(
        label=_("Words in Chinese"), required=False, max_length=LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 3})
    )
    words_en = forms.CharField(
        label=_("Words in English"), required=False, max_length=LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 3})
    )
    first_day = _date(_("First day"))
    last_day = _date(_("Last day"), help_text=_("Creators see it to the end of this day."))
    weight = forms.IntegerField(
        label=_("Weight"),
        initial=0,
        min_value=-HEAVIEST,
        max_value=HEAVIEST,
        help_text=_("The heavier stands first among topics."),
    )
    cover_url = forms.URLField(
        label=_("Address of the cover picture"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Five wide to two high. Without one the cover is plain."),
    )
    tint = forms.ChoiceField(label=_("Colour of a plain cover"), choices=[(tint, tint) for tint in TINTS])

    @classmethod
    def of(cls, topic: Topic) -> "TopicForm":
        """Filled in with what a topic says now."""
        same = {name: getattr(topic, name) for name in cls.base_fields if hasattr(topic, name)}
        days = {"first_day": business_day(topic.starts_at), "last_day": business_day(topic.last_moment)}
        return cls(initial=same | days)

    def draft(self) -> TopicDraft:
        """What was entered, as discovery takes it."""
        told = dict(self.cleaned_data)
        first, last = told.pop("first_day"), told.pop("last_day")
        return TopicDraft(**told, starts_at=day_start(first), ends_at=day_start(last + DAY))

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        told = super().clean() or {}
        first, last = told.get("first_day"), told.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("This is before the first day."))
        return told


class TopicRuleForm(forms.Form):
    """What goods must meet to come onto a topic by themselves."""

    text = forms.CharField(label=_("Words"), required=False, max_length=LONGEST_TEXT)
    category_id = forms.ChoiceField(label=_("Category"), required=False)
    price_min_fen = MoneyField(label=_("Price from"), required=False)
    price_max_fen = MoneyField(label=_("Price to"), required=False)
    commission_min_bp = RateField(label=_("Commission from"), required=False)
    earns_min_fen = MoneyField(label=_("Earns at least"), required=False)
    sales_min = forms.IntegerField(
        label=_("Sold in 30 days, at least"), required=False, min_value=0, max_value=LARGEST_COUNT
    )
    newest_days = forms.IntegerField(
        label=_("Admitted within days"), required=False, min_value=1, max_value=LONGEST_DAYS
    )
    levels = TickedField(
        label=_("Levels"),
        choices=[(level.value, f"L{level.value}") for level in Level if level != Level.UNQUALIFIED],
    )
    select_only = forms.BooleanField(label=_("Select goods only"), required=False)
    in_stock_only = forms.BooleanField(label=_("In stock only"), required=False)
    ships_free_only = forms.BooleanField(label=_("Ships free"), required=False)
    score_min_centi = ScoreField(label=_("Merchant score from"), required=False)
    plan_types = TickedField(label=_("Kinds of plan"), choices=PLAN_KINDS)
    sort = forms.ChoiceField(label=_("In which order"), choices=GOODS_SORTS)
    most = forms.IntegerField(label=_("At most so many goods"), initial=24, min_value=1, max_value=MOST_BY_RULE)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["category_id"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above; narrows the type
        rows = Category.objects.filter(depth__lte=2, is_active=True).select_related("parent").order_by("id")
        field.choices = [EVERY, *((row.pk, _under(row)) for row in rows)]

    def rule(self) -> TopicRule:
        """What was entered, as discovery takes it."""
        told = dict(self.cleaned_data)
        return TopicRule(
            **{name: told[name] for name in told if name not in TURNED},
            category_id=told["category_id"] or None,
            levels=tuple(told["levels"]),
            plan_types=tuple(told["plan_types"]),
        )


class TopicGoodsForm(forms.Form):
    """Goods to add by their numbers."""

    numbers = forms.CharField(
        label=_("Product numbers"),
        max_length=MOST_PICKED * 12,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Several with spaces or commas between."),
    )

    def clean_numbers(self) -> list[int]:
        """The numbers in the order entered, each once."""
        said = [each.removeprefix("#") for each in NUMBERS.split(self.cleaned_data["numbers"]) if each]
        if not all(each.isascii() and each.isdecimal() and len(each) < 19 for each in said):
            raise forms.ValidationError(_("Enter numbers such as 1042."))
        return list(dict.fromkeys(map(int, said)))


def rule_as_entered(rule: TopicRule) -> dict[str, object]:
    """A stored rule as the form shows it: money in units, rates in percent."""
    told = rule.stored()
    units = {name: f"{told[name] / 100:.2f}" for name in told if name.endswith(("_fen", "_bp", "_centi"))}
    return {"sort": rule.sort, "most": rule.most} | told | units


def _under(category: Category) -> str:
    return f"{named(category.parent)} › {named(category)}" if category.parent else named(category)

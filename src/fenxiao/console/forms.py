"""Fields that speak the trade's units, and refusals shown on the form that met them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fenxiao.console.refusals import words_of_refusal
from fenxiao.deals.models import PlanType
from fenxiao.discovery.queries import Sort
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.money import bp_of, fen_of

EVERY = ("", _("All"))
GOODS_SORTS = [
    (Sort.RECOMMENDED, _("Recommended")),
    (Sort.EARNS, _("Earns most")),
    (Sort.COMMISSION, _("Highest commission")),
    (Sort.SALES, _("Most sold")),
    (Sort.PRICE_ASC, _("Price, low first")),
    (Sort.PRICE_DESC, _("Price, high first")),
    (Sort.NEWEST, _("Newest")),
]
# Kinds of plan that matter to whoever looks for goods, as discovery numbers them.
PLAN_KINDS = [
    (int(PlanType.ITEM_TARGETED), _("Targeted plan of the product that takes requests")),
    (int(PlanType.SHOP_TARGETED), _("Targeted plan of the shop that takes requests")),
    (int(PlanType.ACTIVITY_NORMAL), _("In a leader's activity")),
]


class MoneyField(forms.CharField):
    """An amount such as "12.50" as whole fen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **options)

    def clean(self, value: Any) -> Any:
        """Fen, or None when nothing was entered. Refuses what is no amount, finer than a fen, or negative."""
        text = super().clean(value)
        if not text:
            return None
        try:
            fen = fen_of(text)
        except ValueError:
            raise forms.ValidationError(_("Enter an amount such as 12.50.")) from None
        if fen < 0:
            raise forms.ValidationError(_("Enter an amount of zero or more."))
        return fen


class RateField(forms.CharField):
    """A percentage such as "12.5" as basis points."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **options)

    def clean(self, value: Any) -> Any:
        """Basis points, or None when nothing was entered. Refuses what is no percentage or finer than 0.01 %."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return bp_of(text)
        except ValueError:
            raise forms.ValidationError(_("Enter a percentage such as 12.5.")) from None


class ScoreField(forms.DecimalField):
    """A score from 0 to 5 such as "4.85" as hundredths."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=5, decimal_places=2, **options)

    def clean(self, value: Any) -> Any:
        """Hundredths, or None when nothing was entered. Refuses what is no score or finer than a hundredth."""
        score = super().clean(value)
        return None if score is None else int(score * 100)


class TickedField(forms.TypedMultipleChoiceField):
    """Any number of numbered choices, a box to tick for each."""

    def __init__(self, **options: Any) -> None:
        ticks = forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
        super().__init__(required=False, coerce=int, widget=ticks, **options)


class FilterForm(forms.Form):
    """A filter bar: a wrong or missing value filters nothing, and the page still shows."""

    def chosen(self, name: str) -> Any:
        """The value of one filter, or None where none was given or it makes no sense."""
        self.is_valid()
        return self.cleaned_data.get(name) or None

    def chips(self) -> list[tuple[str, str]]:
        """Every filter that is set: its name, and what it says in the words of the page."""
        shown = [name for name, field in self.fields.items() if not field.widget.is_hidden and name != "page"]
        return [(name, said) for name in shown if (said := self._said(name))]

    def _said(self, name: str) -> str:
        field, values = self.fields[name], [each for each in _told(self.data, name) if each.strip()]
        if not values or name in self.errors:
            return ""
        if isinstance(field, forms.BooleanField):
            return str(field.label)
        if isinstance(field, forms.ChoiceField):
            choices: Any = field.choices
            labels = {str(code): str(label).strip() for code, label in choices}  # deeper ones are set in
            values = [labels.get(value, value) for value in values]
        return f"{field.label}: {', '.join(values)}"


def _told(data: Any, name: str) -> list[str]:
    """What an address says of a field; a plain dictionary has one value each."""
    return list(data.getlist(name)) if hasattr(data, "getlist") else [str(data[name])] if name in data else []


@contextmanager
def refusals_on(form: forms.Form) -> Iterator[None]:
    """Run an act; a refusal that the person can mend here becomes an error of the form. Look at `form.errors` after."""
    try:
        yield
    except Refused as refused:
        if refused.status not in {409, 422}:
            raise
        form.add_error(None, words_of_refusal(refused, form))

"""Fields that speak the trade's units, and refusals shown on the form that met them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fenxiao.kernel.errors import Refused
from fenxiao.kernel.money import bp_of, fen_of


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


class FilterForm(forms.Form):
    """A filter bar: a wrong or missing value filters nothing, and the page still shows."""

    def chosen(self, name: str) -> Any:
        """The value of one filter, or None where none was given or it makes no sense."""
        self.is_valid()
        return self.cleaned_data.get(name) or None


@contextmanager
def refusals_on(form: forms.Form) -> Iterator[None]:
    """Run an act; a refusal that the person can mend here becomes an error of the form. Look at `form.errors` after."""
    try:
        yield
    except Refused as refused:
        if refused.status not in {409, 422}:
            raise
        form.add_error(None, refused.message(get_language() or ""))

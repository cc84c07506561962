"""The form of a what-if: one field for each dial of a product, in the unit that people read the indicator in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fenxiao.kernel.settings import settings
from fenxiao.quality.rules import INDICATORS, Indicator, Unit, Way, Words
from fenxiao.quality.rules.reach import Dial
from fenxiao.quality.rules.shown import value_words

FACTORS = {Unit.SHARE: 100.0, Unit.FEN: 0.01}  # to the unit typed: per cent, yuan
DECIMALS = {Unit.POINTS: 0, Unit.SHARE: 1, Unit.RATIO: 2, Unit.CREATORS: 1, Unit.FEN: 2, Unit.STARS: 2}


@dataclass(frozen=True, kw_only=True)
class Turned:
    """A dial with the unit it is typed in."""

    dial: Dial

    @property
    def one(self) -> Indicator:
        """The indicator it turns."""
        return INDICATORS[self.dial.code]

    @property
    def now(self) -> float:
        """Where it stands, as it is shown."""
        return round(self.dial.now * self._factor, self._decimals)

    @property
    def low(self) -> float:
        """The least that can be typed."""
        return floor(round(self.dial.low * self._factor * self._whole, 6)) / self._whole

    @property
    def high(self) -> float:
        """The most that can be typed."""
        return ceil(round(self.dial.high * self._factor * self._whole, 6)) / self._whole

    @property
    def step(self) -> str:
        """The step of the slider; where a typed value may be finer, the finest that is shown."""
        return f"{1 / self._whole:.{self._decimals}f}"

    @property
    def shown_now(self) -> Words:
        """Today's value with its unit."""
        return value_words(self.one, self.dial.now)

    @property
    def unit(self) -> str:
        """What stands behind the field."""
        return {Unit.SHARE: "%", Unit.FEN: settings().currency}.get(self.one.unit, "")

    def shown(self, entered: float) -> str:
        """A value as it is typed."""
        return f"{entered:.{self._decimals}f}"

    def meant(self, entered: float) -> float:
        """The value that was typed, in the indicator's own unit; the ends of the scale were rounded to be shown."""
        return min(max(entered / self._factor, self.dial.low), self.dial.high)

    @property
    def _factor(self) -> float:
        return FACTORS.get(self.one.unit, 1.0)

    @property
    def _decimals(self) -> int:
        return DECIMALS[self.one.unit]

    @property
    def _whole(self) -> int:
        return int(10**self._decimals)


class WhatIfForm(forms.Form):
    """What is supposed of a product. A field left empty, or as it is, supposes nothing."""

    def __init__(self, given: Mapping[str, Any], *, dials: Sequence[Dial]) -> None:
        self.turned = [Turned(dial=dial) for dial in dials]
        # A dial that is not asked for stands where it is today, on the page too.
        super().__init__({one.dial.code: given.get(one.dial.code) or one.shown(one.now) for one in self.turned})
        for one in self.turned:
            self.fields[one.dial.code] = _field(one)

    def changes(self) -> dict[str, float]:
        """The values that differ from today's, by code."""
        entered = {one: self.cleaned_data.get(one.dial.code) for one in self.turned}
        return {one.dial.code: one.meant(typed) for one, typed in entered.items() if typed not in {None, one.now}}

    def rows(self) -> Iterator[tuple[Turned, forms.BoundField]]:
        """Each dial with its field."""
        for one in self.turned:
            yield one, self[one.dial.code]


def _field(one: Turned) -> forms.FloatField:
    beyond = _("It lies between %(low)s and %(high)s.") % {
        "low": value_words(one.one, one.dial.low).told(get_language() or ""),
        "high": value_words(one.one, one.dial.high).told(get_language() or ""),
    }
    # Django puts its own parameters into the words, so that a per cent sign has to stand twice.
    errors = dict.fromkeys(("min_value", "max_value"), beyond.replace("%", "%%"))
    return forms.FloatField(
        label=one.one.words.told(get_language() or ""),
        required=False,
        min_value=one.low,
        max_value=one.high,
        widget=forms.NumberInput(attrs={"step": one.step, "autocomplete": "off"}),
        error_messages={**errors, "invalid": _("Enter a number.")},
    )


def address_of(way: Way) -> str:
    """The query of the what-if that tries a way up; empty where it asks for more than values."""
    if not way.changes or any(change.then is None or change.of not in INDICATORS for change in way.changes):
        return ""
    return "&".join(f"{change.of}={typed(INDICATORS[change.of], change.then or 0.0)}" for change in way.changes)


def typed(one: Indicator, value: float) -> str:
    """The indicator's value as it would be typed."""
    return f"{value * FACTORS.get(one.unit, 1.0):.{DECIMALS[one.unit]}f}"

"""What gates and red lines may look at, in the units people enter: per cent, points, amounts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from fenxiao.kernel.settings import settings
from fenxiao.quality.rules import INDICATORS, Power, Unit, Words
from fenxiao.quality.rules.gates import ORDERS
from fenxiao.quality.rules.shown import name_of

SUBJECTS: Final = (ORDERS, *(str(power) for power in Power), *INDICATORS)
LEVELS: Final = (2, 3, 4, 5)
SCALES: Final = {Unit.SHARE: 0.01, Unit.FEN: 100.0}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One thing that gates may look at."""

    code: str

    @property
    def name(self) -> Words:
        """What it is called."""
        return name_of(self.code)

    @property
    def is_upper(self) -> bool:
        """Whether less of it is better, so that a bound is a ceiling."""
        return self.code in INDICATORS and not INDICATORS[self.code].higher_is_better

    @property
    def unit(self) -> str:
        """The unit that bounds are entered in."""
        match INDICATORS[self.code].unit if self.code in INDICATORS else None:
            case Unit.SHARE:
                return "%"
            case Unit.FEN:
                return settings().currency
            case Unit.RATIO:
                return _("× the median")
            case Unit.CREATORS:
                return _("creators")
            case Unit.STARS:
                return _("stars")
        return _("lines") if self.code == ORDERS else _("points")

    @property
    def scale(self) -> float:
        """What one entered is worth in the policy's own unit."""
        if self.code in INDICATORS:
            return SCALES.get(INDICATORS[self.code].unit, 1.0)
        return 1.0 if self.code == ORDERS else 100.0

    def entered(self, bound: float) -> str:
        """A bound as people enter it."""
        return f"{round(bound / self.scale, 6):.10g}"

    def bound(self, entered: float) -> float:
        """What was entered, in the policy's own unit: whole points and lines, anything else as it is."""
        value = round(entered * self.scale, 10)
        return value if self.code in INDICATORS else round(value)


def number_field(**options: Any) -> forms.FloatField:
    """A number of zero or more in a narrow box; nothing entered is None."""
    narrow = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 5})
    return forms.FloatField(required=False, min_value=0, widget=narrow, **options)


def out_of_order(bounds: Iterable[tuple[int, float]], *, is_upper: bool) -> Iterator[tuple[int, int]]:
    """Pairs of levels, the lower one first, of which the higher one asks for less."""
    told = sorted(bounds)
    for (low, asked), (high, asks) in pairwise(told):
        if asks > asked if is_upper else asks < asked:
            yield low, high

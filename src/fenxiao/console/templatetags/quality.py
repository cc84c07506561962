"""Levels explained: bars, ways up as addresses, percentiles as words."""

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fenxiao.console.merchant.dials import address_of
from fenxiao.console.templatetags.figures import money
from fenxiao.quality.rules import INDICATORS, IndicatorLine, Unit, Way

register = template.Library()

TOP, GOOD, MIDDLE = 80.0, 60.0, 40.0


@register.filter
def trial(way: Way) -> str:
    """The query that tries this way in the what-if, or nothing."""
    return address_of(way)


@register.filter
def measured(line: IndicatorLine) -> str:
    """An indicator's value with its unit; amounts with the sign of the currency."""
    if INDICATORS[line.code].unit == Unit.FEN:
        return money(round(line.value))
    return line.shown.told(get_language() or "")


@register.filter
def css(number: float) -> str:
    """A number for a style, with a point in every language."""
    return f"{number:.2f}"


@register.filter
def unlocalized(number: float) -> str:
    """A number as an attribute takes it."""
    return f"{number:g}" if abs(number) < 1e6 else f"{number:.2f}"


@register.filter
def minus(one: float, other: float) -> float:
    """The difference."""
    return one - other


@register.filter
def signed(number: float) -> str:
    """`3.25` as "+3.3"."""
    return f"{number:+.1f}"


@register.filter
def standing(percentile: float) -> str:
    """Where a percentile stands, in a word."""
    if percentile >= TOP:
        return _("among the best")
    if percentile >= GOOD:
        return _("better than most")
    return _("in the middle") if percentile >= MIDDLE else _("weaker than most")

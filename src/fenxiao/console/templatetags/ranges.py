"""Figures of creators as people read them: the number itself, or the range it lies in."""

from collections.abc import Callable, Mapping

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fenxiao.console.templatetags.figures import money_short
from fenxiao.discovery.rules.bands import Figure
from fenxiao.parties.audience import BUCKETS, DIMENSIONS

register = template.Library()

WAN = 10_000  # counted in Chinese as one


@register.filter
def counted(figure: Figure | None) -> str:
    """A number of people or pieces: "12,345", "10,000–50,000", in Chinese "1万–5万"."""
    return _between(figure, count)


@register.filter
def in_money(figure: Figure | None) -> str:
    """An amount in fen, in whole units of the currency."""
    return _between(figure, _amount)


@register.filter
def in_percent(figure: Figure | None) -> str:
    """A share in basis points; a range ends at the whole."""
    if figure is None:
        return "–"
    if figure.is_exact:
        return f"{figure.low / 100:.1f}%".replace(".0%", "%")
    return f"{figure.low // 100}–{(figure.high or WAN) // 100}%"


@register.filter
def middle(figure: Figure | None) -> float:
    """Where the middle of a share lies, in percent: how long its bar is."""
    return 0 if figure is None else (figure.low + (WAN if figure.high is None else figure.high)) / 200


@register.filter
def bucket_name(bucket: str, dimension: str) -> str:
    """What a part of the followers is called."""
    words = BUCKETS[dimension][bucket]
    return words.zh if _is_chinese() else words.en


@register.filter
def dimension_name(dimension: str) -> str:
    """By what followers are told apart."""
    words = DIMENSIONS[dimension]
    return words.zh if _is_chinese() else words.en


@register.filter
def first(shares: Mapping[str, Figure], wanted: int) -> list[tuple[str, Figure]]:
    """The first of some shares with their names; they come largest first."""
    return list(shares.items())[:wanted]


def count(number: int) -> str:
    """A bare number, in Chinese by ten thousands where it has any."""
    if _is_chinese() and number >= WAN:
        return f"{number / WAN:.1f}".removesuffix(".0") + "万"
    return f"{number:,}"


def _amount(fen: int) -> str:
    yuan = fen // 100
    if _is_chinese() and yuan >= WAN:
        return money_short(0)[:-1] + count(yuan)
    return money_short(fen)


def _between(figure: Figure | None, form: Callable[[int], str]) -> str:
    if figure is None:
        return "–"
    low = form(figure.low)
    if figure.is_exact:
        return low
    if figure.high is None:
        return _("%(low)s and more") % {"low": low}
    if figure.high == 1:  # of whole numbers only 0 is below it
        return form(0)
    if low == form(0):  # so does a fen, which is sales, but none in whole units
        return _("below %(high)s") % {"high": form(figure.high)}
    return f"{low}–{form(figure.high)}"


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")

"""Figures as people read them: money with its sign, rates in percent, names in their language."""

from typing import Protocol

from django import template
from django.utils.translation import get_language

from fenxiao.kernel.settings import settings

register = template.Library()

SIGNS = {"CNY": "¥", "BRL": "R$", "USD": "$", "EUR": "€", "GBP": "£"}


class Bilingual(Protocol):
    """Something with a name in both languages."""

    name_zh: str
    name_en: str


@register.filter
def money(fen: int | None) -> str:
    """`129900` as "¥1,299.00", in the installation's currency; a dash where there is none."""
    if fen is None:
        return "–"
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{sign(settings().currency)}{yuan:,}.{rest:02d}"


@register.filter
def money_short(fen: int) -> str:
    """An amount for narrow cells, in whole units: `129900` as "¥1,299"."""
    return f"{'-' if fen < 0 else ''}{sign(settings().currency)}{abs(fen) // 100:,}"


@register.filter
def percent(bp: int | None) -> str:
    """Basis points as "12.5%"; a dash where there are none."""
    if bp is None:
        return "–"
    whole, rest = divmod(bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


@register.filter
def named(thing: Bilingual) -> str:
    """The name in the language of the page."""
    return thing.name_zh if (get_language() or "").startswith("zh") else thing.name_en


@register.filter
def hue(pk: int) -> int:
    """A colour angle that tells neighbours apart: multiples of the golden angle."""
    return pk * 137 % 360


@register.filter
def lookup(mapping: dict[object, object], key: object) -> object:
    """`mapping[key]`, or None."""
    return mapping.get(key)


@register.filter
def sign(currency: str) -> str:
    """The sign that stands before amounts of a currency."""
    return SIGNS.get(currency, currency + " ")


@register.filter
def plain_yuan(fen: int) -> str:
    """`129900` as "1299.00", for scripts."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


class Spoken(Protocol):
    """Something that says itself in both languages: a finding, a reason."""

    zh: str
    en: str


@register.filter
def said(thing: Spoken) -> str:
    """Its words in the language of the page."""
    return thing.zh if (get_language() or "").startswith("zh") else thing.en


@register.filter
def spoken(pair: tuple[str, str]) -> str:
    """The half of a (Chinese, English) pair that is in the language of the page."""
    return pair[0] if (get_language() or "").startswith("zh") else pair[1]


@register.filter
def share(part: float) -> str:
    """`0.835` as "84%"."""
    return f"{part:.0%}"


@register.filter
def points(weight: float) -> str:
    """A weight of 0 to 1 as the points it can bring."""
    return f"{weight * 100:.1f}"


@register.filter
def change(bp: int) -> str:
    """A change in basis points as "+12%"."""
    return f"{bp / 100:+.0f}%"

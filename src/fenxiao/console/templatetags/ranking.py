"""Factors and chances as the ranking desk shows them."""

from django import template

register = template.Library()


@register.filter
def times(factor: float) -> str:
    """`1.25` as "× 1.25"."""
    return f"× {factor:.2f}"


@register.filter
def hundredths(percent: int) -> str:
    """`140` as "1.40"."""
    return f"{percent / 100:.2f}"


@register.filter
def chance(part: float) -> str:
    """`0.0313` as "3.1%"; 0 is not known."""
    return f"{100 * part:.3g}%" if part else "?"

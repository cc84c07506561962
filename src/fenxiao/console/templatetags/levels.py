"""Levels and states in words."""

from django import template

from fenxiao.catalog.models import Level

register = template.Library()


@register.filter
def level_name(value: int) -> str:
    """`3` as "L3 优质好物"."""
    return str(Level(value).label)

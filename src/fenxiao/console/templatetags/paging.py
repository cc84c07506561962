"""Addresses of other pages of the same list."""

from django import template
from django.forms import Form
from django.template.context import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def page_address(context: Context, number: int) -> str:
    """This address with another page number, keeping every filter."""
    query = context["request"].GET.copy()
    query.pop("cursor", None)
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def filter_address(context: Context, name: str, value: str) -> str:
    """This address with another value of one filter (or of "sort"), from the first page."""
    query = context["request"].GET.copy()
    query[name] = value
    query.pop("page", None)
    if name != "cursor":
        query.pop("cursor", None)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def filters_address(context: Context, **values: str) -> str:
    """This address with other values of some filters, from the first page; an empty one is left out."""
    query = context["request"].GET.copy()
    for name in ("page", "cursor", *values):
        query.pop(name, None)
    for name, value in values.items():
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def without_address(context: Context, name: str) -> str:
    """This address without one filter, from the beginning."""
    query = context["request"].GET.copy()
    for each in (name, "page", "cursor"):
        query.pop(each, None)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def readable_address(context: Context, form: Form) -> str:
    """This address without what the form refuses, from the beginning."""
    query = context["request"].GET.copy()
    for name in (*form.errors, "page", "cursor"):
        query.pop(name, None)
    return f"?{query.urlencode()}"

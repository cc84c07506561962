"""Stub: the console's middlewares."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Answering = Callable[[HttpRequest], HttpResponse]


def chosen_language(answer: Answering) -> Answering:
    """Pass on."""
    return answer


def current_member(answer: Answering) -> Answering:
    """Pass on."""
    return answer


def refusals_as_pages(answer: Answering) -> Answering:
    """Pass on."""
    return answer

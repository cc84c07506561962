"""The console's middlewares: no unreadable address, which language, which member, and refusals as pages."""

from collections.abc import Callable
from typing import Protocol, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from fenxiao.console.refusals import words_of_refusal
from fenxiao.console.requests import ConsoleRequest
from fenxiao.kernel.errors import Refused
from fenxiao.parties import queries as parties
from fenxiao.parties.models import Member, User

LANGUAGE_COOKIE = "fx_language"
MEMBER_KEY = "member_id"
CONFLICTS = {409, 422}  # refusals a person can mend on the page they came from

Answering = Callable[[HttpRequest], HttpResponse]


class Passing(Protocol):
    """A middleware function that Django also asks about exceptions."""

    process_exception: Callable[[HttpRequest, Exception], HttpResponse | None]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""


def chosen_language(answer: Answering) -> Answering:
    """Speak the person's language, else the one this browser chose, else the installation's.

    Browsers send Accept-Language without being asked, so it is no choice and is not read.
    """

    def answer_in_language(request: HttpRequest) -> HttpResponse:
        language = _language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = answer(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return answer_in_language


def _language_of(request: HttpRequest) -> str:
    offered = dict(settings.LANGUAGES)
    own = request.user.language if isinstance(request.user, User) else ""
    wanted = (own, request.COOKIES.get(LANGUAGE_COOKIE, ""))
    return next((language for language in wanted if language in offered), settings.LANGUAGE_CODE)


def readable_address(answer: Answering) -> Answering:
    """Refuse (400) an address with a null byte: no word of ours holds one, and PostgreSQL takes none in a question."""

    def answer_readable(request: HttpRequest) -> HttpResponse:
        asked = (request.path, *request.GET, *(value for values in request.GET.lists() for value in values[1]))
        if any("\0" in word for word in asked):
            raise BadRequest("null byte in the address")
        return answer(request)

    return answer_readable


def current_member(answer: Answering) -> Answering:
    """Set `request.member` and `request.organisation`: the one this session switched to, else the first."""

    def answer_member(request: HttpRequest) -> HttpResponse:
        asked = cast(ConsoleRequest, request)
        asked.memberships = parties.memberships_of(request.user) if isinstance(request.user, User) else []
        asked.member = _current(asked.memberships, request.session.get(MEMBER_KEY))
        asked.organisation = asked.member.organisation if asked.member else None
        return answer(request)

    return answer_member


def _current(memberships: list[Member], wanted: int | None) -> Member | None:
    return next((member for member in memberships if member.pk == wanted), memberships[0] if memberships else None)


def refusals_as_pages(answer: Answering) -> Answering:
    """Answer a `Refused` with its words: on the page the person came from, or on an error page with its status."""

    def answer_refused(request: HttpRequest) -> HttpResponse:
        return answer(request)

    passing = cast(Passing, answer_refused)
    passing.process_exception = _page_of_refusal
    return passing


def _page_of_refusal(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    if not isinstance(exception, Refused):
        return None
    words = words_of_refusal(exception)
    back = _page_before(request)
    if request.method == "POST" and back and exception.status in CONFLICTS:
        messages.error(request, words)
        return redirect(back)
    return render(request, "console/refused.html", {"words": words, "back": back}, status=exception.status)


def _page_before(request: HttpRequest) -> str:
    """The path of the page that sent this form, if it is one of ours."""
    referrer = urlsplit(request.headers.get("Referer", ""))
    if referrer.netloc != request.get_host() or not referrer.path:
        return ""
    # "//elsewhere" would be another host to a browser, so no more than one slash leads.
    return "/" + referrer.path.lstrip("/") + (f"?{referrer.query}" if referrer.query else "")

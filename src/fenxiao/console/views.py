"""What every person may do, whatever their organisation: go home, choose a language, switch organisation."""

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from fenxiao.console.menu import HOMES
from fenxiao.console.middleware import LANGUAGE_COOKIE, MEMBER_KEY
from fenxiao.console.requests import ConsoleRequest
from fenxiao.parties.models import User

A_YEAR = 365 * 24 * 3_600


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead people to the page they live on."""
    organisation = cast(ConsoleRequest, request).organisation
    if organisation and organisation.kind in HOMES:
        return redirect(HOMES[organisation.kind])
    return render(request, "console/home_none.html")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language: with the person if logged in, and on this browser."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponse(status=422)
    response = redirect(_own_page(request))
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=A_YEAR, samesite="Lax", httponly=True)
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return response


@require_POST
@login_required
def switch_member(request: HttpRequest) -> HttpResponse:
    """Act for another of one's organisations from now on in this session."""
    wanted = request.POST.get("member", "")
    mine = {str(member.pk): member.pk for member in cast(ConsoleRequest, request).memberships}
    if wanted not in mine:
        raise PermissionDenied
    request.session[MEMBER_KEY] = mine[wanted]
    return redirect("home")


def _own_page(request: HttpRequest) -> str:
    """The page to go back to; never another host's."""
    asked = request.POST.get("next", "")
    # A path, since `redirect` takes bare words for the names of views.
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return asked if is_ours else "/"

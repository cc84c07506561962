"""Who may open a view."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from fenxiao.console.requests import ConsoleRequest, MemberRequest
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act, may

P = ParamSpec("P")
View = Callable[Concatenate[MemberRequest, P], HttpResponse]
Door = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def role_required(*kinds: Kind, act: Act = Act.READ) -> Callable[[View[P]], Door[P]]:
    """Let in members of organisations of these kinds whose role allows `act`; the rest get the login page or 403."""

    def guard(view: View[P]) -> Door[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            asked = cast(ConsoleRequest, request)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not (asked.member and asked.organisation and asked.organisation.kind in kinds):
                raise PermissionDenied
            if not may(asked.member.role, act):
                raise PermissionDenied
            entered = cast(MemberRequest, asked)
            entered.by = entered.member.as_actor()
            return view(entered, *args, **kwargs)

        return guarded

    return guard

"""Leaders' home."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind


@require_safe
@role_required(Kind.LEADER)
def home(request: MemberRequest) -> HttpResponse:
    """What leaders will do here, said honestly: none of it exists yet."""
    return render(request, "console/leader/home.html")

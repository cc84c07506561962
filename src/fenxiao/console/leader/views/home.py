"""Leaders' home."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.goods import level_shares
from fenxiao.console.requests import MemberRequest
from fenxiao.insights import queries as insights
from fenxiao.parties.models import Kind


@require_safe
@role_required(Kind.LEADER)
def home(request: MemberRequest) -> HttpResponse:
    """The market leaders will recruit in, and what they will do here: said honestly, none of it exists yet."""
    figures = insights.leader_home(request.organisation, now=request.now)
    shown = {"home": figures, "counts": level_shares(figures.goods.by_level)}
    return render(request, "console/leader/home.html", shown)

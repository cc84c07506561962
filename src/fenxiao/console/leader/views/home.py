"""A leader's home: what waits for it, what its activities earn, and what runs."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.goods import level_shares
from fenxiao.console.periods import LENGTHS, chosen_period
from fenxiao.console.requests import MemberRequest
from fenxiao.insights import queries as insights
from fenxiao.parties.models import Kind

SOON = timedelta(days=7)


@require_safe
@role_required(Kind.LEADER)
def home(request: MemberRequest) -> HttpResponse:
    """Figures of a period beside the one before, what waits, running activities, best goods and the market."""
    figures = insights.leader_home(request.organisation, now=request.now)
    shown = {
        "home": figures,
        "period": chosen_period(figures.sales, request),
        "lengths": LENGTHS,
        "counts": level_shares(figures.goods.by_level),
        "soon": request.now + SOON,
    }
    return render(request, "console/leader/home.html", shown)

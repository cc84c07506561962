"""The operators' home: what waits, how good the supply is, how the market goes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.goods import level_shares
from fenxiao.console.periods import LENGTHS, chosen_period
from fenxiao.console.requests import MemberRequest
from fenxiao.insights import queries as insights
from fenxiao.parties.models import Kind
from fenxiao.quality.queries import run_in_force


@require_safe
@role_required(Kind.OPERATOR)
def home(request: MemberRequest) -> HttpResponse:
    """The queue, products per level, parties, and the market's figures beside the period before."""
    figures = insights.operator_home(now=request.now)
    shown = {
        "home": figures,
        "period": chosen_period(figures.sales, request),
        "lengths": LENGTHS,
        "counts": level_shares(figures.goods.by_level),
        "run": run_in_force(),
    }
    return render(request, "console/operator/home.html", shown)

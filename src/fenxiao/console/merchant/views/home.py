"""A merchant's home: what sold, what it cost, and what to do next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.goods import level_shares
from fenxiao.console.periods import LENGTHS, chosen_period
from fenxiao.console.requests import MemberRequest
from fenxiao.insights import queries as insights
from fenxiao.parties.models import Kind
from fenxiao.quality.queries import levers_of_merchant

LEVERS_SHOWN = 3


@require_safe
@role_required(Kind.MERCHANT)
def home(request: MemberRequest) -> HttpResponse:
    """Figures of a period beside the one before, products per level, and products that need their merchant."""
    figures = insights.merchant_home(request.organisation, now=request.now)
    found = levers_of_merchant(request.organisation)
    shown = {
        "home": figures,
        "period": chosen_period(figures.sales, request),
        "lengths": LENGTHS,
        "counts": level_shares(figures.goods.by_level),
        "levers": found.levers[:LEVERS_SHOWN] if found else (),
    }
    return render(request, "console/merchant/home.html", shown)

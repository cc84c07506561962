"""The operators' home: what waits, how good the supply is, how the market goes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.catalog.models import Product
from fenxiao.catalog.queries import review_queue
from fenxiao.console.access import role_required
from fenxiao.console.goods import per_level
from fenxiao.console.requests import MemberRequest
from fenxiao.console.window import last_days
from fenxiao.facts import queries as facts
from fenxiao.facts.queries import Figures
from fenxiao.parties.models import Kind, Organisation
from fenxiao.quality.models import GradingRun

SUMMED = ("paid_lines", "promoted_lines", "gmv_fen", "promoted_gmv_fen", "commission_fen", "refund_fen", "clicks")


@require_safe
@role_required(Kind.OPERATOR)
def home(request: MemberRequest) -> HttpResponse:
    """The queue, products per level, parties, and the market's last 30 days."""
    days = facts.daily_of_all(*last_days(request.now))
    cases = review_queue()
    parties = Organisation.objects.filter(is_active=True)
    shown = {
        "days": days,
        "figures": Figures(**{name: sum(getattr(day, name) for _, day in days) for name in SUMMED}),
        "waiting": cases.count(),
        "oldest": cases.first(),
        "counts": per_level(Product.objects.all()),
        "merchants": parties.filter(kind=Kind.MERCHANT).count(),
        "creators": parties.filter(kind=Kind.CREATOR).count(),
        "run": GradingRun.objects.select_related("policy").order_by("-pk").first(),
    }
    return render(request, "console/operator/home.html", shown)

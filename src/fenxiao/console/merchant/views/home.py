"""A merchant's home: what sold, what it cost, and what to do next."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.catalog.models import Level, Product, ProductState
from fenxiao.console.access import role_required
from fenxiao.console.goods import per_level
from fenxiao.console.requests import MemberRequest
from fenxiao.console.window import last_days
from fenxiao.facts import queries as facts
from fenxiao.ledger import queries as ledger
from fenxiao.ledger.models import AccountKind
from fenxiao.parties.models import Kind


@require_safe
@role_required(Kind.MERCHANT)
def home(request: MemberRequest) -> HttpResponse:
    """Figures of the last 30 days, products per level, and products that need their merchant."""
    merchant, (since, until) = request.organisation, last_days(request.now)
    own = Product.objects.owned_by(merchant)
    shown = {
        "figures": facts.merchant_sums([merchant.pk], since, until)[merchant.pk],
        "days": facts.daily_of_merchant(merchant, since, until),
        "wallet": ledger.balances_of(merchant)[AccountKind.MERCHANT_WALLET],
        "counts": per_level(own),
        "states": own.aggregate(
            total=Count("pk"),
            refused=Count("pk", filter=Q(state=ProductState.REFUSED)),
            waiting=Count("pk", filter=Q(state=ProductState.PENDING)),
            unqualified=Count("pk", filter=Q(level=Level.UNQUALIFIED, state=ProductState.ADMITTED)),
            sold_out=Count("pk", filter=Q(stock=0, state=ProductState.ADMITTED)),
        ),
    }
    return render(request, "console/merchant/home.html", shown)

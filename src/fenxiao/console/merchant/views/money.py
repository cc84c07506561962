"""A merchant's orders and wallet."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.lists import page_of
from fenxiao.console.merchant.forms import OrderFilter
from fenxiao.console.requests import MemberRequest
from fenxiao.ledger import queries as ledger
from fenxiao.ledger.models import Posting
from fenxiao.orders import queries as placed
from fenxiao.parties.models import Kind


@require_safe
@role_required(Kind.MERCHANT)
def orders(request: MemberRequest) -> HttpResponse:
    """Lines of one's own goods, with or without a promoter, newest first."""
    asked = OrderFilter(request.GET)
    rows = placed.lines_of_merchant(request.organisation)
    if state := asked.chosen("state"):
        rows = rows.filter(state=state)
    page = page_of(rows, request)
    return render(request, "console/merchant/orders.html", {"filter": asked, "page": page})


@require_safe
@role_required(Kind.MERCHANT)
def wallet(request: MemberRequest) -> HttpResponse:
    """What is in the wallet, and every movement that changed it."""
    postings = Posting.objects.filter(account__organisation=request.organisation)
    page = page_of(postings.select_related("transfer", "account").order_by("-pk"), request)
    shown = {"balances": ledger.balances_of(request.organisation).items(), "page": page}
    return render(request, "console/merchant/wallet.html", shown)

"""A creator's order lines and income."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.creator.forms import OrderFilter
from fenxiao.console.lists import page_of
from fenxiao.console.requests import MemberRequest
from fenxiao.insights import queries as insights
from fenxiao.ledger import queries as ledger
from fenxiao.ledger.models import Posting
from fenxiao.orders import queries as placed
from fenxiao.parties.models import Kind, Organisation


@require_safe
@role_required(Kind.CREATOR)
def orders(request: MemberRequest) -> HttpResponse:
    """Lines attributed to this creator, with state, reason and own mark."""
    asked = OrderFilter(request.GET)
    rows = placed.lines_of_creator(request.organisation)
    if state := asked.chosen("state"):
        rows = rows.filter(state=state)
    if sub_id := asked.chosen("sub_id"):
        rows = rows.filter(sub_id=sub_id)
    return render(request, "console/creator/orders.html", {"filter": asked, "page": page_of(rows, request)})


@require_safe
@role_required(Kind.CREATOR)
def income(request: MemberRequest) -> HttpResponse:
    """What is expected, what is settled, and every transfer that made it so."""
    shown = {
        "home": insights.creator_home(request.organisation, now=request.now),
        "page": page_of(_IncomeRows(request.organisation), request),
    }
    return render(request, "console/creator/income.html", shown)


class _IncomeRows:
    """A creator's income rows as a sequence that a page is cut from."""

    def __init__(self, creator: Organisation) -> None:
        self.creator = creator

    def __len__(self) -> int:
        return Posting.objects.filter(account__organisation=self.creator).count()

    def __getitem__(self, wanted: slice) -> list[ledger.IncomeRow]:
        return ledger.income_rows(self.creator, start=wanted.start, most=wanted.stop - wanted.start)

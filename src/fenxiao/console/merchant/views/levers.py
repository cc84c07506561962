"""What lifts most of one's goods, and the goods that one thing lifts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.catalog.models import Product
from fenxiao.console.access import role_required
from fenxiao.console.lists import page_of
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind
from fenxiao.quality import queries as quality
from fenxiao.quality.rules.levers import Lever, Lift

MOST_SHOWN = 12  # the rest lifts few


@require_safe
@role_required(Kind.MERCHANT)
def levers(request: MemberRequest) -> HttpResponse:
    """The things that lift most goods, and under `?of=` the goods that one of them lifts."""
    found = quality.levers_of_merchant(request.organisation)
    shown: dict[str, object] = {
        "found": found,
        "levers": found.levers[:MOST_SHOWN] if found else (),
        "others": max(len(found.levers) - MOST_SHOWN, 0) if found else 0,
        "is_graded": quality.run_in_force() is not None,
    }
    if found and (lever := found.lever(request.GET.get("of", ""))):
        shown |= _goods_of(lever, request)
    return render(request, "console/merchant/levers.html", shown)


def _goods_of(lever: Lever, request: MemberRequest) -> dict[str, object]:
    page = page_of(lever.lifts, request)
    lifts: list[Lift] = list(page)
    goods = Product.objects.owned_by(request.organisation).select_related("category")
    found = goods.in_bulk([lift.product_id for lift in lifts])
    rows = [(found[lift.product_id], lift) for lift in lifts if lift.product_id in found]
    return {"lever": lever, "page": page, "rows": rows}

"""Goods side by side."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.creator.comparing import MOST, Column, columns_of
from fenxiao.console.creator.items import items_of
from fenxiao.console.creator.ways import number_of
from fenxiao.console.requests import MemberRequest
from fenxiao.discovery import queries as discovery
from fenxiao.discovery import services as showings
from fenxiao.discovery.models import Surface
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind


@require_safe
@role_required(Kind.CREATOR)
def compare(request: MemberRequest) -> HttpResponse:
    """Up to four goods beside one another; of more the first four, with a word about the rest."""
    asked = _asked(request.GET)
    columns = columns_of(asked[:MOST], creator=request.organisation, now=request.now)
    too_many = len(asked) - MOST
    if too_many > 0:
        messages.error(request, _("Four goods at most can be compared: the first four are shown."))
    shown = {
        "columns": [(each, _address(asked[:MOST], without=each.product.pk)) for each in columns],
        "is_one": len(columns) == 1,
        "more": _more(request, columns),
        "address": _address(asked[:MOST]),
    }
    return render(request, "console/creator/compare.html", shown, status=422 if too_many > 0 else 200)


@require_POST
@role_required(Kind.CREATOR)
def choose(request: MemberRequest) -> HttpResponse:
    """Lead from the goods ticked in a list to the page that compares them. Refuses none and more than four."""
    asked = _asked(request.POST)
    if not asked:
        raise BadInput(field="products", reason_zh="请先勾选商品", reason_en="tick one product at least")
    if len(asked) > MOST:
        zh, en = f"最多对比 {MOST} 款商品，请少勾选几款", f"{MOST} goods at most can be compared: tick fewer"
        raise BadInput(field="products", reason_zh=zh, reason_en=en)
    return redirect(_address(asked))


def _asked(told: QueryDict) -> list[int]:
    """The goods named, each once. Refuses what is no number."""
    numbers = [number_of(each) for each in told.getlist("products")]
    if None in numbers:
        raise BadInput(field="products", reason_zh="应为商品编号", reason_en="not the number of a product")
    return list(dict.fromkeys(number for number in numbers if number is not None))


def _address(product_ids: Sequence[int], *, without: int | None = None) -> str:
    query = QueryDict(mutable=True)
    query.setlist("products", [str(pk) for pk in product_ids if pk != without])
    return f"{reverse('creator:compare')}?{query.urlencode()}"


def _more(request: MemberRequest, columns: Sequence[Column]) -> list[object]:
    """Goods to set beside a single one: those like it."""
    if len(columns) != 1 or not columns[0].is_offered:
        return []
    goods = discovery.similar_goods(columns[0].product)
    showings.log_showing(
        [each.pk for each in goods], creator=request.organisation, surface=Surface.SIMILAR, now=request.now
    )
    return list(items_of(goods, creator=request.organisation, now=request.now).values())

"""The square: creators found, one of them, some beside one another."""

from collections.abc import Sequence
from contextlib import suppress

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.catalog.models import Product
from fenxiao.catalog.queries import categories_along
from fenxiao.console.access import role_required
from fenxiao.console.categories import way_to
from fenxiao.console.forms import refusals_on
from fenxiao.console.lists import ticked
from fenxiao.console.requests import MemberRequest
from fenxiao.console.square.compared import rows_of
from fenxiao.console.square.forms import SORTS, SquareFilter
from fenxiao.console.square.names import names_of
from fenxiao.console.square.products import goods_offered, number_of, product_chosen
from fenxiao.discovery.errors import MatchesMissing
from fenxiao.discovery.queries.matches import alike_creators
from fenxiao.discovery.queries.shortlist import shortlisted_ids
from fenxiao.discovery.queries.square import SquareFound, creators_found, creators_shown, suitings_for
from fenxiao.discovery.rules.square import MOST_COMPARED, SquareSort
from fenxiao.discovery.rules.suiting import Suiting
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.audience import DIMENSIONS
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act, may

ALIKE = 6
AUDIENCE = {"gender": _("Followers: gender"), "age": _("Followers: age"), "region": _("Followers: region")}


@require_safe
@role_required(Kind.MERCHANT, Kind.LEADER)
def creators(request: MemberRequest) -> HttpResponse:
    """Search the creators."""
    goods, categories = goods_offered(request), categories_along(request.GET.get("category", ""))
    asked = SquareFilter(request.GET, categories=categories, products=goods)
    found = _found(asked, request)
    rows = found.rows if found else []
    shown = {
        "filter": asked,
        "found": found,
        "rows": [(row, found.suitings.get(row.id)) for row in rows] if found else [],
        "names": names_of(rows, found.suitings.values() if found else ()),
        "listed": shortlisted_ids(request.organisation, [row.id for row in rows]),
        "way": way_to(asked.chosen("category") or "", categories),
        "sorts": [(SquareSort.FIT, None), *SORTS] if asked.chosen("product") else SORTS,
        "sort": asked.chosen("sort") or (SquareSort.FIT if asked.chosen("product") else SquareSort.GMV),
        "product": asked.chosen("product"),
        "is_first": not asked.chosen("cursor"),
        "may_choose_goods": bool(goods),
        "may_act": may(request.member.role, Act.WORK),
    }
    return render(request, "console/square/creators.html", shown, status=422 if asked.errors else 200)


@require_safe
@role_required(Kind.MERCHANT, Kind.LEADER)
def creator(request: MemberRequest, creator_id: int) -> HttpResponse:
    """All that may be seen of one creator, and how well he suits a product of one's own."""
    found = creators_shown([creator_id], now=request.now)
    if not found:
        raise Http404
    goods, product = goods_offered(request), product_chosen(request)
    suitings = _suitings([creator_id], product, request)
    alike = creators_shown(_alike(creator_id), now=request.now)
    shown = {
        "creator": found[0],
        "product": product,
        "goods": goods,
        "suiting": suitings.get(creator_id),
        "alike": alike,
        "names": names_of([found[0], *alike], suitings.values()),
        "is_listed": bool(shortlisted_ids(request.organisation, [creator_id])),
        "dimensions": [(code, AUDIENCE[code]) for code in DIMENSIONS],
        "may_act": may(request.member.role, Act.WORK),
    }
    return render(request, "console/square/creator.html", shown)


@require_safe
@role_required(Kind.MERCHANT, Kind.LEADER)
def compare(request: MemberRequest) -> HttpResponse:
    """Up to four creators side by side."""
    ids = _asked(request.GET)
    product = product_chosen(request)
    columns = creators_shown(ids, now=request.now)
    suitings = _suitings(ids, product, request)
    names = names_of(columns, suitings.values())
    shown = {
        "columns": [(each, compare_address([pk for pk in ids if pk != each.id], product)) for each in columns],
        "lines": rows_of(columns, suitings, names),
        "reasons": [suitings.get(each.id) for each in columns] if suitings else [],
        "names": names,
        "product": product,
        "missing": len(ids) - len(columns),
    }
    return render(request, "console/square/compare.html", shown)


@require_POST
@role_required(Kind.MERCHANT, Kind.LEADER)
def choose_compared(request: MemberRequest) -> HttpResponse:
    """Lead from the creators ticked in a list to the page that compares them. Refuses none and more than four."""
    ids = list(dict.fromkeys(ticked(request, "creators")))
    if len(ids) > MOST_COMPARED:
        raise _too_many()
    return redirect(compare_address(ids, product_chosen(request)))


def compare_address(creator_ids: Sequence[int], product: Product | None) -> str:
    """The page that compares these."""
    query = QueryDict(mutable=True)
    query.setlist("creators", [str(pk) for pk in creator_ids])
    if product:
        query["product"] = str(product.pk)
    return f"{reverse('square:compare')}?{query.urlencode()}"


def _found(asked: SquareFilter, request: MemberRequest) -> SquareFound | None:
    found = None
    if asked.is_valid():
        with refusals_on(asked):
            found = creators_found(asked.ask(), asker=request.organisation, now=request.now)
    return found


def _suitings(ids: Sequence[int], product: Product | None, request: MemberRequest) -> dict[int, Suiting]:
    if product is None:
        return {}
    return suitings_for(ids, product_id=product.pk, asker=request.organisation, now=request.now)


def _asked(told: QueryDict) -> list[int]:
    ids = list(dict.fromkeys(map(number_of, told.getlist("creators"))))
    if None in ids:
        raise BadInput(field="creators", reason_zh="应为达人编号", reason_en="not the number of a creator")
    if len(ids) > MOST_COMPARED:
        raise _too_many()
    return [pk for pk in ids if pk is not None]


def _too_many() -> BadInput:
    zh, en = f"最多对比 {MOST_COMPARED} 位达人", f"{MOST_COMPARED} creators at most can be compared"
    return BadInput(field="creators", reason_zh=zh, reason_en=en)


def _alike(creator_id: int) -> list[int]:
    with suppress(MatchesMissing):  # none were made yet: all but his like can be shown
        return [each.id for each in alike_creators(creator_id)[:ALIKE]]
    return []

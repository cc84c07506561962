"""The square: creators found, one of them, some beside one another."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.catalog.models import Category, Product
from fenxiao.catalog.queries import top_categories
from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.lists import ticked
from fenxiao.console.requests import MemberRequest
from fenxiao.console.square.compared import rows_of
from fenxiao.console.square.forms import SORTS, SquareFilter
from fenxiao.discovery.errors import MatchesMissing
from fenxiao.discovery.queries.asker import goods_asked_for
from fenxiao.discovery.queries.matches import alike_creators
from fenxiao.discovery.queries.shortlist import shortlisted_ids
from fenxiao.discovery.queries.square import CreatorShown, SquareFound, creators_found, creators_shown, suitings_for
from fenxiao.discovery.rules.square import MOST_COMPARED, SquareSort
from fenxiao.discovery.rules.suiting import Suiting
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.audience import DIMENSIONS
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act, may

GOODS_OFFERED = 100  # to choose from: those of the highest levels; every other one is reached from its own page
ALIKE = 6
AUDIENCE = {"gender": _("Followers: gender"), "age": _("Followers: age"), "region": _("Followers: region")}


@require_safe
@role_required(Kind.MERCHANT, Kind.LEADER)
def creators(request: MemberRequest) -> HttpResponse:
    """Search the creators."""
    goods = _goods(request, request.GET.get("product", ""))
    asked = SquareFilter(request.GET, categories=_categories(request.GET.get("category", "")), products=goods)
    found = _found(asked, request)
    rows = found.rows if found else []
    shown = {
        "filter": asked,
        "found": found,
        "rows": [(row, found.suitings.get(row.id)) for row in rows] if found else [],
        "names": _names(rows, found.suitings.values() if found else ()),
        "listed": shortlisted_ids(request.organisation, [row.id for row in rows]),
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
    goods = _goods(request, request.GET.get("product", ""))
    product = _own_product(request, goods)
    suitings = suitings_for([creator_id], product_id=product.pk, now=request.now) if product else {}
    alike = creators_shown(_alike(creator_id), now=request.now)
    shown = {
        "creator": found[0],
        "product": product,
        "goods": goods,
        "suiting": suitings.get(creator_id),
        "alike": alike,
        "names": _names([found[0], *alike], suitings.values()),
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
    goods = _goods(request, request.GET.get("product", ""))
    product = _own_product(request, goods)
    columns = creators_shown(ids, now=request.now)
    suitings = suitings_for(ids, product_id=product.pk, now=request.now) if product and columns else {}
    names = _names(columns, suitings.values())
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
    return redirect(compare_address(ids, _own_product(request, _goods(request, request.POST.get("product", "")))))


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
            found = creators_found(asked.ask(), now=request.now)
    return found


def _asked(told: QueryDict) -> list[int]:
    said = told.getlist("creators")
    if not all(each.isascii() and each.isdecimal() and len(each) < len(str(2**63)) for each in said):
        raise BadInput(field="creators", reason_zh="应为达人编号", reason_en="not the number of a creator")
    ids = list(dict.fromkeys(map(int, said)))
    if len(ids) > MOST_COMPARED:
        raise _too_many()
    return ids


def _too_many() -> BadInput:
    zh, en = f"最多对比 {MOST_COMPARED} 位达人", f"{MOST_COMPARED} creators at most can be compared"
    return BadInput(field="creators", reason_zh=zh, reason_en=en)


def _goods(request: MemberRequest, chosen: str) -> list[Product]:
    """One's own goods to choose from; the one chosen is among them however many there are."""
    goods: QuerySet[Product] = goods_asked_for(request.organisation, now=request.now)
    offered = list(goods.order_by("-level", "-pk")[:GOODS_OFFERED])
    if not chosen.isascii() or not chosen.isdecimal() or len(chosen) > len(str(2**62)):
        return offered
    if int(chosen) in {each.pk for each in offered}:
        return offered
    return [*offered, *goods.filter(pk=int(chosen))]


def _own_product(request: MemberRequest, goods: Iterable[Product]) -> Product | None:
    """The product of `?product=`. Refuses one that is not one's own."""
    said = request.GET.get("product") or request.POST.get("product") or ""
    if not said:
        return None
    own = next((each for each in goods if str(each.pk) == said), None)
    if own is None:
        raise BadInput(field="product", reason_zh="不是你的在推商品", reason_en="not a product of yours on the market")
    return own


def _categories(chosen: str) -> list[Category]:
    """The categories on top, and the chosen one where it lies deeper."""
    tops = top_categories()
    deeper = Category.objects.filter(pk=chosen, depth__gt=1).first()
    return [*tops, deeper] if deeper else tops


def _names(rows: Iterable[CreatorShown], suitings: Iterable[Suiting]) -> dict[str, Category]:
    """The categories that stand on the page, in one statement."""
    wanted = {category for row in rows for category in row.categories}
    wanted |= {each.category_id for suiting in suitings for each in suiting.reasons if each.category_id}
    return Category.objects.in_bulk(wanted)


def _alike(creator_id: int) -> list[int]:
    with suppress(MatchesMissing):  # none were made yet: all but his like can be shown
        return [each.id for each in alike_creators(creator_id)[:ALIKE]]
    return []

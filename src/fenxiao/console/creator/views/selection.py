"""The selection centre: goods worth selling, and one product before one sells it."""

from collections import Counter
from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from fenxiao.catalog.models import Product
from fenxiao.catalog.queries import categories_along, category_path
from fenxiao.console.access import role_required
from fenxiao.console.categories import way_to
from fenxiao.console.creator.forms import SelectionFilter
from fenxiao.console.creator.items import Item, items_of
from fenxiao.console.creator.market import market_of
from fenxiao.console.creator.progress import progress_in_windows
from fenxiao.console.creator.ways import best_of, losers_of, number_of, tiers_of, ways_of
from fenxiao.console.forms import GOODS_SORTS, refusals_on
from fenxiao.console.goods import explained_openly
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals.models import ShelfItem
from fenxiao.deals.rules.sayings import Code
from fenxiao.discovery import queries as discovery
from fenxiao.discovery.models import Surface
from fenxiao.discovery.queries import Found, FoundProduct, Sort
from fenxiao.discovery.queries.searches import askable_searches
from fenxiao.discovery.rules.asked_prices import AskedPrice
from fenxiao.discovery.services import log_showing, note_showing
from fenxiao.discovery.services.searches import LONGEST_NAME
from fenxiao.parties.models import Kind

CATEGORIES_OFFERED = 12


@dataclass(frozen=True, kw_only=True)
class PriceChoice:
    """A band of prices to narrow to, as the filter takes it; its upper bound is the last fen below the next band."""

    low: str
    high: str
    low_fen: int | None
    high_fen: int | None
    count: int


@require_safe
@role_required(Kind.CREATOR)
def selection(request: MemberRequest) -> HttpResponse:
    """Search the goods on offer."""
    categories = categories_along(request.GET.get("category", ""))
    asked = SelectionFilter(request.GET, categories=categories)
    found = None
    if asked.is_valid():
        with refusals_on(asked):
            found = discovery.search(asked.ask(now=request.now), now=request.now, creator=request.organisation)
            note_showing(found, creator=request.organisation, surface=Surface.SELECTION, now=request.now)
    shown = {
        "filter": asked,
        "found": found,
        "items": _items(request, found) if found else [],
        "page": _page(found) if found else None,
        "sorts": GOODS_SORTS,
        "sort": asked.chosen("sort") or Sort.RECOMMENDED,
        "is_filtered": bool(request.GET),
        "chips": (chips := asked.chips()),
        "search_name": ", ".join(said for _name, said in chips)[:LONGEST_NAME],
        "searches": askable_searches(request.organisation, now=request.now),
        "way": way_to(asked.chosen("category") or "", categories),
        "read_price": _price_in_words(asked, found),
    }
    template = "console/creator/selection_more.html"
    if not _goes_on(request):
        template = "console/creator/selection.html"
        shown |= _narrowing(found)
    response = render(request, template, shown, status=422 if asked.errors else 200)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@role_required(Kind.CREATOR)
def product(request: MemberRequest, product_id: int) -> HttpResponse:
    """What one order of it earns, in whichever way, and how good it is; nothing of the merchant's own figures."""
    rows = Product.objects.offered().select_related("category", "brand", "merchant")
    found = get_object_or_404(rows, pk=product_id)
    held = ShelfItem.objects.filter(creator=request.organisation, product=found, removed_at=None).first()
    similar = discovery.similar_goods(found)
    log_showing([each.pk for each in similar], creator=request.organisation, surface=Surface.SIMILAR, now=request.now)
    shown = {
        "product": found,
        "path": category_path(found.category),
        "held": held,
        "market": market_of(found, now=request.now),
        "similar": items_of(similar, creator=request.organisation, now=request.now).values(),
        **_ways_shown(request, found, held),
        **explained_openly(found),
    }
    return render(request, "console/creator/product.html", shown)


def _ways_shown(request: MemberRequest, product: Product, held: ShelfItem | None) -> dict[str, object]:
    """The ways, and one of them in full: the one asked for, else that of the shelf, else the best."""
    creator, now = request.organisation, request.now
    ways = ways_of(product, creator=creator, now=now)
    of_shelf = (held.application_id or 0) if held else None
    asked = number_of(request.GET.get("application"))
    way = best_of(ways, wanted=of_shelf if asked is None else asked)
    best = best_of(ways, wanted=None)
    quote = way.quote if way else deals.quote(product, creator=creator, moment=now)
    progress = progress_in_windows(creator, terms=[quote.terms])
    return {
        "ways": ways,
        "way": way,
        "better": best if best and way and best.earns_fen > way.earns_fen else None,
        "quote": quote,
        "is_way_held": bool(way and of_shelf == way.key),
        "losers": losers_of(quote.candidates, ways=ways) if quote.terms else [],
        "sayings": [(each.words("zh"), each.words("en")) for each in quote.sayings() if each.code != Code.STEP],
        "tiers": tiers_of(quote, now=now),
        "progress": progress.get((quote.terms.step_window_id if quote.terms else None) or 0),
    }


def _narrowing(found: Found | None) -> dict[str, object]:
    """How many goods another choice would leave."""
    if found is None:
        return {"counts": {}, "facets": [], "prices": []}
    return {
        "counts": _counts(found),
        "facets": found.facets.categories[:CATEGORIES_OFFERED],
        "prices": _prices(found),
    }


def _counts(found: Found) -> Counter[str]:
    """How many goods each category of the third level holds, and of the second those of all below it."""
    counted = Counter[str]()
    for each in found.facets.categories:
        counted[each.category.pk] += each.count
        counted[each.category.parent_id or ""] += each.count
    return counted


def _goes_on(request: MemberRequest) -> bool:
    """Whether only what follows the list on the page is asked for."""
    return "HX-Request" in request.headers and "cursor" in request.GET


def _items(request: MemberRequest, found: Found) -> list[Item]:
    units = {row.product.pk: row.sales_30d for row in found.rows}
    goods = [row.product for row in found.rows]
    items = items_of(goods, creator=request.organisation, now=request.now, units=units)
    return [replace(items[row.product.pk], why=_why(row)) for row in found.rows]


def _why(row: FoundProduct) -> tuple[str, str] | None:
    """What speaks most for a product, in Chinese and English; None in an order that is everybody's."""
    strongest = discovery.reasons(row)[:1]
    return (strongest[0].zh, strongest[0].en) if strongest else None


def _prices(found: Found) -> list[PriceChoice]:
    return [
        PriceChoice(
            low="" if each.low_fen is None else f"{each.low_fen / 100:g}",
            high="" if each.high_fen is None else f"{(each.high_fen - 1) / 100:.2f}",
            low_fen=each.low_fen,
            high_fen=each.high_fen,
            count=each.count,
        )
        for each in found.facets.prices
        if each.count
    ]


def _price_in_words(asked: SelectionFilter, found: Found | None) -> AskedPrice | None:
    """The price that was read from the words, where it narrowed the goods: a filter that was set goes before it."""
    if found is None or asked.chosen("price_min") or asked.chosen("price_max"):
        return None
    return found.understood.price


def _page(found: Found) -> "Page[int]":
    """The numbers below the list; the rows are found already."""
    return Paginator(range(found.total), found.per_page).get_page((found.first_place - 1) // found.per_page + 1)

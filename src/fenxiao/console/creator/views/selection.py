"""The selection centre: goods worth selling, and one product before one sells it."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fenxiao.catalog.models import Category, Product
from fenxiao.catalog.queries import category_path, top_categories
from fenxiao.console.access import role_required
from fenxiao.console.creator.forms import SORTS, SelectionFilter
from fenxiao.console.forms import refusals_on
from fenxiao.console.goods import explained_openly
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals.models import PlanType
from fenxiao.deals.rules import Terms, parts_of
from fenxiao.discovery import queries as discovery
from fenxiao.discovery.queries import Found, Sort
from fenxiao.facts import queries as facts
from fenxiao.kernel.clock import business_day
from fenxiao.parties.models import Kind

CATEGORIES_OFFERED = 12


@dataclass(frozen=True, kw_only=True)
class Item:
    """One card of the selection centre."""

    product: Product
    rate_bp: int | None
    earns_fen: int | None  # on one order, after the platform's fee; None without terms for this creator
    units_30d: int


@require_safe
@role_required(Kind.CREATOR)
def selection(request: MemberRequest) -> HttpResponse:
    """Search the goods on offer."""
    asked = SelectionFilter(request.GET, categories=_categories(request.GET.get("category", "")))
    found = None
    if asked.is_valid():
        with refusals_on(asked):
            found = discovery.search(asked.ask(), now=request.now)
    shown = {
        "filter": asked,
        "found": found,
        "items": _items(request, found) if found else [],
        "page": _page(found) if found else None,
        "sorts": SORTS,
        "sort": asked.chosen("sort") or Sort.RECOMMENDED,
        "is_filtered": bool(request.GET),
        "facets": found.facets.categories[:CATEGORIES_OFFERED] if found else [],
    }
    return render(request, "console/creator/selection.html", shown, status=422 if asked.errors else 200)


@require_safe
@role_required(Kind.CREATOR)
def product(request: MemberRequest, product_id: int) -> HttpResponse:
    """What one order of it earns, and how good it is; nothing of the merchant's own figures."""
    rows = Product.objects.offered().select_related("category", "brand", "merchant")
    found = get_object_or_404(rows, pk=product_id)
    quote = deals.quote(found, creator=request.organisation, moment=request.now)
    shown = {
        "product": found,
        "path": category_path(found.category),
        "quote": quote,
        "losers": [
            (PlanType(lost.offer.plan_type).label, (lost.words("zh"), lost.words("en")))
            for lost in quote.candidates
            if quote.terms and not lost.won
        ],
        "sayings": [(saying.words("zh"), saying.words("en")) for saying in quote.sayings()],
        "units_30d": facts.sales_30d([found.pk], business_day(request.now))[found.pk],
        **explained_openly(found),
    }
    return render(request, "console/creator/product.html", shown)


def _categories(chosen: str) -> list[Category]:
    """The categories on top, and the chosen one where it lies deeper."""
    tops = top_categories()
    deeper = Category.objects.filter(pk=chosen, depth__gt=1).first()
    return [*tops, deeper] if deeper else tops


def _items(request: MemberRequest, found: Found) -> list[Item]:
    asks = {
        row.product.pk: deals.Ask(product_id=row.product.pk, creator_id=request.organisation.pk, moment=request.now)
        for row in found.rows
    }
    terms = deals.terms_at(list(asks.values()))
    return [_item(row.product, terms.get(asks[row.product.pk]), units_30d=row.sales_30d) for row in found.rows]


def _item(product: Product, terms: Terms | None, *, units_30d: int) -> Item:
    if terms is None:
        return Item(product=product, rate_bp=None, earns_fen=None, units_30d=units_30d)
    parts = parts_of(
        product.price_fen,
        commission_rate_bp=terms.commission_rate_bp,
        service_fee_rate_bp=terms.service_fee_rate_bp,
        platform_fee_rate_bp=terms.platform_fee_rate_bp,
    )
    return Item(product=product, rate_bp=terms.commission_rate_bp, earns_fen=parts.creator_net_fen, units_30d=units_30d)


def _page(found: Found) -> "Page[int]":
    """The numbers below the list; the rows are found already."""
    return Paginator(range(found.total), found.per_page).get_page(found.page)

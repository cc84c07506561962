"""Goods by words, filters and order: found in the index, shown as they stand in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from time import perf_counter

from fenxiao.catalog.models import Category, Product
from fenxiao.deals.queries import rates_at
from fenxiao.discovery import reader
from fenxiao.discovery.queries.asking import Reading
from fenxiao.discovery.queries.entries import commission_of
from fenxiao.discovery.queries.facets import Facets, facets_of
from fenxiao.discovery.queries.hits import Hit, find
from fenxiao.discovery.rules import DEEPEST, Factors, SearchAsk, Understood, checked
from fenxiao.kernel.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class FoundProduct:
    """One product found. Price, level and rate are PostgreSQL's of this moment, the rest is the index's."""

    product: Product  # with merchant, brand, category and its third level
    rate_bp: int  # what anyone gets
    commission_fen: int  # of one order of one piece, before the platform's fee
    sales_30d: int
    merchant_score_centi: int | None
    relevance: float  # of the words alone; 1.0 where words played no part in the order
    factors: Factors  # what else moved it under "recommended"


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of what was found."""

    total: int
    rows: list[FoundProduct]
    facets: Facets
    understood: Understood  # what was read from the words, to be shown and, where it was meant otherwise, taken back
    reading: Reading  # how freely they were read
    next_cursor: str | None  # where the list goes on; None at its end
    page: int
    per_page: int
    seconds: float

    @property
    def pages(self) -> int:
        """How many pages can be turned to; rows beyond the deepest are reached by narrowing the search."""
        return min(ceil(self.total / self.per_page), DEEPEST // self.per_page)


def search(ask: SearchAsk, *, now: datetime) -> Found:
    """The page of goods that meet the ask, in a constant number of statements.

    Refuses a field that cannot be answered (`BadInput`) and a missing index (`IndexMissing`). What ceased to be
    offered since it was indexed is left out and not counted.
    """
    started = perf_counter()
    _check_category(checked(ask))
    searcher = reader.searcher()
    found = find(searcher, ask)
    rows = _rows(found.hits, now=now)
    return Found(
        total=found.total - (len(found.hits) - len(rows)),
        rows=rows,
        facets=facets_of(searcher, ask, found.understood, reading=found.reading),
        understood=found.understood,
        reading=found.reading,
        next_cursor=found.next_cursor,
        page=ask.page,
        per_page=ask.per_page,
        seconds=perf_counter() - started,
    )


def _check_category(ask: SearchAsk) -> None:
    if ask.category_id is not None and not Category.objects.filter(pk=ask.category_id).exists():
        raise BadInput(field="category_id", reason_zh="没有这个类目", reason_en="there is no such category")


def _rows(hits: Sequence[Hit], *, now: datetime) -> list[FoundProduct]:
    ids = [hit.product_id for hit in hits]
    offered = Product.objects.offered().select_related("merchant", "brand", "category__third")
    products = offered.in_bulk(ids)
    rates = rates_at(ids, now)
    return [
        FoundProduct(
            product=products[hit.product_id],
            rate_bp=rates[hit.product_id],
            commission_fen=commission_of(products[hit.product_id], rate_bp=rates[hit.product_id]),
            sales_30d=hit.sales_30d,
            merchant_score_centi=hit.merchant_score_centi,
            relevance=hit.relevance,
            factors=hit.factors,
        )
        for hit in hits
        if hit.product_id in products and hit.product_id in rates
    ]

"""Goods by words, filters and order: found in the index, shown as they stand in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from time import perf_counter
from typing import Any, Final

from tantivy import Order, Searcher

from fenxiao.catalog.models import Category, Product
from fenxiao.deals.queries import rates_at
from fenxiao.discovery import reader
from fenxiao.discovery.queries.asking import query_for
from fenxiao.discovery.queries.entries import commission_of
from fenxiao.discovery.rules import DEEPEST, Factors, SearchAsk, Sort, checked
from fenxiao.kernel.errors import BadInput

CATEGORIES_SHOWN: Final = 50
# By recommendation without words, and every other sort, goes by a key of the index alone.
ORDER_FIELDS: Final = {
    Sort.RECOMMENDED: ("by_rank", Order.Desc),
    Sort.COMMISSION: ("by_commission", Order.Desc),
    Sort.PRICE_ASC: ("by_price", Order.Asc),
    Sort.PRICE_DESC: ("by_price", Order.Desc),
    Sort.SALES: ("by_sales", Order.Desc),
}


@dataclass(frozen=True, kw_only=True)
class FoundProduct:
    """One product found. Price, level and rate are PostgreSQL's of this moment, the rest is the index's."""

    product: Product  # with merchant, brand, category and its third level
    rate_bp: int  # what anyone gets
    commission_fen: int  # of one order of one piece, before the platform's fee
    sales_30d: int
    merchant_score_centi: int | None
    relevance: float  # 1.0 where words played no part in the order
    factors: Factors  # what else moved it under "recommended"


@dataclass(frozen=True, kw_only=True)
class CategoryCount:
    """How many of the goods found are in one category."""

    category: Category
    count: int


@dataclass(frozen=True, kw_only=True)
class Facets:
    """Counts under every filter but the facet's own, so that another choice can be seen before it is made."""

    categories: list[CategoryCount]  # of the third level, most first
    levels: dict[int, int]  # L1 to L5, zeros included


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of what was found."""

    total: int
    rows: list[FoundProduct]
    facets: Facets
    page: int
    per_page: int
    seconds: float

    @property
    def pages(self) -> int:
        """How many pages can be turned to; rows beyond the deepest are reached by narrowing the search."""
        return min(ceil(self.total / self.per_page), DEEPEST // self.per_page)


@dataclass(frozen=True, kw_only=True)
class _Hit:
    """What the index says of one product found."""

    product_id: int
    sales_30d: int
    merchant_score_centi: int | None
    relevance: float
    factors: Factors


def search(ask: SearchAsk, *, now: datetime) -> Found:
    """The page of goods that meet the ask, in a constant number of statements.

    Refuses a field that cannot be answered (`BadInput`) and a missing index (`IndexMissing`). What ceased to be
    offered since it was indexed is left out and not counted.
    """
    started = perf_counter()
    _check_category(checked(ask))
    searcher = reader.searcher()
    total, hits = _hits(searcher, ask)
    rows = _rows(hits, now=now)
    return Found(
        total=total - (len(hits) - len(rows)),
        rows=rows,
        facets=_facets(searcher, ask),
        page=ask.page,
        per_page=ask.per_page,
        seconds=perf_counter() - started,
    )


def _check_category(ask: SearchAsk) -> None:
    if ask.category_id is not None and not Category.objects.filter(pk=ask.category_id).exists():
        raise BadInput(field="category_id", reason_zh="没有这个类目", reason_en="there is no such category")


def _hits(searcher: Searcher, ask: SearchAsk) -> tuple[int, list[_Hit]]:
    is_by_words = bool(ask.text.strip()) and ask.sort == Sort.RECOMMENDED
    field, order = ORDER_FIELDS[Sort(ask.sort)]
    ordered: dict[str, Any] = (
        {"weight_by_field": "weight"} if is_by_words else {"order_by_field": field, "order": order}
    )
    result = searcher.search(query_for(ask), limit=ask.per_page, offset=(ask.page - 1) * ask.per_page, **ordered)
    total: int = result.count  # type: ignore[attr-defined]  # its stub leaves it out
    scores = [score if is_by_words else None for score, _ in result.hits]
    return total, _read(searcher, [address for _, address in result.hits], scores)


def _read(searcher: Searcher, addresses: list[Any], scores: Sequence[float | None]) -> list[_Hit]:
    names = ("id", "sales_30d", "merchant_score_centi", "level_boost", "earning", "availability")
    columns = [searcher.fast_field_values(name, addresses) for name in names]
    hits = []
    for score, product_id, sales, merchant_score, level, earning, availability in zip(scores, *columns, strict=True):
        factors = Factors(level=level, earning=earning, availability=availability)
        relevance = 1.0 if score is None else score / factors.weight
        hits.append(
            _Hit(
                product_id=product_id,
                sales_30d=sales,
                merchant_score_centi=merchant_score,
                relevance=relevance,
                factors=factors,
            )
        )
    return hits


def _rows(hits: Sequence[_Hit], *, now: datetime) -> list[FoundProduct]:
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


def _facets(searcher: Searcher, ask: SearchAsk) -> Facets:
    by_category = {"third": {"terms": {"field": "third", "size": CATEGORIES_SHOWN}}}
    by_level = {"level": {"terms": {"field": "level", "size": len(range(1, 6))}}}
    if ask.levels or ask.category_id is not None:
        third = searcher.aggregate(query_for(ask, any_category=True), by_category)["third"]
        level = searcher.aggregate(query_for(ask, any_level=True), by_level)["level"]
    else:
        both = searcher.aggregate(query_for(ask), by_category | by_level)
        third, level = both["third"], both["level"]
    counts = {int(bucket["key"]): bucket["doc_count"] for bucket in level["buckets"]}
    return Facets(categories=_named(third["buckets"]), levels={number: counts.get(number, 0) for number in range(1, 6)})


def _named(buckets: Sequence[dict[str, Any]]) -> list[CategoryCount]:
    categories = Category.objects.in_bulk([bucket["key"] for bucket in buckets])
    return [
        CategoryCount(category=categories[bucket["key"]], count=bucket["doc_count"])
        for bucket in buckets
        if bucket["key"] in categories
    ]

"""How many of the goods found have what, counted under every filter but the facet's own: another choice is seen before
it is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tantivy import Searcher

from fenxiao.catalog.models import Category
from fenxiao.discovery.queries.asking import Reading, query_for
from fenxiao.discovery.rules import SearchAsk, Understood

CATEGORIES_SHOWN: Final = 50
BRANDS_SHOWN: Final = 20
PRICE_BOUNDS_FEN: Final = (2_000, 5_000, 10_000, 20_000, 50_000)

COUNTED: Final[Mapping[str, dict[str, Any]]] = {
    "category": {"terms": {"field": "third", "size": CATEGORIES_SHOWN}},
    "level": {"terms": {"field": "level", "size": 5}},
    "price": {
        "range": {
            "field": "price_fen",
            "ranges": [
                {key: float(bound) for key, bound in (("from", low), ("to", high)) if bound is not None}
                for low, high in zip((None, *PRICE_BOUNDS_FEN), (*PRICE_BOUNDS_FEN, None), strict=True)
            ],
        }
    },
}


@dataclass(frozen=True, kw_only=True)
class CategoryCount:
    """How many of the goods found are in one category."""

    category: Category
    count: int


@dataclass(frozen=True, kw_only=True)
class PriceCount:
    """How many of the goods found cost at least `low_fen` and less than `high_fen`."""

    low_fen: int | None
    high_fen: int | None
    count: int


@dataclass(frozen=True, kw_only=True)
class Facets:
    """The counts beside a page of goods."""

    categories: list[CategoryCount]  # of the third level, most first
    levels: dict[int, int]  # L1 to L5, zeros included
    prices: list[PriceCount]


def facets_of(searcher: Searcher, ask: SearchAsk, understood: Understood, *, reading: Reading) -> Facets:
    """The counts of an ask. A facet whose own filter is not set shares one pass with the others."""
    filtered = {
        "category": ask.category_id is not None,
        "level": bool(ask.levels),
        "price": _has_price(ask, understood),
    }
    free = [facet for facet, is_set in filtered.items() if not is_set]
    passes = [("", free), *((facet, [facet]) for facet, is_set in filtered.items() if is_set)]
    counts: dict[str, Any] = {}
    for without, counted in passes:
        if counted:
            query = query_for(ask, understood, reading=reading, without=without)
            counts |= searcher.aggregate(query, {facet: COUNTED[facet] for facet in counted})
    levels = {int(bucket["key"]): bucket["doc_count"] for bucket in counts["level"]["buckets"]}
    return Facets(
        categories=_named(counts["category"]["buckets"]),
        levels={number: levels.get(number, 0) for number in range(1, 6)},
        prices=[_priced(bucket) for bucket in counts["price"]["buckets"]],
    )


def _has_price(ask: SearchAsk, understood: Understood) -> bool:
    return any(each is not None for each in (ask.price_min_fen, ask.price_max_fen, understood.price))


def _priced(bucket: Mapping[str, Any]) -> PriceCount:
    low, high = (None if bucket.get(side) is None else int(bucket[side]) for side in ("from", "to"))
    return PriceCount(low_fen=low or None, high_fen=high, count=bucket["doc_count"])


def _named(buckets: Sequence[dict[str, Any]]) -> list[CategoryCount]:
    categories = Category.objects.in_bulk([bucket["key"] for bucket in buckets])
    return [
        CategoryCount(category=categories[bucket["key"]], count=bucket["doc_count"])
        for bucket in buckets
        if bucket["key"] in categories
    ]

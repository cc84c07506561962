"""How many of the goods found have what, counted under every filter but the facet's own: another choice is seen before
it is made."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, Self

import numpy as np
from tantivy import Query, Searcher

from fenxiao.catalog.models import Category
from fenxiao.discovery.queries.asking import Reading, late_of, query_for
from fenxiao.discovery.rules import SearchAsk, Understood, filters_of
from fenxiao.discovery.table import Mask, Table

CATEGORIES_SHOWN: Final = 50
MOST_CATEGORIES: Final = 10_000  # of the third level that are counted
PRICE_BOUNDS_FEN: Final = (0, 2_000, 5_000, 10_000, 20_000, 50_000)
BANDS: Final = tuple(zip(PRICE_BOUNDS_FEN, (*PRICE_BOUNDS_FEN[1:], None), strict=True))
COUNTED: Final[dict[str, dict[str, Any]]] = {
    "category": {"terms": {"field": "third", "size": MOST_CATEGORIES}},
    "level": {"terms": {"field": "level", "size": 5}},
    "price": {
        "range": {
            "field": "price_fen",
            "ranges": [
                {side: float(bound) for side, bound in (("from", low), ("to", high)) if bound} for low, high in BANDS
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


@dataclass(frozen=True, kw_only=True)
class _Counts:
    """What was counted of some facets; nothing of the others."""

    category: Counter[str] = field(default_factory=Counter)
    level: Counter[int] = field(default_factory=Counter)
    price: Counter[int] = field(default_factory=Counter)  # by the lower bound

    def add(self, other: Self) -> None:
        """Count the other's too."""
        self.category.update(other.category)
        self.level.update(other.level)
        self.price.update(other.price)


def facets_of(
    searcher: Searcher, ask: SearchAsk, understood: Understood, *, reading: Reading, table: Table | None = None
) -> Facets:
    """The counts of an ask. A facet whose own filter is not set shares one pass with the others.

    As the goods themselves, those of asks without words are counted in the table where there is one.
    """
    by_table = None if understood.has_words else table
    counts = _Counts()
    for without, facets in _passes(ask, understood):
        query = query_for(ask, understood, reading=reading, without=without)
        if by_table is not None:
            mask = by_table.meeting(each for each in filters_of(ask, understood) if each.facet != without)
            counts.add(_in_table(by_table, mask, facets))
            query = late_of(query)
        if by_table is None or by_table.has_late:
            counts.add(_in_index(searcher, query, facets))
    return Facets(
        categories=_named(counts.category),
        levels={number: counts.level[number] for number in range(1, 6)},
        prices=[PriceCount(low_fen=low or None, high_fen=high, count=counts.price[low]) for low, high in BANDS],
    )


def _passes(ask: SearchAsk, understood: Understood) -> Iterator[tuple[str, list[str]]]:
    """Which facets are counted together, and without which of them as a filter ("": with every filter)."""
    filtered = [facet for facet in COUNTED if facet in {each.facet for each in filters_of(ask, understood)}]
    free = [facet for facet in COUNTED if facet not in filtered]
    if free:
        yield "", free
    yield from ((facet, [facet]) for facet in filtered)


def _in_table(table: Table, mask: Mask, facets: Sequence[str]) -> _Counts:
    counts, columns = _Counts(), table.columns
    if not columns.size:
        return counts
    if "category" in facets:
        for leaf, count in enumerate(np.bincount(columns.numbers["leaf"][mask]).tolist()):
            if count and (third := columns.leaves[leaf].third) is not None:
                counts.category[third] += count
    if "level" in facets:
        counts.level.update(dict(enumerate(np.bincount(columns.numbers["level"][mask]).tolist())))
    if "price" in facets:
        prices = columns.numbers["price_fen"][mask]
        below = [*(int(np.count_nonzero(prices < bound)) for bound in PRICE_BOUNDS_FEN), len(prices)]
        counts.price.update(dict(zip(PRICE_BOUNDS_FEN, (high - low for low, high in pairwise(below)), strict=True)))
    return counts


def _in_index(searcher: Searcher, query: Query, facets: Sequence[str]) -> _Counts:
    found = searcher.aggregate(query, {facet: COUNTED[facet] for facet in facets})
    buckets = {facet: found[facet]["buckets"] if facet in found else [] for facet in COUNTED}
    return _Counts(
        category=Counter({bucket["key"]: bucket["doc_count"] for bucket in buckets["category"]}),
        level=Counter({int(bucket["key"]): bucket["doc_count"] for bucket in buckets["level"]}),
        price=Counter({int(bucket.get("from") or 0): bucket["doc_count"] for bucket in buckets["price"]}),
    )


def _named(counts: Counter[str]) -> list[CategoryCount]:
    """The categories that most are in, of equals the one whose id comes first."""
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:CATEGORIES_SHOWN]
    categories = Category.objects.in_bulk([key for key, _ in most])
    return [CategoryCount(category=categories[key], count=count) for key, count in most if key in categories]

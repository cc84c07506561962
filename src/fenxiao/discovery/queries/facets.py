"""How many of the goods found have what, counted under every filter but the facet's own: another choice is seen before
it is made."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from tantivy import Query, Searcher

from fenxiao.catalog.models import Category
from fenxiao.deals.models import PlanType
from fenxiao.discovery.columns import Columns
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
    "select": {"terms": {"field": "is_select", "size": 2}},
    "freight": {"terms": {"field": "ships_free", "size": 2}},
    "plans": {"terms": {"field": "plan_types", "size": len(PlanType)}},
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
    select: int  # with the label
    ships_free: int
    plan_types: dict[int, int]  # every kind of plan that any of the goods has


Counts = dict[str, Counter[Any]]  # per facet how many have each value; a price's is its band's lower bound


def facets_of(
    searcher: Searcher, ask: SearchAsk, understood: Understood, *, reading: Reading, table: Table | None = None
) -> Facets:
    """The counts of an ask. A facet whose own filter is not set shares one pass with the others.

    As the goods themselves, those of asks without words are counted in the table where there is one.
    """
    by_table = None if understood.has_words else table
    counts: Counts = {facet: Counter() for facet in COUNTED}
    for without, facets in _passes(ask, understood):
        query = query_for(ask, understood, reading=reading, without=without)
        if by_table is not None:
            mask = by_table.meeting(each for each in filters_of(ask, understood) if each.facet != without)
            _add(counts, _in_table(by_table, mask, facets))
            query = late_of(query)
        if by_table is None or by_table.has_late:
            _add(counts, _in_index(searcher, query, facets))
    return Facets(
        categories=_named(counts["category"]),
        levels={number: counts["level"][number] for number in range(1, 6)},
        prices=[PriceCount(low_fen=low or None, high_fen=high, count=counts["price"][low]) for low, high in BANDS],
        select=counts["select"][True],
        ships_free=counts["freight"][True],
        plan_types={kind: count for kind, count in sorted(counts["plans"].items()) if count},
    )


def _add(counts: Counts, more: Counts) -> None:
    for facet, counted in more.items():
        counts[facet].update(counted)


def _passes(ask: SearchAsk, understood: Understood) -> Iterator[tuple[str, list[str]]]:
    """Which facets are counted together, and without which of them as a filter ("": with every filter)."""
    filtered = [facet for facet in COUNTED if facet in {each.facet for each in filters_of(ask, understood)}]
    free = [facet for facet in COUNTED if facet not in filtered]
    if free:
        yield "", free
    yield from ((facet, [facet]) for facet in filtered)


def _in_table(table: Table, mask: Mask, facets: Sequence[str]) -> Counts:
    if not table.columns.size:
        return {}
    return {facet: COUNTERS[facet](table.columns, mask) for facet in facets}


def _thirds(columns: Columns, mask: Mask) -> Counter[Any]:
    counted: Counter[Any] = Counter()
    for leaf, count in enumerate(np.bincount(columns.numbers["leaf"][mask]).tolist()):
        if count and (third := columns.leaves[leaf].third) is not None:
            counted[third] += count
    return counted


def _levels(columns: Columns, mask: Mask) -> Counter[Any]:
    return Counter(dict(enumerate(np.bincount(columns.numbers["level"][mask]).tolist())))


def _prices(columns: Columns, mask: Mask) -> Counter[Any]:
    prices = columns.numbers["price_fen"][mask]
    below = [*(int(np.count_nonzero(prices < bound)) for bound in PRICE_BOUNDS_FEN), len(prices)]
    return Counter(dict(zip(PRICE_BOUNDS_FEN, (high - low for low, high in pairwise(below)), strict=True)))


def _plans(columns: Columns, mask: Mask) -> Counter[Any]:
    """Every sort of goods has one number, a bit for each kind of plan, and there are few sorts."""
    sorts = enumerate(np.bincount(columns.numbers["plan_types"][mask]).tolist())
    counted: Counter[Any] = Counter()
    for bits, count in sorts:
        if count:
            counted.update({kind: count for kind in range(bits.bit_length()) if bits >> kind & 1})
    return counted


def _switched(field: str) -> Callable[[Columns, Mask], Counter[Any]]:
    return lambda columns, mask: Counter({True: int(np.count_nonzero(columns.numbers[field] & mask))})


COUNTERS: Final[dict[str, Callable[[Columns, Mask], Counter[Any]]]] = {
    "category": _thirds,
    "level": _levels,
    "price": _prices,
    "select": _switched("is_select"),
    "freight": _switched("ships_free"),
    "plans": _plans,
}


def _in_index(searcher: Searcher, query: Query, facets: Sequence[str]) -> Counts:
    found = searcher.aggregate(query, {facet: COUNTED[facet] for facet in facets})
    buckets = {facet: found[facet]["buckets"] for facet in facets if facet in found}
    return {facet: Counter({_value(each): each["doc_count"] for each in some}) for facet, some in buckets.items()}


def _value(bucket: dict[str, Any]) -> Any:
    """What a bucket counts: a band of prices by its lower bound, a switch and a number as numbers, a category by id."""
    if "from" in bucket or "to" in bucket:
        return int(bucket.get("from") or 0)
    return bucket["key"] if isinstance(bucket["key"], str) else int(bucket["key"])


def _named(counts: Counter[str]) -> list[CategoryCount]:
    """The categories that most are in, of equals the one whose id comes first."""
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:CATEGORIES_SHOWN]
    categories = Category.objects.in_bulk([key for key, _ in most])
    return [CategoryCount(category=categories[key], count=count) for key, count in most if key in categories]

"""What the index alone answers: which goods, in which order, and why. No statement is sent to the database here."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from tantivy import FieldType, Occur, Order, Query, Searcher

from fenxiao.discovery.columns import UNKNOWN
from fenxiao.discovery.layout import TEXTS, schema, terms_of
from fenxiao.discovery.queries.asking import Reading, late_of, one_of_products, query_for
from fenxiao.discovery.rules import (
    DEEPEST,
    Cursor,
    Factors,
    Market,
    SearchAsk,
    Sort,
    Understood,
    cursors,
    filters_of,
    relevance_of,
    understand,
)
from fenxiao.discovery.synonyms import synonyms
from fenxiao.discovery.table import Table, beyond, first_rows, values_at

# By recommendation without words, and every other sort, goes by a key of the index alone.
ORDER_FIELDS: Final = {
    Sort.RECOMMENDED: ("by_rank", Order.Desc),
    Sort.EARNS: ("by_earning", Order.Desc),
    Sort.COMMISSION: ("by_rate", Order.Desc),
    Sort.PRICE_ASC: ("by_price", Order.Asc),
    Sort.PRICE_DESC: ("by_price", Order.Desc),
    Sort.SALES: ("by_sales", Order.Desc),
    Sort.NEWEST: ("by_age", Order.Desc),
}
# What is read of each hit, in the order of `_hit`.
VALUES: Final = ("id", "sales_30d", "merchant_score_centi", "level_boost", "earning", "availability")
Values = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """What the index says of one product found."""

    product_id: int
    sales_30d: int
    merchant_score_centi: int | None
    relevance: float  # of the words alone; 1.0 where words played no part in the order
    factors: Factors  # what else moved it under "recommended"


@dataclass(frozen=True, kw_only=True)
class Hits:
    """One page of hits, how the query was read, and where the list goes on."""

    total: int
    hits: list[Hit]
    understood: Understood
    reading: Reading
    next_cursor: str | None


def find(searcher: Searcher, ask: SearchAsk, *, table: Table | None = None) -> Hits:
    """The page of goods that meet a checked ask. A query that finds nothing is read more freely, step by step.

    Asks without words are answered from the table where there is one; the answer is the same without.
    """
    understood = understood_in(searcher, ask.text)
    place = _Place.of(ask)
    if table is not None and not understood.has_words:
        reading, page = Reading.EXACT, _in_table(searcher, table, ask, understood, place=place)
    else:
        for reading in _readings(understood):
            page = _in_index(searcher, ask, understood, reading=reading, place=place)
            if page.total or not understood.things:
                break
    return Hits(
        total=page.total,
        hits=page.hits,
        understood=understood,
        reading=reading,
        next_cursor=page.next_cursor(ask),
    )


def find_among(
    searcher: Searcher, product_ids: Collection[int], ask: SearchAsk, understood: Understood, *, table: Table
) -> list[Hit]:
    """Those of some goods that meet a checked ask without words, in no order."""
    rows = table.among(product_ids, filters_of(ask, understood))
    values = list(zip(*values_at(table.columns.numbers, VALUES, rows), strict=True))
    if table.has_late:
        late = late_of(query_for(ask, understood, reading=Reading.EXACT))
        result = searcher.search(one_of_products(late, product_ids), limit=len(product_ids))
        values += _values_in_index(searcher, [address for _, address in result.hits])
    return [_hit(each) for each in values]


def understood_in(searcher: Searcher, text: str) -> Understood:
    """A query as it is read against the words, brands and categories of the goods on offer."""
    market = Market(
        has_brand=lambda name: searcher.doc_freq("brand_name", name) > 0,
        has_category=lambda name: searcher.doc_freq("category_name", name) > 0,
        has_word=lambda word: any(searcher.doc_freq(field, terms_of([word])[0]) > 0 for field in TEXTS),
    )
    return understand(text, synonyms=synonyms(), market=market)


def _readings(understood: Understood) -> list[Reading]:
    """How to read a query, one way after the other: there is nothing to mend in words that goods have."""
    return [each for each in Reading if understood.unknown or each is not Reading.FORGIVING]


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a page begins: behind a key, or behind a number of goods."""

    offset: int
    key: int | None = None
    passed: int = 0  # before the key

    @classmethod
    def of(cls, ask: SearchAsk) -> "_Place":
        if ask.cursor is None:
            return cls(offset=(ask.page - 1) * ask.per_page)
        cursor = cursors.read(ask.cursor, ask=ask)
        if cursor.key is None:
            return cls(offset=cursor.shown)
        return cls(offset=0, key=cursor.key, passed=cursor.shown)


@dataclass(frozen=True, kw_only=True)
class _Page:
    """A page of hits, with how many there are in all and how many were shown, with those of the pages before."""

    total: int
    shown: int
    hits: list[Hit]
    last_key: int | None  # None in the order of relevance, and without hits

    def next_cursor(self, ask: SearchAsk) -> str | None:
        """Where the next page begins; None behind the last good, and where no deeper page is answered."""
        is_by_relevance = self.last_key is None
        if self.shown >= self.total or not self.hits or (is_by_relevance and self.shown + ask.per_page > DEEPEST):
            return None
        return cursors.written(Cursor(key=self.last_key, shown=self.shown), ask=ask)


def _in_index(searcher: Searcher, ask: SearchAsk, understood: Understood, *, reading: Reading, place: _Place) -> _Page:
    has_scores = bool(understood.things) and ask.sort == Sort.RECOMMENDED
    field, order = ORDER_FIELDS[Sort(ask.sort)]
    query = query_for(ask, understood, reading=reading)
    if place.key is not None:
        query = _beyond(query, field, place.key, order=order)
    ordered = {"weight_by_field": "weight"} if has_scores else {"order_by_field": field, "order": order}
    result = searcher.search(query, limit=ask.per_page, offset=place.offset, **ordered)
    found: int = result.count  # type: ignore[attr-defined]  # its stub leaves it out
    keys = [key for key, _ in result.hits]
    values = _values_in_index(searcher, [address for _, address in result.hits])
    return _Page(
        total=place.passed + found,
        shown=place.passed + place.offset + len(keys),
        hits=[_hit(each, score=key if has_scores else None) for key, each in zip(keys, values, strict=True)],
        last_key=int(keys[-1]) if keys and not has_scores else None,
    )


def _in_table(searcher: Searcher, table: Table, ask: SearchAsk, understood: Understood, *, place: _Place) -> _Page:
    """The page of an ask without words: rows of the columns, and what came late from the index, in one order."""
    field, order = ORDER_FIELDS[Sort(ask.sort)]
    wanted, columns = place.offset + ask.per_page, table.columns
    is_rising = order == Order.Asc
    mask = table.meeting(filters_of(ask, understood))
    if place.key is not None:
        mask = beyond(columns, mask, field, key=place.key, is_rising=is_rising)
    total = int(np.count_nonzero(mask))
    rows = first_rows(columns, mask, field, wanted=wanted, total=total, is_rising=is_rising)
    keys = values_at(columns.keys, [field], rows)[0]
    known = zip(keys, zip(*values_at(columns.numbers, VALUES, rows), strict=True), strict=True)
    late_total, late = _late(searcher, ask, understood, place=place) if table.has_late else (0, [])
    merged = sorted([*known, *late], key=lambda pair: pair[0] if is_rising else -pair[0])[place.offset : wanted]
    return _Page(
        total=place.passed + total + late_total,
        shown=place.passed + place.offset + len(merged),
        hits=[_hit(each) for _, each in merged],
        last_key=merged[-1][0] if merged else None,
    )


def _late(
    searcher: Searcher, ask: SearchAsk, understood: Understood, *, place: _Place
) -> tuple[int, list[tuple[int, Values]]]:
    """How many goods that came late meet the ask, and the first of them, by key."""
    field, order = ORDER_FIELDS[Sort(ask.sort)]
    query = late_of(query_for(ask, understood, reading=Reading.EXACT))
    if place.key is not None:
        query = _beyond(query, field, place.key, order=order)
    result = searcher.search(query, limit=place.offset + ask.per_page, order_by_field=field, order=order)
    values = _values_in_index(searcher, [address for _, address in result.hits])
    found: int = result.count  # type: ignore[attr-defined]  # its stub leaves it out
    return found, [(int(key), each) for (key, _), each in zip(result.hits, values, strict=True)]


def _beyond(query: Query, field: str, key: int, *, order: Order) -> Query:
    is_rising = order == Order.Asc
    low, high = (key, None) if is_rising else (None, key)
    sides = {"include_lower": not is_rising, "include_upper": is_rising}  # what it has no bound on it must include
    rest = Query.range_query(schema(), field, FieldType.Unsigned, low, high, **sides)
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(rest, 0.0))])


def _values_in_index(searcher: Searcher, addresses: list[Any]) -> list[Values]:
    return list(zip(*(searcher.fast_field_values(name, addresses) for name in VALUES), strict=True))


def _hit(values: Values, *, score: float | None = None) -> Hit:
    product_id, sales, merchant_score, level, earning, availability = values
    factors = Factors(level=level, earning=earning, availability=availability)
    return Hit(
        product_id=product_id,
        sales_30d=sales,
        merchant_score_centi=None if merchant_score == UNKNOWN else merchant_score,
        relevance=1.0 if score is None else relevance_of(score, weight=factors.weight),
        factors=factors,
    )

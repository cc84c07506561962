"""What the index alone answers: which goods, in which order, and why. No statement is sent to the database here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tantivy import FieldType, Occur, Order, Query, Searcher

from fenxiao.discovery.layout import TEXTS, schema, terms_of
from fenxiao.discovery.queries.asking import Reading, query_for
from fenxiao.discovery.rules import (
    DEEPEST,
    Cursor,
    Factors,
    Market,
    SearchAsk,
    Sort,
    Understood,
    cursors,
    relevance_of,
    understand,
)
from fenxiao.discovery.synonyms import synonyms

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


def find(searcher: Searcher, ask: SearchAsk) -> Hits:
    """The page of goods that meet a checked ask. A query that finds nothing is read more freely, step by step."""
    understood = understood_in(searcher, ask.text)
    cursor = None if ask.cursor is None else cursors.read(ask.cursor, ask=ask)
    for reading in _readings(understood):
        result = _Page.of(searcher, ask, understood, reading=reading, cursor=cursor)
        if result.total or not understood.things:
            break
    return Hits(
        total=result.total,
        hits=_read(searcher, result),
        understood=understood,
        reading=reading,
        next_cursor=result.next_cursor(ask),
    )


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
class _Page:
    """A page as the index gives it: keys or scores with addresses."""

    total: int
    shown: int  # with those of the pages before
    keys: list[Any]
    addresses: list[Any]
    has_scores: bool

    @classmethod
    def of(
        cls, searcher: Searcher, ask: SearchAsk, understood: Understood, *, reading: Reading, cursor: Cursor | None
    ) -> "_Page":
        has_scores = bool(understood.things) and ask.sort == Sort.RECOMMENDED
        field, order = ORDER_FIELDS[Sort(ask.sort)]
        query = query_for(ask, understood, reading=reading)
        offset, passed = (ask.page - 1) * ask.per_page, 0
        if cursor is not None and cursor.key is None:
            offset = cursor.shown
        elif cursor is not None:
            query, passed = _beyond(query, field, cursor, order=order), cursor.shown
        ordered = {"weight_by_field": "weight"} if has_scores else {"order_by_field": field, "order": order}
        result = searcher.search(query, limit=ask.per_page, offset=offset, **ordered)
        found: int = result.count  # type: ignore[attr-defined]  # its stub leaves it out
        return cls(
            total=passed + found,
            shown=passed + offset + len(result.hits),
            keys=[key for key, _ in result.hits],
            addresses=[address for _, address in result.hits],
            has_scores=has_scores,
        )

    def next_cursor(self, ask: SearchAsk) -> str | None:
        """Where the next page begins; None behind the last good, and where no deeper page is answered."""
        if self.shown >= self.total or not self.keys or (self.has_scores and self.shown + ask.per_page > DEEPEST):
            return None
        key = None if self.has_scores else int(self.keys[-1])
        return cursors.written(Cursor(key=key, shown=self.shown), ask=ask)


def _beyond(query: Query, field: str, cursor: Cursor, *, order: Order) -> Query:
    is_rising = order == Order.Asc
    low, high = (cursor.key, None) if is_rising else (None, cursor.key)
    sides = {"include_lower": not is_rising, "include_upper": is_rising}  # what it has no bound on it must include
    rest = Query.range_query(schema(), field, FieldType.Unsigned, low, high, **sides)
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(rest, 0.0))])


def _read(searcher: Searcher, page: _Page) -> list[Hit]:
    names = ("id", "sales_30d", "merchant_score_centi", "level_boost", "earning", "availability")
    columns: Sequence[Sequence[Any]] = [searcher.fast_field_values(name, page.addresses) for name in names]
    scores = page.keys if page.has_scores else [None] * len(page.keys)
    return [
        _hit(score, *values, factors=Factors(level=level, earning=earning, availability=availability))
        for score, (*values, level, earning, availability) in zip(scores, zip(*columns, strict=True), strict=True)
    ]


def _hit(score: float | None, product_id: int, sales: int, merchant_score: int | None, *, factors: Factors) -> Hit:
    return Hit(
        product_id=product_id,
        sales_30d=sales,
        merchant_score_centi=merchant_score,
        relevance=1.0 if score is None else relevance_of(score, weight=factors.weight),
        factors=factors,
    )

"""Goods by words, filters and order: found in the index, shown as they stand in PostgreSQL."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from math import ceil
from time import perf_counter

from fenxiao.catalog.models import Category, Product
from fenxiao.deals.queries import Offering, rates_at
from fenxiao.discovery import reader
from fenxiao.discovery.queries.asking import Reading
from fenxiao.discovery.queries.entries import commission_of
from fenxiao.discovery.queries.facets import Facets, facets_of
from fenxiao.discovery.queries.hits import Hit, find
from fenxiao.discovery.queries.recommended import Recipient, recommended
from fenxiao.discovery.queries.taste import taste_at
from fenxiao.discovery.rules import DEEPEST, Factors, SearchAsk, Sort, Understood, checked, cursors
from fenxiao.discovery.rules.fit import Taste
from fenxiao.discovery.rules.personal import Standing
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Organisation


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
    standing: Standing | None = None  # for the creator asked for, by recommendation; None where the index's order holds


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of what was found."""

    ask: SearchAsk
    total: int
    rows: list[FoundProduct]
    count: Callable[[], Facets]  # the counts beside the page; see `facets`
    understood: Understood  # what was read from the words, to be shown and, where it was meant otherwise, taken back
    reading: Reading  # how freely they were read
    next_cursor: str | None  # where the list goes on; None at its end
    page: int
    per_page: int
    seconds: float
    first_place: int = 1  # of the first row in the whole list
    boosts_id: int | None = None  # by which it was put in order for a creator
    offering: Offering | None = None  # what all that was ranked for a creator, and what was asked `also`, offer him

    @cached_property
    def facets(self) -> Facets:
        """The counts beside the page, taken when they are first asked for: what only goes on shows none."""
        return self.count()

    @property
    def pages(self) -> int:
        """How many pages can be turned to; rows beyond the deepest are reached by narrowing the search."""
        return min(ceil(self.total / self.per_page), DEEPEST // self.per_page)


def search(
    ask: SearchAsk,
    *,
    now: datetime,
    creator: Organisation | None = None,
    taste: Taste | None = None,
    also: Collection[int] = (),
) -> Found:
    """The page of goods that meet the ask, in a constant number of statements; recommended to `creator` if given.

    Refuses a field that cannot be answered (`BadInput`) and a missing index (`IndexMissing`). What ceased to be
    offered since it was indexed is left out and not counted. `taste` is the creator's, where it was read just before;
    `also` are other goods whose terms for him are to be read with those of the list.
    """
    started = perf_counter()
    _check_category(checked(ask))
    view = reader.view()
    look = partial(find, view.searcher, table=view.table)
    personal = None
    if creator is not None and ask.sort == Sort.RECOMMENDED:
        read = taste_at(creator.pk, now) if taste is None else taste
        personal = recommended(view, ask, Recipient(creator_id=creator.pk, now=now, taste=read, also=also))
    found = look(ask) if personal is None else personal.first
    hits = found.hits if personal is None else personal.hits
    standings = {} if personal is None else personal.standings
    rows = _rows(hits, standings, offering=None if personal is None else personal.offering, now=now)
    return Found(
        ask=ask,
        total=found.total - (len(hits) - len(rows)) - (0 if personal is None else personal.gone),
        rows=rows,
        count=partial(facets_of, view.searcher, ask, found.understood, reading=found.reading, table=view.table),
        understood=found.understood,
        reading=found.reading,
        next_cursor=found.next_cursor if personal is None else personal.next_cursor,
        page=ask.page,
        per_page=ask.per_page,
        seconds=perf_counter() - started,
        first_place=_first_place(ask) if personal is None else personal.first_place,
        boosts_id=None if personal is None else personal.boosts_id,
        offering=None if personal is None else personal.offering,
    )


def _first_place(ask: SearchAsk) -> int:
    return (cursors.read(ask.cursor, ask=ask).shown if ask.cursor else (ask.page - 1) * ask.per_page) + 1


def _check_category(ask: SearchAsk) -> None:
    if ask.category_id is not None and not Category.objects.filter(pk=ask.category_id).exists():
        raise BadInput(field="category_id", reason_zh="没有这个类目", reason_en="there is no such category")


def _rates(ids: Sequence[int], offering: Offering | None, *, now: datetime) -> dict[int, int]:
    """What anyone gets. Terms that were read to rank the goods are not read again."""
    if offering is None:
        return rates_at(ids, now)
    told = {pk: offering.rate_bp(pk) for pk in ids if pk in offering.product_ids}
    rates = {pk: rate_bp for pk, rate_bp in told.items() if rate_bp is not None}
    unread = [pk for pk in ids if pk not in told]
    return rates | rates_at(unread, now)


def _rows(
    hits: Sequence[Hit], standings: Mapping[int, Standing], *, offering: Offering | None, now: datetime
) -> list[FoundProduct]:
    ids = [hit.product_id for hit in hits]
    offered = Product.objects.offered().select_related("merchant", "brand", "category__third")
    products = offered.in_bulk(ids)
    rates = _rates(ids, offering, now=now)
    return [
        FoundProduct(
            product=products[hit.product_id],
            rate_bp=rates[hit.product_id],
            commission_fen=commission_of(products[hit.product_id], rate_bp=rates[hit.product_id]),
            sales_30d=hit.sales_30d,
            merchant_score_centi=hit.merchant_score_centi,
            relevance=hit.relevance,
            factors=hit.factors,
            standing=standings.get(hit.product_id),
        )
        for hit in hits
        if hit.product_id in products and hit.product_id in rates
    ]

"""The goods of a creator's front page: the first of his own list, newcomers on trial in a row of their own.

It is the list of the selection centre, taken apart: who stands there by merit hangs on no draw, and newcomers stand in
the order in which they were drawn. On a list that is held out from trials there are none here either.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from django.db.models import F

from fenxiao.catalog.models import Category, Product
from fenxiao.deals.rules import Terms
from fenxiao.discovery import reader
from fenxiao.discovery.queries.facets import CategoryCount
from fenxiao.discovery.queries.recommended import EXACT
from fenxiao.discovery.queries.search import Found, FoundProduct, search
from fenxiao.discovery.queries.taste import taste_at
from fenxiao.discovery.rules import SearchAsk
from fenxiao.discovery.rules.fit import Taste
from fenxiao.parties.models import Organisation

PICKED: Final = 12
NEWCOMERS: Final = 6


@dataclass(frozen=True, kw_only=True)
class Leaning:
    """What a creator deals in."""

    taste: Taste
    main: Category | None  # of the third level, the one he deals in most; None while nothing is known of him


@dataclass(frozen=True, kw_only=True)
class Front:
    """What a front page shows of the goods on offer."""

    picked: list[FoundProduct]  # by merit, the best for this creator first
    newcomers: list[FoundProduct]  # on trial, as they were drawn
    categories: list[CategoryCount]  # of the third level, those with most goods first
    main: Category | None  # of the third level, the one he deals in most; None while nothing is known of him
    total: int  # goods on offer
    boosts_id: int | None
    terms: Mapping[int, Terms | None] = field(default_factory=dict)  # his own, by product

    @property
    def rows(self) -> list[FoundProduct]:
        """All goods shown, in their order."""
        return [*self.picked, *self.newcomers]

    def as_offered(self, products: Mapping[int, Product]) -> "Front":
        """The same with these products as they stand now, without those that are not among them."""
        return replace(self, picked=_standing(self.picked, products), newcomers=_standing(self.newcomers, products))


def leaning_of(creator: Organisation, *, now: datetime) -> Leaning:
    """What he deals in, in at most two statements. Refuses (`IndexMissing`) while there is no index to look in."""
    reader.view()
    taste = taste_at(creator.pk, now)
    found = Category.objects.filter(pk__in=list(taste.shares), third_id=F("pk")) if taste.shares else []
    return Leaning(taste=taste, main=max(found, key=lambda each: (taste.shares[each.pk], each.pk), default=None))


def front_goods(
    creator: Organisation,
    *,
    now: datetime,
    picked: int = PICKED,
    newcomers: int = NEWCOMERS,
    leaning: Leaning | None = None,
    also: Collection[int] = (),
) -> Front:
    """At most so many goods of each kind for this creator, in a constant number of statements.

    `leaning` is his, where it was read just before; `also` are other goods of the page: his terms for them are read
    with those of the list. Refuses (`IndexMissing`) while there is no index.
    """
    his = leaning or leaning_of(creator, now=now)
    found = search(SearchAsk(per_page=EXACT), now=now, creator=creator, taste=his.taste, also=also)
    best = [row for row in found.rows if not _draw(row)][:picked]
    drawn = sorted((row for row in found.rows if _draw(row)), key=_draw)[:newcomers]
    return Front(
        picked=best,
        newcomers=drawn,
        categories=found.facets.categories,
        main=his.main,
        total=found.total,
        boosts_id=found.boosts_id,
        terms=_terms(found, {*(row.product.pk for row in (*best, *drawn)), *also}),
    )


def _terms(found: Found, product_ids: Collection[int]) -> dict[int, Terms | None]:
    offering = found.offering
    return {} if offering is None else {pk: offering.own_terms(pk) for pk in product_ids if pk in offering.product_ids}


def _draw(row: FoundProduct) -> int:
    return row.standing.draw if row.standing else 0


def _standing(rows: Sequence[FoundProduct], products: Mapping[int, Product]) -> list[FoundProduct]:
    return [replace(row, product=products[row.product.pk]) for row in rows if row.product.pk in products]

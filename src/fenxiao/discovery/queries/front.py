"""The goods of a creator's front page: the first of his own list, newcomers on trial in a row of their own.

It is the list of the selection centre, taken apart: who stands there by merit hangs on no draw, and newcomers stand in
the order in which they were drawn. On a list that is held out from trials there are none here either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db.models import F

from fenxiao.catalog.models import Category, Product
from fenxiao.discovery.queries.facets import CategoryCount
from fenxiao.discovery.queries.recommended import EXACT
from fenxiao.discovery.queries.search import FoundProduct, search
from fenxiao.discovery.queries.taste import taste_at
from fenxiao.discovery.rules import SearchAsk
from fenxiao.parties.models import Organisation

PICKED: Final = 12
NEWCOMERS: Final = 6


@dataclass(frozen=True, kw_only=True)
class Front:
    """What a front page shows of the goods on offer."""

    picked: list[FoundProduct]  # by merit, the best for this creator first
    newcomers: list[FoundProduct]  # on trial, as they were drawn
    categories: list[CategoryCount]  # of the third level, those with most goods first
    main: Category | None  # of the third level, the one he deals in most; None while nothing is known of him
    total: int  # goods on offer
    boosts_id: int | None

    @property
    def rows(self) -> list[FoundProduct]:
        """All goods shown, in their order."""
        return [*self.picked, *self.newcomers]

    def as_offered(self, products: Mapping[int, Product]) -> "Front":
        """The same with these products as they stand now, without those that are not among them."""
        return replace(self, picked=_standing(self.picked, products), newcomers=_standing(self.newcomers, products))


def front_goods(creator: Organisation, *, now: datetime, picked: int = PICKED, newcomers: int = NEWCOMERS) -> Front:
    """At most so many goods of each kind for this creator, in a constant number of statements.

    Refuses (`IndexMissing`) while there is no index.
    """
    found = search(SearchAsk(per_page=EXACT), now=now, creator=creator)
    drawn = sorted((row for row in found.rows if _draw(row)), key=_draw)
    return Front(
        picked=[row for row in found.rows if not _draw(row)][:picked],
        newcomers=drawn[:newcomers],
        categories=found.facets.categories,
        main=_main_category(creator, now),
        total=found.total,
        boosts_id=found.boosts_id,
    )


def _draw(row: FoundProduct) -> int:
    return row.standing.draw if row.standing else 0


def _main_category(creator: Organisation, now: datetime) -> Category | None:
    shares = taste_at(creator.pk, now).shares
    found = Category.objects.filter(pk__in=list(shares), third_id=F("pk")) if shares else []
    return max(found, key=lambda each: (shares[each.pk], each.pk), default=None)


def _standing(rows: Sequence[FoundProduct], products: Mapping[int, Product]) -> list[FoundProduct]:
    return [replace(row, product=products[row.product.pk]) for row in rows if row.product.pk in products]

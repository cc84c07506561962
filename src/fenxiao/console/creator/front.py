"""The creator's front page: what is on offer for him, what sells, what he holds, and what to do next.

Ranking the market for one creator and reading his terms takes a dozen statements, so their outcome is kept for a
minute. Prices, what may be offered, charts, topics and his shelf are read anew each time.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from django.core.cache import cache
from django.db.models import Exists, OuterRef

from fenxiao.catalog.models import Category, Product
from fenxiao.console.creator.items import Item, item_of
from fenxiao.deals import queries as deals
from fenxiao.deals.models import ShelfItem
from fenxiao.deals.rules import Terms
from fenxiao.discovery import queries as discovery
from fenxiao.discovery.errors import IndexMissing
from fenxiao.discovery.models import Topic
from fenxiao.discovery.queries import CategoryCount, Charted, ChartShown, FoundProduct, Front, Leaning
from fenxiao.facts import queries as facts
from fenxiao.facts.queries import CreatorFigures
from fenxiao.kernel.clock import business_day
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation
from fenxiao.tracking.models import Link

KEPT_SECONDS: Final = 60
PICKED, LINES, TOPICS, MONTH = 6, 5, 4, 30
CATEGORIES_OFFERED: Final = 12
NOTHING: Final = Front(picked=[], newcomers=[], categories=[], main=None, total=0, boosts_id=None)


class Next(StrEnum):
    """What a creator does next, the most urgent first."""

    PICK = "pick"  # nothing on the shelf
    TIDY = "tidy"  # goods of the shelf are not offered any more
    LINK = "link"  # goods on the shelf, and no link yet
    SHOW = "show"  # links, and no order through them in 30 days
    GO_ON = "go_on"


@dataclass(frozen=True, kw_only=True)
class Held:
    """What stands on the creator's shelf: by product, whether it may still be offered, in his order."""

    goods: Mapping[int, bool]
    has_links: bool = False  # to any goods; not asked while nothing stands here

    @property
    def gone(self) -> int:
        """How many may not be offered any more."""
        return sum(not is_offered for is_offered in self.goods.values())

    @property
    def first(self) -> int | None:
        """The first that may be offered."""
        return next((pk for pk, is_offered in self.goods.items() if is_offered), None)


@dataclass(frozen=True, kw_only=True)
class Home:
    """All that the page shows."""

    has_index: bool
    front: Front
    picked: list[Item]
    newcomers: list[Item]
    charts: list[tuple[ChartShown, list[tuple[Charted, Item]]]]
    topics: list[Topic]
    held: Held
    month: CreatorFigures  # of his last 30 days

    @property
    def next(self) -> Next:
        """What he does next."""
        if not self.held.goods:
            return Next.PICK
        if self.held.gone:
            return Next.TIDY
        if not self.held.has_links:
            return Next.LINK
        return Next.GO_ON if self.month.paid_lines else Next.SHOW

    @property
    def categories(self) -> list[CategoryCount]:
        """Those with most goods, his own first."""
        counts = self.front.categories
        own = [each for each in counts if each.category == self.front.main]
        return [*own, *(each for each in counts if each not in own)][:CATEGORIES_OFFERED]

    @property
    def empty_charts(self) -> list[ChartShown]:
        """Those on which nothing earned a place."""
        return [shown for shown, rows in self.charts if not rows]

    @property
    def charted(self) -> list[int]:
        """The goods on the charts, as they stand there."""
        return [line.product.pk for _, rows in self.charts for line, _ in rows]


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """What is kept for a minute: his ranked goods, and his terms for all that was shown."""

    front: Front
    has_index: bool = True
    terms: dict[int, Terms | None] = field(default_factory=dict)


def home_of(creator: Organisation, *, now: datetime) -> Home:
    """The page of a creator, in a constant number of statements."""
    key = f"front-{blake2b(str(settings().index_dir).encode(), digest_size=8).hexdigest()}-{creator.pk}"
    known: _Kept | None = cache.get(key)
    leaning = None if known else _leaning(creator, now)
    his = known.front if known else leaning
    charts = discovery.charts_on_front(category=his.main if his else None, limit=LINES)
    lines = [line for each in charts for line in each.rows]
    kept = known or _ranked(creator, now, leaning=leaning, also={line.product.pk for line in lines})
    front = kept.front.as_offered(_products(row.product.pk for row in kept.front.rows)) if known else kept.front
    shown = [row.product.pk for row in front.rows] + [line.product.pk for line in lines]
    missing = set(shown) - set(kept.terms)
    if missing:
        kept.terms.update(_terms(missing, creator=creator, now=now))
    if kept.has_index and (missing or known is None):
        cache.set(key, kept, KEPT_SECONDS)
    held = _held_by(creator)

    def item(product: Product, row: FoundProduct | None = None) -> Item:
        return item_of(
            product,
            kept.terms[product.pk],
            units_30d=row.sales_30d if row else 0,
            is_on_shelf=product.pk in held.goods,
            why=_why(row) if row else None,
        )

    return Home(
        has_index=kept.has_index,
        front=front,
        picked=[item(row.product, row) for row in front.picked],
        newcomers=[item(row.product, row) for row in front.newcomers],
        charts=[(each, [(line, item(line.product)) for line in each.rows]) for each in charts],
        topics=discovery.topics_shown(now=now, limit=TOPICS),
        held=held,
        month=_month(creator, now),
    )


def _leaning(creator: Organisation, now: datetime) -> Leaning | None:
    try:
        return discovery.leaning_of(creator, now=now)
    except IndexMissing:
        return None


def _ranked(creator: Organisation, now: datetime, *, leaning: Leaning | None, also: Collection[int]) -> _Kept:
    if leaning is None:
        return _Kept(front=NOTHING, has_index=False)
    front = discovery.front_goods(creator, now=now, picked=PICKED, leaning=leaning, also=also)
    return _Kept(front=replace(front, terms={}), terms=dict(front.terms))


def _products(ids: Iterable[int]) -> dict[int, Product]:
    return Product.objects.offered().select_related("merchant", "category").in_bulk(list(ids))


def _terms(ids: Iterable[int], *, creator: Organisation, now: datetime) -> dict[int, Terms | None]:
    asks = {pk: deals.Ask(product_id=pk, creator_id=creator.pk, moment=now) for pk in ids}
    found = deals.terms_at(asks.values())
    return {pk: found.get(ask) for pk, ask in asks.items()}


def _held_by(creator: Organisation) -> Held:
    is_offered = Exists(Product.objects.offered().filter(pk=OuterRef("product_id")))
    has_links = Exists(Link.objects.filter(creator=creator))
    mine = ShelfItem.objects.filter(creator=creator, removed_at=None).order_by("place", "id")
    rows = list(mine.values_list("product_id", is_offered, has_links))
    return Held(goods={pk: offered for pk, offered, _linked in rows}, has_links=any(linked for *_, linked in rows))


def _month(creator: Organisation, now: datetime) -> CreatorFigures:
    until = business_day(now) + timedelta(days=1)
    return facts.creator_sums([creator.pk], until - timedelta(days=MONTH), until)[creator.pk]


def _why(row: FoundProduct) -> tuple[str, str] | None:
    strongest = discovery.reasons(row)[:1]
    return (strongest[0].zh, strongest[0].en) if strongest else None


def examples(categories: Iterable[Category], *, below: int) -> list[tuple[str, str]]:
    """Words to begin a search with, in Chinese and English: categories with many goods, one with a price."""
    found = [(each.name_zh, each.name_en) for each in categories]
    priced = [(f"{zh} {below}元以下", f"{en} under {below} yuan") for zh, en in found[:1]]
    return [*priced, *found[1:]]

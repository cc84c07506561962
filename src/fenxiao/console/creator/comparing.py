"""Goods side by side, as one creator would sell them: what each earns him, how it sells, and which is best in what."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from fenxiao.catalog.models import Product
from fenxiao.console.creator.market import BANDS, average_of
from fenxiao.console.creator.ways import Better, best_ways
from fenxiao.deals.models import PlanType, ShelfItem
from fenxiao.facts import queries as facts
from fenxiao.kernel.clock import business_day
from fenxiao.kernel.errors import Unavailable
from fenxiao.parties import queries as parties
from fenxiao.parties.models import Organisation
from fenxiao.quality import queries as quality
from fenxiao.quality.rules import MeasuredGrade

MOST: Final = 4
MONTH: Final = 30
REFUNDS: Final = "quality_refund_rate"
LEAST_IS_BEST: Final = {"price", "freight"}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One product. `best` names the rows in which none beside it is better, where they differ."""

    product: Product
    is_offered: bool
    way: Better | None = None  # the one that earns most; None without terms
    is_on_shelf: bool = False
    units_30d: int = 0
    creators_30d: int = 0
    merchant_score_centi: int | None = None
    stars: float | None = None
    reviews_band: int = 0  # at least so many
    grade: MeasuredGrade | None = None
    best: frozenset[str] = frozenset()

    @property
    def plan_name(self) -> str:
        """What kind of plan gives the rate."""
        return str(PlanType(self.way.terms.plan_type).label) if self.way else ""

    @property
    def powers(self) -> Mapping[str, float | None] | None:
        """The five powers, where it was graded."""
        return self.grade.powers if self.grade else None

    @property
    def refunds_beaten(self) -> float | None:
        """Which part of its peers have more refunds for quality, in percent; the share itself is the merchant's."""
        measure = self.grade.measures[REFUNDS] if self.grade else None
        return measure.percentile_bp / 100 if measure and measure.is_known else None

    @property
    def figures(self) -> dict[str, float | None]:
        """What is compared, by row; None: not known."""
        return {
            "price": self.product.price_fen,
            "rate": self.way.terms.commission_rate_bp if self.way else None,
            "earns": self.way.earns_fen if self.way else None,
            "level": self.product.level,
            "units": self.units_30d,
            "score": self.merchant_score_centi,
            "freight": self.product.freight_fen,
            "stars": None if self.stars is None else round(self.stars, 2),
            "refunds": self.refunds_beaten,
            "power": self.grade.score_bp if self.grade else None,
        }


def columns_of(product_ids: Sequence[int], *, creator: Organisation, now: datetime) -> list[Column]:
    """The goods in the order asked for, in a fixed number of statements.

    What is no longer offered comes with its name alone; what never was is left out.
    """
    known = Product.objects.filter(pk__in=product_ids).exclude(admitted_at=None)
    offered = set(Product.objects.offered().filter(pk__in=product_ids).values_list("pk", flat=True))
    goods = known.select_related("merchant", "category").in_bulk()
    bare = [Column(product=goods[pk], is_offered=pk in offered) for pk in product_ids if pk in goods]
    return marked(_filled(bare, creator=creator, now=now))


def marked(columns: Sequence[Column]) -> list[Column]:
    """The same with the best of each row marked: of those offered, where at least two are known and they differ."""
    live = [each for each in columns if each.is_offered]
    best: dict[int, set[str]] = {each.product.pk: set() for each in columns}
    for row in live[0].figures if live else ():
        for at in best_of([each.figures[row] for each in live], is_least=row in LEAST_IS_BEST):
            best[live[at].product.pk].add(row)
    return [replace(each, best=frozenset(best[each.product.pk])) for each in columns]


def best_of(values: Sequence[float | None], *, is_least: bool = False) -> set[int]:
    """Which of these values are the best; none where fewer than two are known or all are the same."""
    known = [value for value in values if value is not None]
    if len(set(known)) < 2:
        return set()
    wanted = min(known) if is_least else max(known)
    return {at for at, value in enumerate(values) if value == wanted}


def _filled(columns: Sequence[Column], *, creator: Organisation, now: datetime) -> list[Column]:
    goods = [each.product for each in columns if each.is_offered]
    ids, until = [product.pk for product in goods], business_day(now) + timedelta(days=1)
    ways = best_ways(goods, creator=creator, now=now) if goods else {}
    mine = ShelfItem.objects.filter(creator=creator, removed_at=None, product_id__in=ids)
    held = set(mine.values_list("product_id", flat=True))
    units = facts.sales_30d(ids, business_day(now))
    promoters = facts.promoters_of(ids, until - timedelta(days=MONTH), until)
    scores = parties.scores_at({product.merchant_id for product in goods}, now)
    stars, grades = facts.stars_of_each(ids), _grades(ids)
    return [
        replace(
            each,
            way=ways.get(pk),
            is_on_shelf=pk in held,
            units_30d=units[pk],
            creators_30d=promoters[pk],
            merchant_score_centi=scores.get(each.product.merchant_id),
            stars=average_of(stars[pk]),
            reviews_band=next((band for band in BANDS if sum(stars[pk].values()) >= band), 0),
            grade=grades.get(pk),
        )
        if (pk := each.product.pk) in units
        else each
        for each in columns
    ]


def _grades(ids: Iterable[int]) -> dict[int, MeasuredGrade]:
    run = quality.run_in_force()
    with suppress(Unavailable):  # its file is gone: all but the powers can still be compared
        return quality.measured_grades(run, list(ids)) if run else {}
    return {}

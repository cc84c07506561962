"""How a product does on the market, as anyone who would sell it may read: pieces, commissions, prices, stars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fenxiao.catalog.models import Product
from fenxiao.facts import queries as facts
from fenxiao.facts.queries import ProductFigures
from fenxiao.kernel.clock import business_day
from fenxiao.parties import queries as parties

DAYS = 90
MONTH = 30
BANDS = (1_000, 500, 200, 100, 50, 20, 10)  # reviews are counted in bands: their exact number is the merchant's


@dataclass(frozen=True, kw_only=True)
class Reviews:
    """The stars of a product: their average, the share of each number, and the months before one another."""

    average: float
    shares: list[tuple[int, float]]  # stars, percent; five first
    band: int  # at least so many; 0: fewer than the lowest band
    month: float | None  # average of the last 30 days
    month_before: float | None

    @property
    def change(self) -> float | None:
        """By how many stars the last month differs from the one before; None where one had no review."""
        if self.month is None or self.month_before is None:
            return None
        return round(self.month - self.month_before, 2)


@dataclass(frozen=True, kw_only=True)
class Market:
    """What a product did over the last 90 days."""

    days: Sequence[tuple[date, ProductFigures]]
    units_30d: int
    units_before: int  # of the 30 days before
    creators_30d: int
    merchant_score_centi: int | None
    lowest_fen: int | None  # what one piece was sold for in these days
    highest_fen: int | None
    reviews: Reviews | None

    @property
    def has_sales(self) -> bool:
        """Whether anything was sold in these days."""
        return any(figures.units for _, figures in self.days)

    @property
    def units_change_bp(self) -> int | None:
        """By how much the 30 days differ from those before; None where nothing was sold then."""
        if not self.units_before:
            return None
        return round((self.units_30d - self.units_before) * 10_000 / self.units_before)


def market_of(product: Product, *, now: datetime) -> Market:
    """The market of one product in four statements."""
    until = business_day(now) + timedelta(days=1)
    days = facts.daily_of_product(product.pk, until - timedelta(days=DAYS), until)
    sold = [figures for _, figures in days]
    lows = [each.lowest_unit_fen for each in sold if each.lowest_unit_fen is not None]
    highs = [each.highest_unit_fen for each in sold if each.highest_unit_fen is not None]
    promoters = facts.promoters_of([product.pk], until - timedelta(days=MONTH), until)
    return Market(
        days=days,
        units_30d=sum(each.units for each in sold[-MONTH:]),
        units_before=sum(each.units for each in sold[-2 * MONTH : -MONTH]),
        creators_30d=promoters[product.pk],
        merchant_score_centi=parties.scores_at([product.merchant_id], now).get(product.merchant_id),
        lowest_fen=min(lows, default=None),
        highest_fen=max(highs, default=None),
        reviews=reviews_from(facts.stars_of(product.pk), days=sold),
    )


def reviews_from(counts: Mapping[int, int], *, days: Sequence[ProductFigures]) -> Reviews | None:
    """What the stars say; None while there are none."""
    total = sum(counts.values())
    if not total:
        return None
    return Reviews(
        average=average_of(counts) or 0.0,
        shares=[(stars, 100 * count / total) for stars, count in counts.items()],
        band=next((band for band in BANDS if total >= band), 0),
        month=_average(days[-MONTH:]),
        month_before=_average(days[-2 * MONTH : -MONTH]),
    )


def average_of(counts: Mapping[int, int]) -> float | None:
    """The average of counted stars; None without any."""
    total = sum(counts.values())
    return sum(stars * count for stars, count in counts.items()) / total if total else None


def _average(days: Sequence[ProductFigures]) -> float | None:
    reviews = sum(each.reviews for each in days)
    return sum(each.stars for each in days) / reviews if reviews else None

"""Sums of days for those above. Windows are half open: `since` counts, `until` does not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from django.db.models import Count, Max, Min, Model, Q, Sum

from fenxiao.facts.models import CreatorDay, MerchantDay, ProductDay, PromotionDay
from fenxiao.orders.models import Review
from fenxiao.orders.rules import NO_SALE
from fenxiao.parties.models import Organisation

MOST_STARS: Final = 5


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Sums over some days. Money in fen; `net_gmv_fen` is after refunds, whatever day the refunded sale was."""

    clicks: int = 0
    paid_lines: int = 0
    promoted_lines: int = 0
    units: int = 0
    gmv_fen: int = 0
    promoted_gmv_fen: int = 0
    refund_fen: int = 0
    refunded_lines: int = 0
    commission_fen: int = 0

    @property
    def net_gmv_fen(self) -> int:
        """What was sold less what went back."""
        return self.gmv_fen - self.refund_fen


@dataclass(frozen=True, kw_only=True)
class CreatorFigures(Figures):
    """A creator's sums."""

    settled_lines: int = 0
    settled_commission_fen: int = 0


@dataclass(frozen=True, kw_only=True)
class ProductFigures(Figures):
    """A product's sums. `buyers` adds up days: someone who bought on two days counts twice."""

    buyers: int = 0
    quality_refunds: int = 0
    received_lines: int = 0
    promised_lines: int = 0
    on_time_lines: int = 0
    reviews: int = 0
    stars: int = 0
    lowest_unit_fen: int | None = None
    highest_unit_fen: int | None = None


def product_sums(product_ids: Sequence[int], since: date, until: date) -> dict[int, ProductFigures]:
    """Each product's sums over [since, until); all zero for one without facts."""
    sums: dict[str, Any] = {
        name: Sum(name) for name in _names(ProductFigures) if name not in {"lowest_unit_fen", "highest_unit_fen"}
    }
    sums |= {"lowest_unit_fen": Min("lowest_unit_fen"), "highest_unit_fen": Max("highest_unit_fen")}
    rows = _window(ProductDay, since, until).filter(product__in=product_ids).values("product").annotate(**sums)
    found = {row.pop("product"): ProductFigures(**row) for row in rows}
    return {pk: found.get(pk, ProductFigures()) for pk in product_ids}


def creator_sums(creator_ids: Sequence[int], since: date, until: date) -> dict[int, CreatorFigures]:
    """Each creator's sums over [since, until); all zero for one without facts."""
    rows = _summed(_window(CreatorDay, since, until).filter(creator__in=creator_ids), "creator", CreatorFigures)
    found = {row.pop("creator"): CreatorFigures(**row) for row in rows}
    return {pk: found.get(pk, CreatorFigures()) for pk in creator_ids}


def merchant_sums(merchant_ids: Sequence[int], since: date, until: date) -> dict[int, Figures]:
    """Each merchant's sums over [since, until); all zero for one without facts."""
    rows = _summed(_window(MerchantDay, since, until).filter(merchant__in=merchant_ids), "merchant", Figures)
    found = {row.pop("merchant"): Figures(**row) for row in rows}
    return {pk: found.get(pk, Figures()) for pk in merchant_ids}


def daily_of_product(product_id: int, since: date, until: date) -> list[tuple[date, ProductFigures]]:
    """A product's figures of every day in [since, until), days without facts included."""
    return _daily(_window(ProductDay, since, until).filter(product=product_id), ProductFigures, since, until)


def daily_of_creator(creator: Organisation, since: date, until: date) -> list[tuple[date, CreatorFigures]]:
    """A creator's figures of every day in [since, until), days without facts included."""
    return _daily(_window(CreatorDay, since, until).filter(creator=creator), CreatorFigures, since, until)


def daily_of_merchant(merchant: Organisation, since: date, until: date) -> list[tuple[date, Figures]]:
    """A merchant's figures of every day in [since, until), days without facts included."""
    return _daily(_window(MerchantDay, since, until).filter(merchant=merchant), Figures, since, until)


def daily_of_all(since: date, until: date) -> list[tuple[date, Figures]]:
    """The whole market's figures of every day in [since, until), days without facts included."""
    rows = _summed(_window(MerchantDay, since, until), "day", Figures)
    found = {row.pop("day"): Figures(**row) for row in rows}
    return [(day, found.get(day, Figures())) for day in _days(since, until)]


def sales_30d(product_ids: Sequence[int], day: date) -> dict[int, int]:
    """Units sold in the 30 days up to and including `day`."""
    until = day + timedelta(days=1)
    sums = product_sums(product_ids, until - timedelta(days=30), until)
    return {pk: figures.units for pk, figures in sums.items()}


def promoters_of(product_ids: Sequence[int], since: date, until: date) -> dict[int, int]:
    """How many creators had a paid line of each product in [since, until)."""
    days = _window(PromotionDay, since, until).filter(product__in=product_ids, paid_lines__gt=0)
    found = dict(days.values_list("product").annotate(Count("creator", distinct=True)))
    return {pk: found.get(pk, 0) for pk in product_ids}


def stars_of(product_id: int) -> dict[int, int]:
    """How many reviews of each number of stars a product has, five first, zeros included."""
    return stars_of_each([product_id])[product_id]


def stars_of_each(product_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """The same of several, in one statement."""
    told = Review.objects.filter(line__product__in=product_ids).exclude(line__reason__in=NO_SALE)
    rows = told.values_list("line__product", "stars").annotate(Count("pk"))
    counts = {(pk, stars): count for pk, stars, count in rows}
    return {pk: {stars: counts.get((pk, stars), 0) for stars in range(MOST_STARS, 0, -1)} for pk in product_ids}


def last_day() -> date | None:
    """The latest day on which something happened; None while nothing has."""
    return ProductDay.objects.order_by("-day").values_list("day", flat=True).first()


F = TypeVar("F", bound=Figures)


def _names(kind: type[Figures]) -> list[str]:
    return [field.name for field in fields(kind)]


def _window(table: type[Model], since: date, until: date) -> Any:
    return table._default_manager.filter(Q(day__gte=since) & Q(day__lt=until))


def _summed(days: Any, key: str, kind: type[Figures]) -> Any:
    return days.values(key).annotate(**{name: Sum(name) for name in _names(kind)})


def _daily(days: Any, kind: type[F], since: date, until: date) -> list[tuple[date, F]]:
    found = {row.pop("day"): kind(**row) for row in days.values("day", *_names(kind))}
    return [(day, found.get(day, kind())) for day in _days(since, until)]


def _days(since: date, until: date) -> Iterable[date]:
    return (since + timedelta(days=number) for number in range((until - since).days))

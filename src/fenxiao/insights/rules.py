"""Figures of a period beside the period before it, made from figures of days."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, TypeVar

BP: Final = 10_000
TODAY, WEEK, MONTH = 1, 7, 30
DAYS_NEEDED: Final = 2 * MONTH  # the month and the one before it


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A figure and what it was in the period before."""

    value: int
    before: int

    @property
    def change_bp(self) -> int | None:
        """The change against the period before in basis points; None where that was nothing."""
        return (self.value - self.before) * BP // self.before if self.before else None


@dataclass(frozen=True, kw_only=True)
class Period:
    """Figures of the last `days` days, the current one included, each beside as many days before.

    Today stands beside the whole of yesterday, so in the morning it looks small.
    """

    days: int
    clicks: Compared
    paid_lines: Compared
    promoted_lines: Compared
    units: Compared
    gmv_fen: Compared
    promoted_gmv_fen: Compared
    refund_fen: Compared
    commission_fen: Compared  # expected by frozen terms, of lines paid in the period

    @property
    def promoted_share_bp(self) -> Compared:
        """The part of the GMV that promoters brought, in basis points."""
        return _share(self.promoted_gmv_fen, self.gmv_fen)

    @property
    def conversion_bp(self) -> Compared:
        """Promoted lines per click, in basis points."""
        return _share(self.promoted_lines, self.clicks)


@dataclass(frozen=True, kw_only=True)
class CreatorPeriod(Period):
    """Figures of a creator, with what was settled in the period."""

    settled_lines: Compared
    settled_commission_fen: Compared  # after the platform's fee


@dataclass(frozen=True, kw_only=True)
class LeaderPeriod(Period):
    """Figures of a leader's activities, with the fees that stay with it, before the platform's own."""

    own_fee_fen: Compared  # expected by frozen terms, of lines paid in the period
    settled_own_fee_fen: Compared  # of lines settled in the period


@dataclass(frozen=True, kw_only=True)
class DayPoint:
    """One day of a chart."""

    day: date
    gmv_fen: int
    promoted_gmv_fen: int
    paid_lines: int
    clicks: int
    commission_fen: int


P = TypeVar("P", bound=Period)
Days = Sequence[tuple[date, Any]]  # each day with its figures of `facts`, oldest first, no day left out


def period_of(days: Days, length: int, *, kind: type[P]) -> P:
    """The last `length` days beside as many before."""
    now, before = days[-length:], days[-2 * length : -length]
    names = [field.name for field in fields(kind) if field.name != "days"]
    return kind(days=length, **{name: Compared(value=_sum(now, name), before=_sum(before, name)) for name in names})


def points_of(days: Days) -> list[DayPoint]:
    """The chart of the last month."""
    names = [field.name for field in fields(DayPoint) if field.name != "day"]
    return [DayPoint(day=day, **{name: getattr(of, name) for name in names}) for day, of in days[-MONTH:]]


def _sum(days: Days, name: str) -> int:
    return sum(getattr(figures, name) for _, figures in days)


def _share(part: Compared, whole: Compared) -> Compared:
    value = part.value * BP // whole.value if whole.value else 0
    before = part.before * BP // whole.before if whole.before else 0
    return Compared(value=value, before=before)

"""Ladders of step commission: what they may say, and how a live one may change."""

from datetime import datetime
from itertools import pairwise

from fenxiao.deals.errors import LadderMayOnlyRise, LadderNotRising, LadderOutOfBounds, StepWindowBad
from fenxiao.deals.rules.terms import HIGHEST_COMMISSION_BP, Ladder
from fenxiao.kernel.money import Rate

MOST_RUNGS = 10
MOST_ORDERS = 1_000_000


def check_ladder(ladder: Ladder) -> None:
    """Refuses a ladder without rungs or with too many, out of bounds, or not rising in orders and in extra."""
    if not 1 <= len(ladder) <= MOST_RUNGS or not all(_is_within_bounds(*rung) for rung in ladder):
        got = "; ".join(f"{after} +{Rate(extra_bp)}" for after, extra_bp in ladder[: MOST_RUNGS + 1]) or "-"
        raise LadderOutOfBounds(most=MOST_RUNGS, most_orders=MOST_ORDERS, got=got)
    for number, (lower, upper) in enumerate(pairwise(ladder), start=2):
        if upper[0] <= lower[0] or upper[1] <= lower[1]:
            raise LadderNotRising(
                rung=number,
                orders=upper[0],
                extra=Rate(upper[1]),
                orders_before=lower[0],
                extra_before=Rate(lower[1]),
            )


def check_only_rises(ladder: Ladder, *, live: Ladder) -> None:
    """Refuses a ladder that gives less than the live one at some count of orders."""
    for orders, extra_bp in live:  # between two of its rungs the live one gives what it gave at the lower
        if (given := extra_after(orders, ladder=ladder)) < extra_bp:
            raise LadderMayOnlyRise(orders=orders, old=Rate(extra_bp), new=Rate(given))


def extra_after(orders: int, *, ladder: Ladder) -> int:
    """What a ladder gives on top after so many orders."""
    return max((extra_bp for after, extra_bp in ladder if orders >= after), default=0)


def check_window(from_at: datetime, *, until_at: datetime, now: datetime) -> None:
    """Refuses a window that begins in the past or has no length."""
    if from_at < now or until_at <= from_at:
        raise StepWindowBad(until_at="-")


def _is_within_bounds(after: int, extra_bp: int) -> bool:
    return 1 <= after <= MOST_ORDERS and 1 <= extra_bp <= HIGHEST_COMMISSION_BP

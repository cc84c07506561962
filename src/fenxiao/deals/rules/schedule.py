"""When a new rate begins: a raise at once, a cut at the next midnight, and no cut in the last ten minutes of a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from fenxiao.deals.errors import RateOutOfBounds, RateUnchanged, TooLateToCut
from fenxiao.deals.rules.terms import HIGHEST_COMMISSION_BP
from fenxiao.kernel.clock import next_midnight
from fenxiao.kernel.money import Rate

# Creators plan the next day's goods in the evening: a cut they cannot see in time is not entered.
NO_CUTS_BEFORE_MIDNIGHT = timedelta(minutes=10)


class RateEntry(NamedTuple):
    """A rate from a moment on."""

    from_at: datetime
    rate_bp: int


def rate_at(entries: Sequence[RateEntry], moment: datetime) -> int | None:
    """The rate in force at `moment` of entries in the order of (from_at, entry); None before the first begins."""
    begun = [entry.rate_bp for entry in entries if entry.from_at <= moment]
    return begun[-1] if begun else None


def check_rate(rate_bp: int) -> None:
    """Refuses a commission rate outside 0–90 %."""
    if not 0 <= rate_bp <= HIGHEST_COMMISSION_BP:
        raise RateOutOfBounds(rate=Rate(rate_bp))


def begins_at(rate_bp: int, *, current_bp: int, pending_bp: int | None, now: datetime) -> datetime:
    """When `rate_bp`, entered at `now`, begins. `pending_bp` is a cut that has not begun and would be superseded.

    The current rate itself withdraws a pending cut, which favours creators and so is at once. Refuses a rate out of
    bounds, an entry that changes nothing, and a cut in the last ten minutes of a day.
    """
    check_rate(rate_bp)
    if rate_bp == (current_bp if pending_bp is None else pending_bp):
        raise RateUnchanged(rate=Rate(rate_bp))
    return now if rate_bp >= current_bp else cut_begins_at(now)


def cut_begins_at(now: datetime) -> datetime:
    """The next midnight. Refuses in the ten minutes before it."""
    midnight = next_midnight(now)
    if midnight - now <= NO_CUTS_BEFORE_MIDNIGHT:
        raise TooLateToCut()
    return midnight

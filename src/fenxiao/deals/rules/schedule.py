"""When a new figure begins: a raise at once, a cut at the next midnight, none entered in a day's last ten minutes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from fenxiao.deals.errors import RateOutOfBounds, RateUnchanged, TooLateToCut
from fenxiao.deals.rules.terms import HIGHEST_COMMISSION_BP
from fenxiao.kernel.clock import next_midnight
from fenxiao.kernel.money import Rate

# Creators plan the next day's goods in the evening: a cut they cannot see in time is not entered.
NO_CUTS_BEFORE_MIDNIGHT = timedelta(minutes=10)


class RateEntry(NamedTuple):
    """A rate from a moment on; None: nothing is given from then on."""

    from_at: datetime
    rate_bp: int | None


def rate_at(entries: Sequence[RateEntry], moment: datetime) -> int | None:
    """The rate in force at `moment` of entries in the order of (from_at, entry); None before the first begins."""
    begun = [entry.rate_bp for entry in entries if entry.from_at <= moment]
    return begun[-1] if begun else None


def highest_from(entries: Sequence[RateEntry], moment: datetime) -> int | None:
    """The highest rate that holds at `moment` or will; None where none does."""
    coming = [entry.rate_bp for entry in entries if entry.from_at > moment]
    return max((rate for rate in [rate_at(entries, moment), *coming] if rate is not None), default=None)


def check_rate(rate_bp: int) -> None:
    """Refuses a commission rate outside 0–90 %."""
    if not 0 <= rate_bp <= HIGHEST_COMMISSION_BP:
        raise RateOutOfBounds(rate=Rate(rate_bp))


def begins_at(rate_bp: int, *, current_bp: int | None, pending_bp: int | None, now: datetime) -> datetime:
    """When `rate_bp`, entered at `now`, begins. `pending_bp` is a cut that has not begun and would be superseded.

    The current rate itself withdraws a pending cut, which favours creators and so is at once. Refuses a rate out of
    bounds, an entry that changes nothing, and a cut in the last ten minutes of a day.
    """
    check_rate(rate_bp)
    if rate_bp == (current_bp if pending_bp is None else pending_bp):
        raise RateUnchanged(rate=Rate(rate_bp))
    return beginning(rate_bp, gets_bp=current_bp or 0, now=now)


def beginning(rate_bp: int, *, gets_bp: int, now: datetime) -> datetime:
    """When a rate begins for one who gets `gets_bp` today, by these terms or any other: at once unless it is a cut."""
    return now if rate_bp >= gets_bp else cut_begins_at(now)


def cut_begins_at(now: datetime) -> datetime:
    """The next midnight. Refuses in the ten minutes before it."""
    midnight = next_midnight(now)
    if midnight - now <= NO_CUTS_BEFORE_MIDNIGHT:
        raise TooLateToCut()
    return midnight


def entered_after(now: datetime, *, earlier: Iterable[datetime]) -> datetime:
    """When an act counts as entered that waited for the locks of `earlier` ones: after all of them."""
    return max([now, *earlier])

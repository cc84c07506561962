"""Second leaders: what each act makes of an application, how much may be ceded, and when."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from fenxiao.deals.errors.second import (
    CededFeeAboveFirst,
    CededFeeBelowFloor,
    SecondFeeStands,
    SecondNotPassed,
    SecondOver,
    SecondStillRuns,
)
from fenxiao.deals.rules.offered_terms import Finding
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.money import Rate

PENDING, PASSED, REJECTED, EXPIRED = 1, 2, 3, 5  # as applications store them


class SecondPhase(StrEnum):
    """Where a second leader's application stands at a moment."""

    PENDING = "pending"
    PASSED = "passed"
    ENDING = "ending"  # ended, stands until midnight
    REJECTED = "rejected"
    EXPIRED = "expired"  # ended, or its window ran out


class SecondAct(StrEnum):
    """What is done to it besides the audit and the end of what it hangs on: those are any application's."""

    EDIT = "edit"  # of the fee, by the first leader
    ASK_END = "ask_end"  # by the first leader
    CONSENT = "consent"  # to the end, by the second
    APPLY_AGAIN = "apply_again"


P, A = SecondPhase, SecondAct
_OVER = (P.REJECTED, P.EXPIRED)

NEXT_SECOND: Mapping[tuple[SecondPhase, SecondAct], SecondPhase | type[Refused]] = MappingProxyType(
    {
        (P.PENDING, A.EDIT): P.PENDING,
        (P.PENDING, A.ASK_END): SecondNotPassed,
        (P.PENDING, A.CONSENT): SecondNotPassed,
        (P.PENDING, A.APPLY_AGAIN): SecondStillRuns,
        (P.PASSED, A.EDIT): SecondFeeStands,
        (P.PASSED, A.ASK_END): P.PASSED,
        (P.PASSED, A.CONSENT): P.ENDING,
        (P.PASSED, A.APPLY_AGAIN): SecondStillRuns,
        (P.ENDING, A.EDIT): P.ENDING,  # stored for the next application
        (P.ENDING, A.ASK_END): SecondOver,
        (P.ENDING, A.CONSENT): SecondOver,
        (P.ENDING, A.APPLY_AGAIN): P.ENDING,  # another one is made
        **{(phase, A.EDIT): phase for phase in _OVER},
        **{(phase, act): SecondOver for phase in _OVER for act in (A.ASK_END, A.CONSENT)},
        **{(phase, A.APPLY_AGAIN): phase for phase in _OVER},
    }
)


HANDED_ON = Finding("handed_on", "已报名该二级活动，待审核或合作中", "it waits or stands in this activity already")
NO_COMMON_TIME = Finding(
    "no_common_time",
    "一级合作与该活动没有共同的合作时间",
    "its own cooperation and this activity have no time in common",
)


def fee_below_floor(fee_bp: int, floor_bp: int) -> Finding:
    """The first's own fee does not reach what the second's activity asks for, so that no ceded fee could."""
    fee, floor = Rate(fee_bp), Rate(floor_bp)
    return Finding(
        "fee_below_floor",
        f"您的服务费率 {fee} 低于该活动要求的 {floor}",
        f"your own fee of {fee} lies below this activity's floor of {floor}",
    )


class Window(NamedTuple):
    """From when until when."""

    from_at: datetime
    until_at: datetime


def second_phase(state: int, *, until_at: datetime, ends_at: datetime | None, now: datetime) -> SecondPhase:
    """Where an application stands at `now`; a window that ran out has ended it, whether or not that is stored yet."""
    if state == REJECTED:
        return P.REJECTED
    if until_at <= now:
        return P.EXPIRED
    if state == EXPIRED:
        return P.ENDING if ends_at is not None and now < ends_at else P.EXPIRED
    return P.PENDING if state == PENDING else P.PASSED


def check_ceded(fee_bp: int, *, floor_bp: int, first_bp: int, title: str) -> None:
    """Refuses a ceded fee below the second activity's floor or above the first's own."""
    if fee_bp < floor_bp:
        raise CededFeeBelowFloor(fee=Rate(fee_bp), floor=Rate(floor_bp))
    if fee_bp > first_bp:
        raise CededFeeAboveFirst(fee=Rate(fee_bp), highest=Rate(first_bp), title=title)


def fit_window(*, from_at: datetime | None, until_at: datetime | None, within: Window, now: datetime) -> Window | None:
    """The window asked for, its beginning moved into `within` and not before `now`; None where it does not fit.

    The end is not moved: a shorter cooperation than was asked for is no answer to what was asked.
    """
    begins = max(now, within.from_at, from_at or now)
    ends = until_at or within.until_at
    return Window(begins, ends) if begins < ends <= within.until_at else None

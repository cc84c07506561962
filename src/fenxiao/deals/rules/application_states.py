"""States of applications, of what one side asks of the other, and of trusteeships: what each act makes of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from fenxiao.deals.errors import (
    ApplicationEnded,
    ApplicationEnding,
    ApplicationNotPassed,
    ApplicationNotPending,
    TrusteeshipAccepted,
    TrusteeshipNotAccepted,
    TrusteeshipNotBegun,
    TrusteeshipOver,
    WishDecided,
)
from fenxiao.kernel.errors import Refused


class ApplicationNumber(IntEnum):
    """States of an application as the trade numbers them."""

    PENDING = 1
    PASSED = 2
    REJECTED = 3
    EXPIRED = 5


class ApplicationPhase(StrEnum):
    """Where an application stands at a moment, as acts see it."""

    PENDING = "pending"
    PASSED = "passed"
    ENDING = "ending"  # ended, stands until midnight
    REJECTED = "rejected"
    EXPIRED = "expired"  # ended, or its window ran out


class ApplicationAct(StrEnum):
    """What is done to an application."""

    PASS = "pass"  # noqa: S105  an act, no secret
    REJECT = "reject"
    WITHDRAW = "withdraw"  # by the merchant
    END = "end"  # by the leader
    LEAVE_SHELF = "leave_shelf"  # its product is offered no more
    FALL = "fall"  # its activity was closed, or the application it hangs on ended
    WISH = "wish"  # something is asked of the other side, or granted
    SHARE = "share"


class WishAct(StrEnum):
    """What is done to what was asked."""

    GRANT = "grant"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    VOID = "void"  # the application ended


class TrustPhase(StrEnum):
    """Where a trusteeship stands at a moment."""

    PROPOSED = "proposed"
    AGREED = "agreed"  # accepted, not begun
    IN_FORCE = "in_force"
    OVER = "over"  # ended by either, or its time is up


class TrustAct(StrEnum):
    """What is done about a trusteeship."""

    ACCEPT = "accept"
    USE = "use"
    END = "end"


P, A = ApplicationPhase, ApplicationAct
T, TA = TrustPhase, TrustAct
Refusal = type[Refused]

_AUDITS = (A.PASS, A.REJECT)
_ENDS = (A.WITHDRAW, A.END, A.LEAVE_SHELF, A.FALL)

NEXT_APPLICATION: Mapping[tuple[ApplicationPhase, ApplicationAct], ApplicationPhase | Refusal] = {
    (P.PENDING, A.PASS): P.PASSED,
    (P.PENDING, A.REJECT): P.REJECTED,
    (P.PENDING, A.WITHDRAW): P.EXPIRED,
    (P.PENDING, A.END): ApplicationNotPassed,  # the leader rejects it instead
    (P.PENDING, A.LEAVE_SHELF): P.EXPIRED,
    (P.PENDING, A.FALL): P.EXPIRED,
    (P.PENDING, A.WISH): ApplicationNotPassed,
    (P.PENDING, A.SHARE): ApplicationNotPassed,
    **{(P.PASSED, act): ApplicationNotPending for act in _AUDITS},
    **{(P.PASSED, act): P.ENDING for act in _ENDS},
    (P.PASSED, A.WISH): P.PASSED,
    (P.PASSED, A.SHARE): P.PASSED,
    **{(P.ENDING, act): ApplicationNotPending if act in _AUDITS else ApplicationEnding for act in A},
    **{
        (phase, act): ApplicationNotPending if act in _AUDITS else ApplicationEnded
        for phase in (P.REJECTED, P.EXPIRED)
        for act in A
    },
}

# By the stored word of what was asked.
NEXT_WISH: Mapping[tuple[str, WishAct], str | Refusal] = {
    (state, act): after if state == "open" else WishDecided
    for state in ("open", "granted", "declined", "withdrawn", "void")
    for act, after in {
        WishAct.GRANT: "granted",
        WishAct.DECLINE: "declined",
        WishAct.WITHDRAW: "withdrawn",
        WishAct.VOID: "void",
    }.items()
}

NEXT_TRUST: Mapping[tuple[TrustPhase, TrustAct], TrustPhase | Refusal] = {
    (T.PROPOSED, TA.ACCEPT): T.AGREED,
    (T.PROPOSED, TA.USE): TrusteeshipNotAccepted,
    (T.PROPOSED, TA.END): T.OVER,
    (T.AGREED, TA.ACCEPT): TrusteeshipAccepted,
    (T.AGREED, TA.USE): TrusteeshipNotBegun,
    (T.AGREED, TA.END): T.OVER,
    (T.IN_FORCE, TA.ACCEPT): TrusteeshipAccepted,
    (T.IN_FORCE, TA.USE): T.IN_FORCE,
    (T.IN_FORCE, TA.END): T.OVER,
    **{(T.OVER, act): TrusteeshipOver for act in TA},
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The moments that say when an application stands, besides its activity's own time."""

    passed_at: datetime | None
    from_at: datetime
    until_at: datetime
    ends_at: datetime | None

    def holds_at(self, moment: datetime) -> bool:
        """Whether it stands at `moment`."""
        begun = self.passed_at is not None and max(self.passed_at, self.from_at) <= moment
        return begun and moment < self.until_at and (self.ends_at is None or moment < self.ends_at)


def application_phase(
    stored: int, *, until_at: datetime, ends_at: datetime | None, passed_at: datetime | None, now: datetime
) -> ApplicationPhase:
    """Where an application stands at `now`; a window that ran out has ended it, whether or not that is stored yet."""
    if stored == ApplicationNumber.REJECTED:
        return P.REJECTED
    if stored == ApplicationNumber.EXPIRED:
        still_stands = passed_at is not None and ends_at is not None and now < min(ends_at, until_at)
        return P.ENDING if still_stands else P.EXPIRED
    if until_at <= now:
        return P.EXPIRED
    return P.PENDING if stored == ApplicationNumber.PENDING else P.PASSED


def trust_phase(
    *,
    from_at: datetime,
    until_at: datetime,
    accepted_at: datetime | None,
    ended_at: datetime | None,
    now: datetime,
) -> TrustPhase:
    """Where a trusteeship stands at `now`."""
    if ended_at is not None or until_at <= now:
        return T.OVER
    if accepted_at is None:
        return T.PROPOSED
    return T.IN_FORCE if from_at <= now else T.AGREED

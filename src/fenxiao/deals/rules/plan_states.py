"""States of plans, their commission rows and requests to join: what each act makes of each, or who refuses it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from fenxiao.deals.errors import (
    PlanClosed,
    PlanStandsOpen,
    RequestsDecided,
    RowIsClosed,
    RowIsOpen,
    RowIsRemoved,
)
from fenxiao.kernel.errors import Refused

Refusal = type[Refused]


class PlanState(StrEnum):
    """Where a plan stands at a moment."""

    OPENING = "opening"  # opens at the next midnight
    OPEN = "open"
    CLOSING = "closing"  # in force until the next midnight
    CLOSED = "closed"


class PlanAct(StrEnum):
    """What is done to a plan."""

    OPEN_AGAIN = "open_again"
    CHANGE = "change"  # its rates, rows, differentials, steps, requests
    CLOSE = "close"


class RowState(StrEnum):
    """Where a commission row stands at a moment, whatever its plan does."""

    OPENING = "opening"  # its rate begins at the next midnight, none holds yet
    OPEN = "open"
    CLOSING = "closing"  # its rate holds until the next midnight
    CLOSED = "closed"
    REMOVED = "removed"  # taken out; a rate may hold until the next midnight


class RowAct(StrEnum):
    """What is done to a commission row."""

    CHANGE_RATE = "change_rate"
    OPEN = "open"
    CLOSE = "close"
    REMOVE = "remove"
    ADD = "add"  # its creator is named anew


class RequestAct(StrEnum):
    """What is done to a request to join."""

    PASS = "pass"  # noqa: S105  an act, no secret
    REJECT = "reject"
    WITHDRAW = "withdraw"
    VOID = "void"  # its plan was closed


P, PA, R, RA = PlanState, PlanAct, RowState, RowAct

NEXT_PLAN: Mapping[tuple[PlanState, PlanAct], PlanState | Refusal] = {
    (P.OPENING, PA.OPEN_AGAIN): PlanStandsOpen,
    (P.OPEN, PA.OPEN_AGAIN): PlanStandsOpen,
    (P.CLOSING, PA.OPEN_AGAIN): PlanStandsOpen,
    (P.CLOSED, PA.OPEN_AGAIN): P.OPEN,
    (P.OPENING, PA.CHANGE): P.OPENING,
    (P.OPEN, PA.CHANGE): P.OPEN,
    (P.CLOSING, PA.CHANGE): PlanClosed,
    (P.CLOSED, PA.CHANGE): PlanClosed,
    (P.OPENING, PA.CLOSE): P.CLOSING,  # ends the moment it would have opened
    (P.OPEN, PA.CLOSE): P.CLOSING,
    (P.CLOSING, PA.CLOSE): PlanClosed,
    (P.CLOSED, PA.CLOSE): PlanClosed,
}

NEXT_ROW: Mapping[tuple[RowState, RowAct], RowState | Refusal] = {
    (R.OPENING, RA.CHANGE_RATE): R.OPEN,
    (R.OPEN, RA.CHANGE_RATE): R.OPEN,
    (R.CLOSING, RA.CHANGE_RATE): RowIsClosed,
    (R.CLOSED, RA.CHANGE_RATE): RowIsClosed,
    (R.REMOVED, RA.CHANGE_RATE): RowIsRemoved,
    (R.OPENING, RA.OPEN): RowIsOpen,
    (R.OPEN, RA.OPEN): RowIsOpen,
    (R.CLOSING, RA.OPEN): R.OPEN,
    (R.CLOSED, RA.OPEN): R.OPEN,
    (R.REMOVED, RA.OPEN): RowIsRemoved,
    (R.OPENING, RA.CLOSE): R.CLOSED,
    (R.OPEN, RA.CLOSE): R.CLOSING,
    (R.CLOSING, RA.CLOSE): RowIsClosed,
    (R.CLOSED, RA.CLOSE): RowIsClosed,
    (R.REMOVED, RA.CLOSE): RowIsRemoved,
    (R.OPENING, RA.REMOVE): R.REMOVED,
    (R.OPEN, RA.REMOVE): R.REMOVED,
    (R.CLOSING, RA.REMOVE): R.REMOVED,
    (R.CLOSED, RA.REMOVE): R.REMOVED,
    (R.REMOVED, RA.REMOVE): RowIsRemoved,
    (R.OPENING, RA.ADD): RowIsOpen,
    (R.OPEN, RA.ADD): RowIsOpen,
    (R.CLOSING, RA.ADD): RowIsOpen,
    (R.CLOSED, RA.ADD): RowIsOpen,
    (R.REMOVED, RA.ADD): R.OPEN,
}

# By the stored word of a request's state; the refusal names the requests.
NEXT_REQUEST: Mapping[tuple[str, RequestAct], str | Refusal] = {
    (state, act): after if state == "pending" else RequestsDecided
    for state in ("pending", "passed", "rejected", "withdrawn", "void")
    for act, after in {
        RequestAct.PASS: "passed",
        RequestAct.REJECT: "rejected",
        RequestAct.WITHDRAW: "withdrawn",
        RequestAct.VOID: "void",
    }.items()
}


def plan_state(*, opens_at: datetime, closes_at: datetime | None, now: datetime) -> PlanState:
    """Where the last spell of a plan stands."""
    if closes_at is not None:
        return PlanState.CLOSING if now < closes_at else PlanState.CLOSED
    return PlanState.OPEN if opens_at <= now else PlanState.OPENING


def row_state(*, current_bp: int | None, coming: int | None, is_pending: bool, is_removed: bool) -> RowState:
    """Where a row stands, by the rate that holds and, where one `is_pending`, the one that is `coming`."""
    if is_removed:
        return RowState.REMOVED
    if current_bp is None:
        return RowState.OPENING if coming is not None else RowState.CLOSED
    return RowState.CLOSING if is_pending and coming is None else RowState.OPEN

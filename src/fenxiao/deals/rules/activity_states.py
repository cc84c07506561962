"""States of activities: where one stands at a moment, and what each act makes of it, or who refuses it."""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum, StrEnum

from fenxiao.deals.errors import (
    ActivityClosing,
    ActivityDeleted,
    ActivityNotPublished,
    ActivityOver,
    ActivityPublished,
    ActivityStillStands,
    PublishedFieldFixed,
)
from fenxiao.kernel.errors import Refused


class ActivityNumber(IntEnum):
    """States of an activity as the trade numbers them; PROMOTING and what is over by time are never stored."""

    DRAFT = 1
    PUBLISHED = 2
    PROMOTING = 3
    INVALID = 4
    DELETED = 5


class ActivityPhase(StrEnum):
    """Where an activity stands at a moment, as acts see it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    PROMOTING = "promoting"
    CLOSING = "closing"  # closed, stands until midnight
    OVER = "over"
    DELETED = "deleted"


class ActivityAct(StrEnum):
    """What is done to an activity. An edit is one act for each thing it changes."""

    PUBLISH = "publish"
    CLOSE = "close"
    DELETE = "delete"
    APPLY = "apply"
    AUDIT = "audit"
    NAME_CREATORS = "name_creators"
    REWORD = "reword"  # title and contacts
    SET_FLOORS = "set_floors"  # for applications to come
    PROLONG = "prolong"  # a later end
    SHORTEN = "shorten"  # an earlier end
    MOVE_BEGINNING = "move_beginning"
    CHANGE_TYPE = "change_type"
    REDRAW_CREATORS = "redraw_creators"  # the list as a whole; single ones are named and unnamed
    CHANGE_LEADERS = "change_leaders"  # which other leaders may apply


P, A = ActivityPhase, ActivityAct
After = ActivityPhase | type[Refused]

_HARMLESS = (A.REWORD, A.SET_FLOORS, A.PROLONG)
_RELIED_ON = (A.SHORTEN, A.MOVE_BEGINNING, A.CHANGE_TYPE, A.REDRAW_CREATORS, A.CHANGE_LEADERS)


def _of_draft(act: ActivityAct) -> After:
    if act in {A.CLOSE, A.APPLY, A.AUDIT}:
        return ActivityNotPublished
    return {A.PUBLISH: P.PUBLISHED, A.DELETE: P.DELETED}.get(act, P.DRAFT)


def _of_standing(phase: ActivityPhase, act: ActivityAct) -> After:
    if act in _RELIED_ON:
        return PublishedFieldFixed
    changes: dict[ActivityAct, After] = {
        A.PUBLISH: ActivityPublished,
        A.CLOSE: P.CLOSING,
        A.DELETE: ActivityStillStands,
    }
    return changes.get(act, phase)


NEXT_ACTIVITY: Mapping[tuple[ActivityPhase, ActivityAct], After] = {
    **{(P.DRAFT, act): _of_draft(act) for act in A},
    **{(phase, act): _of_standing(phase, act) for phase in (P.PUBLISHED, P.PROMOTING) for act in A},
    **{(P.CLOSING, act): ActivityStillStands if act == A.DELETE else ActivityClosing for act in A},
    **{(P.OVER, act): P.DELETED if act == A.DELETE else ActivityOver for act in A},
    **{(P.DELETED, act): ActivityDeleted for act in A},
}


def activity_state(
    stored: int, *, begins_at: datetime, ends_at: datetime, closes_at: datetime | None, now: datetime
) -> ActivityNumber:
    """The state as the trade numbers it; a closed one keeps promoting until its midnight."""
    phase = activity_phase(stored, begins_at=begins_at, ends_at=ends_at, closes_at=closes_at, now=now)
    if phase == P.CLOSING:
        return ActivityNumber.PROMOTING if begins_at <= now else ActivityNumber.PUBLISHED
    return {
        P.DRAFT: ActivityNumber.DRAFT,
        P.PUBLISHED: ActivityNumber.PUBLISHED,
        P.PROMOTING: ActivityNumber.PROMOTING,
        P.OVER: ActivityNumber.INVALID,
        P.DELETED: ActivityNumber.DELETED,
    }[phase]


def activity_phase(
    stored: int, *, begins_at: datetime, ends_at: datetime, closes_at: datetime | None, now: datetime
) -> ActivityPhase:
    """Where an activity stands at `now`."""
    if stored in {ActivityNumber.DRAFT, ActivityNumber.DELETED}:
        return P.DRAFT if stored == ActivityNumber.DRAFT else P.DELETED
    if now >= stands_until(ends_at=ends_at, closes_at=closes_at):
        return P.OVER
    if closes_at is not None:
        return P.CLOSING
    return P.PROMOTING if begins_at <= now else P.PUBLISHED


def stands_until(*, ends_at: datetime, closes_at: datetime | None) -> datetime:
    """The moment from which a published activity stands no more."""
    return ends_at if closes_at is None else min(ends_at, closes_at)

"""The tables of activities, applications, requests and trusteeships: every state × every act."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.deals import errors
from fenxiao.deals.models import ActivityState, ApplicationState, Wish
from fenxiao.deals.rules.activity_states import (
    NEXT_ACTIVITY,
    ActivityAct,
    ActivityNumber,
    ActivityPhase,
    activity_phase,
    activity_state,
)
from fenxiao.deals.rules.application_states import (
    NEXT_APPLICATION,
    NEXT_TRUST,
    NEXT_WISH,
    ApplicationAct,
    ApplicationNumber,
    ApplicationPhase,
    TrustAct,
    TrustPhase,
    WishAct,
    application_phase,
    trust_phase,
)
from tests.cast import NOON

DAY = timedelta(days=1)

# One letter per act in the order of ActivityAct: publish, close, delete, apply, audit, name creators, reword,
# set floors, prolong, shorten, move beginning, change type, redraw creators, change leaders.
# ✓ stays, P published, C closing, D deleted; refusals: n not published, p published already, s still stands,
# f fixed since published, c closing, o over, d deleted.
ACTIVITIES = {
    ActivityPhase.DRAFT: "PnDnn✓✓✓✓✓✓✓✓✓",
    ActivityPhase.PUBLISHED: "pCs✓✓✓✓✓✓fffff",
    ActivityPhase.PROMOTING: "pCs✓✓✓✓✓✓fffff",
    ActivityPhase.CLOSING: "ccsccccccccccc",
    ActivityPhase.OVER: "ooDooooooooooo",
    ActivityPhase.DELETED: "dddddddddddddd",
}
ACTIVITY_WORDS = {
    "P": ActivityPhase.PUBLISHED,
    "C": ActivityPhase.CLOSING,
    "D": ActivityPhase.DELETED,
    "n": errors.ActivityNotPublished,
    "p": errors.ActivityPublished,
    "s": errors.ActivityStillStands,
    "f": errors.PublishedFieldFixed,
    "c": errors.ActivityClosing,
    "o": errors.ActivityOver,
    "d": errors.ActivityDeleted,
}

# In the order of ApplicationAct: pass, reject, withdraw, end, leave shelf, fall, wish, share.
# P passed, R rejected, E expired, M ends at midnight, ✓ stays; w not waiting, n not passed, e ending, x ended.
APPLICATIONS = {
    ApplicationPhase.PENDING: "PREnEEnn",
    ApplicationPhase.PASSED: "wwMMMM✓✓",
    ApplicationPhase.ENDING: "wweeeeee",
    ApplicationPhase.REJECTED: "wwxxxxxx",
    ApplicationPhase.EXPIRED: "wwxxxxxx",
}
APPLICATION_WORDS = {
    "P": ApplicationPhase.PASSED,
    "R": ApplicationPhase.REJECTED,
    "E": ApplicationPhase.EXPIRED,
    "M": ApplicationPhase.ENDING,
    "w": errors.ApplicationNotPending,
    "n": errors.ApplicationNotPassed,
    "e": errors.ApplicationEnding,
    "x": errors.ApplicationEnded,
}


@pytest.mark.parametrize(("phase", "act"), list(product(ActivityPhase, ActivityAct)))
def test_each_act_on_an_activity_does_what_the_table_says(phase: ActivityPhase, act: ActivityAct) -> None:
    letter = ACTIVITIES[phase][list(ActivityAct).index(act)]

    assert NEXT_ACTIVITY[phase, act] == (phase if letter == "✓" else ACTIVITY_WORDS[letter])


@pytest.mark.parametrize(("phase", "act"), list(product(ApplicationPhase, ApplicationAct)))
def test_each_act_on_an_application_does_what_the_table_says(phase: ApplicationPhase, act: ApplicationAct) -> None:
    letter = APPLICATIONS[phase][list(ApplicationAct).index(act)]

    assert NEXT_APPLICATION[phase, act] == (phase if letter == "✓" else APPLICATION_WORDS[letter])


@pytest.mark.parametrize(("state", "act"), list(product(Wish.State, WishAct)))
def test_only_an_open_request_is_answered(state: Wish.State, act: WishAct) -> None:
    after = {
        WishAct.GRANT: Wish.State.GRANTED,
        WishAct.DECLINE: Wish.State.DECLINED,
        WishAct.WITHDRAW: Wish.State.WITHDRAWN,
        WishAct.VOID: Wish.State.VOID,
    }

    assert NEXT_WISH[state, act] == (after[act] if state == Wish.State.OPEN else errors.WishDecided)


TRUST = {
    (TrustPhase.PROPOSED, TrustAct.ACCEPT): TrustPhase.AGREED,
    (TrustPhase.PROPOSED, TrustAct.USE): errors.TrusteeshipNotAccepted,
    (TrustPhase.AGREED, TrustAct.ACCEPT): errors.TrusteeshipAccepted,
    (TrustPhase.AGREED, TrustAct.USE): errors.TrusteeshipNotBegun,
    (TrustPhase.IN_FORCE, TrustAct.ACCEPT): errors.TrusteeshipAccepted,
    (TrustPhase.IN_FORCE, TrustAct.USE): TrustPhase.IN_FORCE,
}


@pytest.mark.parametrize(("phase", "act"), list(product(TrustPhase, TrustAct)))
def test_each_act_on_a_trusteeship_does_what_the_table_says(phase: TrustPhase, act: TrustAct) -> None:
    ends = {TrustAct.END: TrustPhase.OVER} if phase != TrustPhase.OVER else {}
    wanted = TRUST.get((phase, act)) or ends.get(act, errors.TrusteeshipOver)

    assert NEXT_TRUST[phase, act] == wanted


def test_the_rules_number_states_as_the_tables_do() -> None:
    assert [(each.name, each.value) for each in ActivityNumber] == [(each.name, each.value) for each in ActivityState]
    assert [(each.name, each.value) for each in ApplicationNumber] == [
        (each.name, each.value) for each in ApplicationState
    ]


@pytest.mark.parametrize(
    ("stored", "begins", "ends", "closes", "phase", "number"),
    [
        (1, -2, -1, None, ActivityPhase.DRAFT, 1),
        (2, 1, 2, None, ActivityPhase.PUBLISHED, 2),
        (2, 0, 2, None, ActivityPhase.PROMOTING, 3),
        (2, -2, 0, None, ActivityPhase.OVER, 4),
        (4, 1, 3, 2, ActivityPhase.CLOSING, 2),
        (4, -1, 3, 1, ActivityPhase.CLOSING, 3),
        (4, -1, 3, 0, ActivityPhase.OVER, 4),
        (4, -2, 0, 1, ActivityPhase.OVER, 4),
        (5, -1, 1, None, ActivityPhase.DELETED, 5),
    ],
)
def test_an_activity_is_told_by_its_times(
    *, stored: int, begins: int, ends: int, closes: int | None, phase: ActivityPhase, number: int
) -> None:
    closes_at = None if closes is None else NOON + closes * DAY
    times = {"begins_at": NOON + begins * DAY, "ends_at": NOON + ends * DAY, "closes_at": closes_at, "now": NOON}

    assert (activity_phase(stored, **times), activity_state(stored, **times)) == (phase, number)


@pytest.mark.parametrize(
    ("stored", "until", "ends", "has_passed", "phase"),
    [
        (1, 1, None, False, ApplicationPhase.PENDING),
        (1, 0, None, False, ApplicationPhase.EXPIRED),  # its window ran out before the audit
        (2, 1, None, True, ApplicationPhase.PASSED),
        (2, 0, None, True, ApplicationPhase.EXPIRED),
        (3, 1, None, False, ApplicationPhase.REJECTED),
        (5, 2, 1, True, ApplicationPhase.ENDING),
        (5, 2, 0, True, ApplicationPhase.EXPIRED),
        (5, 2, 1, False, ApplicationPhase.EXPIRED),  # it never stood
        (5, 0, 1, True, ApplicationPhase.EXPIRED),
    ],
)
def test_an_application_is_told_by_its_times(
    stored: int, until: int, ends: int | None, has_passed: bool, phase: ApplicationPhase
) -> None:
    ends_at = None if ends is None else NOON + ends * DAY
    passed_at = NOON - DAY if has_passed else None

    told = application_phase(stored, until_at=NOON + until * DAY, ends_at=ends_at, passed_at=passed_at, now=NOON)

    assert told == phase


moments = st.integers(-3, 3).map(lambda days: NOON + days * DAY)


@given(from_at=moments, length=st.integers(1, 4), accepted=st.none() | moments, ended=st.none() | moments, now=moments)
def test_a_trusteeship_is_in_force_only_within_its_time(
    from_at: datetime, length: int, accepted: datetime | None, ended: datetime | None, now: datetime
) -> None:
    until_at = from_at + length * DAY

    phase = trust_phase(from_at=from_at, until_at=until_at, accepted_at=accepted, ended_at=ended, now=now)

    is_in_force = accepted is not None and ended is None and from_at <= now < until_at
    assert (phase == TrustPhase.IN_FORCE) == is_in_force

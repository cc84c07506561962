"""Every state × every act of a second leader's application, fees and windows."""

from datetime import timedelta
from itertools import product as every

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.deals.errors.second import (
    CededFeeAboveFirst,
    CededFeeBelowFloor,
    SecondFeeStands,
    SecondNotPassed,
    SecondOver,
    SecondStillRuns,
)
from fenxiao.deals.rules.second_states import (
    NEXT_SECOND,
    SecondAct,
    SecondPhase,
    Window,
    check_ceded,
    fit_window,
    second_phase,
)
from fenxiao.kernel.errors import Refused
from tests.cast import NOON

P, A = SecondPhase, SecondAct
HOUR = timedelta(hours=1)


def test_every_phase_and_act_has_an_outcome() -> None:
    assert set(NEXT_SECOND) == set(every(SecondPhase, SecondAct))


def test_each_act_leads_where_it_must() -> None:
    expected = {
        A.EDIT: [P.PENDING, SecondFeeStands, P.ENDING, P.REJECTED, P.EXPIRED],
        A.ASK_END: [SecondNotPassed, P.PASSED, *[SecondOver] * 3],
        A.CONSENT: [SecondNotPassed, P.ENDING, *[SecondOver] * 3],
        A.APPLY_AGAIN: [SecondStillRuns, SecondStillRuns, P.ENDING, P.REJECTED, P.EXPIRED],
    }
    phases = [P.PENDING, P.PASSED, P.ENDING, P.REJECTED, P.EXPIRED]

    assert {act: [NEXT_SECOND[phase, act] for phase in phases] for act in A} == expected


@pytest.mark.parametrize(
    ("state", "until", "ends", "phase"),
    [
        (1, 1, None, P.PENDING),
        (1, 0, None, P.EXPIRED),  # its window ran out unaudited
        (2, 1, None, P.PASSED),
        (2, 0, None, P.EXPIRED),
        (3, 1, None, P.REJECTED),
        (3, 0, None, P.REJECTED),
        (5, 2, 1, P.ENDING),
        (5, 2, 0, P.EXPIRED),
        (5, 2, None, P.EXPIRED),
        (5, 0, 0, P.EXPIRED),
    ],
)
def test_a_phase_is_told_by_state_and_time(state: int, until: int, ends: int | None, phase: SecondPhase) -> None:
    ends_at = None if ends is None else NOON + ends * HOUR

    assert second_phase(state, until_at=NOON + until * HOUR, ends_at=ends_at, now=NOON) == phase


rates = st.integers(min_value=0, max_value=10_000)


@given(rates, rates, rates)
def test_a_ceded_fee_lies_between_the_floor_and_the_firsts(fee: int, floor: int, first: int) -> None:
    refusal: type[Refused] | None = None
    try:
        check_ceded(fee, floor_bp=floor, first_bp=first, title="Cup")
    except Refused as error:
        refusal = type(error)

    expected = CededFeeBelowFloor if fee < floor else CededFeeAboveFirst if fee > first else None
    assert refusal is expected


hours = st.integers(min_value=-48, max_value=48)


@given(hours, hours, hours.filter(bool), hours)
def test_a_window_that_fits_lies_within_and_ahead(start: int, end: int, asked_from: int, asked_until: int) -> None:
    within = Window(NOON + start * HOUR, NOON + end * HOUR)
    asked = Window(NOON + asked_from * HOUR, NOON + asked_until * HOUR)

    window = fit_window(from_at=asked.from_at, until_at=asked.until_at, within=within, now=NOON)

    begins = max(NOON, within.from_at, asked.from_at)
    assert window == (Window(begins, asked.until_at) if begins < asked.until_at <= within.until_at else None)


def test_without_an_end_it_is_the_last_there_may_be() -> None:
    within = Window(NOON - HOUR, NOON + HOUR)

    assert fit_window(from_at=None, until_at=None, within=within, now=NOON) == Window(NOON, NOON + HOUR)

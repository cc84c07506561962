"""Policies, levels and steps."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.quality.errors import PolicyUnsound
from fenxiao.quality.rules import (
    INDICATORS,
    Before,
    Gate,
    PolicyBody,
    Power,
    Scored,
    Showing,
    Step,
    default_policy,
    level_for,
    next_level,
    weigh_powers,
)
from fenxiao.quality.rules.levels import Why

POLICY = default_policy()


def showing(**changes: object) -> Showing:
    """A product that reaches L5, but for `changes`."""
    values = {code: (1.0 if one.higher_is_better else 0.0) for code, one in INDICATORS.items()} | {"review_score": 4.9}
    top = Showing(
        score_bp=9_000,
        coverage_bp=10_000,
        orders=500,
        powers=dict.fromkeys(Power, 9_000),
        values=values,
        evidence=dict.fromkeys(INDICATORS, 500.0),
    )
    return replace(top, **changes)


@st.composite
def showings(draw: st.DrawFn) -> tuple[dict[str, int], dict[str, float], dict[str, float], int]:
    percentiles = {code: draw(st.integers(0, 10_000)) for code in INDICATORS}
    evidence = {code: float(draw(st.sampled_from([0, 1, 10, 100]))) for code in INDICATORS}
    values = {code: draw(st.floats(0, 5)) for code in INDICATORS}
    return percentiles, evidence, values, draw(st.integers(0, 60))


def scored(percentiles: dict[str, int], evidence: dict[str, float], values: dict[str, float], orders: int) -> int:
    powers, score, coverage = weigh_powers(percentiles, evidence, policy=POLICY)
    shown = showing(
        score_bp=score, coverage_bp=coverage, orders=orders, powers=powers, values=values, evidence=evidence
    )
    return level_for(shown, policy=POLICY).level


@given(showings(), st.integers(0, 10_000))
def test_raising_gmv_alone_never_lowers_a_level(
    shown: tuple[dict[str, int], dict[str, float], dict[str, float], int], more: int
) -> None:
    percentiles, evidence, values, orders = shown
    raised = percentiles | {"gmv_30d": max(percentiles["gmv_30d"], more)}

    assert scored(raised, evidence, values, orders) >= scored(percentiles, evidence, values, orders)


@given(showings())
def test_scores_lie_between_0_and_100_and_coverage_says_what_is_known(
    shown: tuple[dict[str, int], dict[str, float], dict[str, float], int],
) -> None:
    percentiles, evidence, _values, _orders = shown

    powers, score, coverage = weigh_powers(percentiles, evidence, policy=POLICY)

    known = [points for points in powers.values() if points is not None]
    assert min(known, default=0) - 1 <= score <= max(known, default=0)
    assert (coverage == 10_000) == all(evidence.values())
    assert (coverage == 0) == (not any(evidence.values()))


def test_a_power_without_evidence_is_left_out_and_the_rest_weighed_again() -> None:
    percentiles = dict.fromkeys(INDICATORS, 8_000)
    evidence = {code: float(one.power != Power.DISTRIBUTION) for code, one in INDICATORS.items()}

    powers, score, coverage = weigh_powers(percentiles | {"active_promoters": 0}, evidence, policy=POLICY)

    assert powers[Power.DISTRIBUTION] is None
    assert (score, coverage) == (8_000, 8_000)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Scored(level=5, why=Why.TOP)),
        ({"coverage_bp": 3_999}, Scored(level=2, why=Why.COVERAGE)),
        ({"coverage_bp": 2_999}, Scored(level=1, why=Why.TOO_LITTLE)),
        ({"orders": 0}, Scored(level=1, why=Why.TOO_LITTLE)),
        ({"score_bp": 5_399}, Scored(level=2, why=Why.SCORE)),
        ({"score_bp": 6_999}, Scored(level=4, why=Why.SCORE)),
        ({"powers": dict.fromkeys(Power, 9_000) | {Power.BRAND: 4_999}}, Scored(level=4, why=Why.GATE)),
        ({"powers": dict.fromkeys(Power, 9_000) | {Power.SALES: None}}, Scored(level=3, why=Why.GATE)),
    ],
)
def test_a_level_is_what_score_coverage_and_gates_allow(changes: dict[str, object], expected: Scored) -> None:
    assert level_for(showing(**changes), policy=POLICY) == expected


def test_a_red_line_needs_evidence() -> None:
    bad = showing().values | {"quality_refund_rate": 0.2}
    enough, little = dict.fromkeys(INDICATORS, 20.0), dict.fromkeys(INDICATORS, 19.0)

    assert level_for(showing(values=bad, evidence=enough), policy=POLICY) == Scored(level=0, why=Why.RED_LINE)
    assert level_for(showing(values=bad, evidence=little), policy=POLICY) == Scored(level=2, why=Why.GATE)


@pytest.mark.parametrize(
    ("scored_level", "before", "is_red", "expected"),
    [
        (4, None, False, (4, Step.FIRST)),
        (0, None, True, (0, Step.RED_LINE)),
        (3, Before(level=3, scored=3), False, (3, Step.KEPT)),
        (4, Before(level=3, scored=3), False, (4, Step.UP)),
        (5, Before(level=3, scored=3), False, (4, Step.ONE_UP)),
        (2, Before(level=4, scored=4), False, (4, Step.FALL_WAITS)),
        (2, Before(level=4, scored=3), False, (2, Step.FALL)),
        (0, Before(level=5, scored=5), True, (0, Step.RED_LINE)),
        (3, Before(level=0, scored=0), False, (1, Step.ONE_UP)),
    ],
)
def test_levels_rise_by_one_and_fall_after_two(
    scored_level: int, before: Before | None, is_red: bool, expected: tuple[int, Step]
) -> None:
    assert next_level(scored_level, before=before, is_red=is_red) == expected


def test_a_policy_survives_being_stored() -> None:
    import json

    assert PolicyBody.from_json(json.loads(json.dumps(POLICY.as_json()))) == POLICY


@pytest.mark.parametrize(
    "changes",
    [
        {"powers": {**POLICY.powers, "brand": 1_001}},
        {"indicators": {**POLICY.indicators, "gmv_30d": 5_999}},
        {"indicators": {code: weight for code, weight in POLICY.indicators.items() if code != "gmv_30d"}},
        {"powers": {**POLICY.powers, "brand": -1_000, "sales": 4_500}},
        {"thresholds": {2: 0, 3: 6_300, 4: 6_200, 5: 7_000}},
        {"thresholds": {3: 5_400, 4: 6_200, 5: 7_000}},
        {"gates": (Gate(level=3, of="sales", bound=6_000), Gate(level=4, of="sales", bound=5_000))},
        {"gates": (Gate(level=3, of="on_tim_rate", bound=0.5),)},
        {"strengths": {**POLICY.strengths, "conversion": 0}},
        {"gates": (Gate(level=1, of="sales", bound=6_000),)},
        {"gates": (Gate(level=3, of="sales", bound=float("nan")),)},
        {"thresholds": {2: 0, 3: 5_400, 4: 6_200, 5: 10_001}},
        {"day_cap_bp": 0},
        {"short_days": 91},
        {"price_bands_fen": (5_000, 2_000)},
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(PolicyUnsound):
        replace(POLICY, **changes)


@pytest.mark.parametrize(
    "changes", [{"weights": 1}, {"thresholds": {"three": 1}}, {"gates": [{"level": 3}]}, {"powers": 5}]
)
def test_a_stored_policy_that_cannot_be_read_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(PolicyUnsound):
        PolicyBody.from_json(POLICY.as_json() | changes)

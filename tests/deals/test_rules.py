"""Terms, their division to the fen, the day a rate begins, and which plan wins."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.deals import rules
from fenxiao.deals.errors import RateOutOfBounds, RateUnchanged, TooLateToCut
from fenxiao.deals.rules import Parts, RateEntry, Step, Terms
from fenxiao.kernel.money import Money

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
MIDNIGHT = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)  # 00:00 in Shanghai, the 11th
MINUTE = timedelta(minutes=1)


def make_terms(plan_type: int = 1, *, plan_id: int = 1, rate_bp: int = 2_000, fee_bp: int = 0) -> Terms:
    return Terms(
        plan_id=plan_id,
        plan_type=plan_type,
        commission_rate_bp=rate_bp,
        service_fee_rate_bp=fee_bp,
        platform_fee_rate_bp=1_000,
    )


# --- the division


def test_a_sale_divides_as_the_trade_does() -> None:
    split = rules.split(Money(9_999), make_terms(rate_bp=2_000, fee_bp=500))

    assert split.waterfall() == [
        Step("base", Money(9_999)),
        Step("commission", Money(-1_999)),
        Step("service_fee", Money(-499)),
        Step("merchant_keeps", Money(7_501)),
        Step("commission", Money(1_999)),
        Step("commission_platform_fee", Money(-199)),
        Step("creator_net", Money(1_800)),
        Step("service_fee", Money(499)),
        Step("service_fee_platform_fee", Money(-49)),
        Step("leader_net", Money(450)),
    ]
    assert split.platform_fee == Money(248)


RATES = st.tuples(st.integers(0, 9_000), st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000)).filter(
    lambda rates: rates[0] + rates[1] <= 10_000 and rates[3] <= rates[1]
)


@given(base_fen=st.integers(0, 10**15), rates=RATES)
def test_the_parts_sum_to_the_whole_for_any_base_and_rates(base_fen: int, rates: tuple[int, int, int, int]) -> None:
    commission_bp, service_bp, platform_bp, ceded_bp = rates

    parts = rules.parts_of(
        base_fen,
        commission_rate_bp=commission_bp,
        service_fee_rate_bp=service_bp,
        ceded_fee_rate_bp=ceded_bp,
        platform_fee_rate_bp=platform_bp,
    )

    nets_fen = parts.creator_net_fen + parts.leader_net_fen + parts.second_leader_net_fen
    assert nets_fen + parts.platform_fee_fen + parts.merchant_keeps_fen == base_fen
    assert parts.ceded_fee_fen == base_fen * ceded_bp // 10_000
    assert min(parts) >= 0
    assert parts.commission_fen == base_fen * commission_bp // 10_000
    assert parts.service_fee_fen == base_fen * service_bp // 10_000


@given(base_fen=st.integers(0, 10**12), rates=RATES)
def test_both_forms_of_the_division_agree(base_fen: int, rates: tuple[int, int, int, int]) -> None:
    terms = Terms(
        plan_id=1,
        plan_type=1,
        commission_rate_bp=rates[0],
        service_fee_rate_bp=rates[1],
        platform_fee_rate_bp=rates[2],
        ceded_fee_rate_bp=rates[3],
    )

    split = rules.split(Money(base_fen, "BRL"), terms)

    assert Parts(
        split.commission.fen,
        split.service_fee.fen,
        split.platform_fee.fen,
        split.creator_net.fen,
        split.leader_net.fen,
        split.merchant_keeps.fen,
        split.ceded_fee.fen,
        split.second_leader_net.fen,
    ) == rules.parts_of(
        base_fen,
        commission_rate_bp=rates[0],
        service_fee_rate_bp=rates[1],
        platform_fee_rate_bp=rates[2],
        ceded_fee_rate_bp=rates[3],
    )
    assert {part.currency for part in (split.base, split.commission, split.merchant_keeps)} == {"BRL"}


def test_a_negative_base_is_not_divided() -> None:
    with pytest.raises(ValueError, match="-1 fen"):
        rules.parts_of(-1, commission_rate_bp=1_000)


@pytest.mark.parametrize(
    "rates",
    [(9_001, 0, 0), (-1, 0, 0), (9_000, 1_001, 0), (0, -1, 0), (0, 0, 10_001), (0, 0, -1)],
)
def test_terms_out_of_bounds_are_not_terms(rates: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"out of bounds|less than nothing"):
        Terms(
            plan_id=1,
            plan_type=1,
            commission_rate_bp=rates[0],
            service_fee_rate_bp=rates[1],
            platform_fee_rate_bp=rates[2],
        )


def test_frozen_terms_come_back_as_they_were() -> None:
    terms = make_terms(fee_bp=300)

    assert Terms.from_json(terms.as_json()) == terms


# --- when a rate begins


def test_a_raise_begins_at_once_even_in_the_last_minutes_of_a_day() -> None:
    late = MIDNIGHT - MINUTE

    assert rules.begins_at(2_001, current_bp=2_000, pending_bp=None, now=late) == late


def test_a_cut_begins_at_the_next_local_midnight() -> None:
    assert rules.begins_at(1_999, current_bp=2_000, pending_bp=None, now=NOON) == MIDNIGHT


def test_a_cut_entered_at_midnight_begins_a_day_later() -> None:
    assert rules.begins_at(1_000, current_bp=2_000, pending_bp=None, now=MIDNIGHT) == MIDNIGHT + timedelta(days=1)


def test_no_cut_is_entered_from_23_50_to_24_00() -> None:
    just_before = MIDNIGHT - 10 * MINUTE - timedelta(microseconds=1)

    assert rules.begins_at(1_000, current_bp=2_000, pending_bp=None, now=just_before) == MIDNIGHT
    for late in (MIDNIGHT - 10 * MINUTE, MIDNIGHT - timedelta(microseconds=1)):
        with pytest.raises(TooLateToCut):
            rules.begins_at(1_000, current_bp=2_000, pending_bp=None, now=late)


def test_the_current_rate_withdraws_a_pending_cut_at_once() -> None:
    assert rules.begins_at(2_000, current_bp=2_000, pending_bp=1_000, now=NOON) == NOON


def test_a_rate_between_the_pending_and_the_current_one_is_a_cut() -> None:
    assert rules.begins_at(1_500, current_bp=2_000, pending_bp=1_000, now=NOON) == MIDNIGHT


def test_an_entry_that_changes_nothing_is_refused() -> None:
    with pytest.raises(RateUnchanged):
        rules.begins_at(2_000, current_bp=2_000, pending_bp=None, now=NOON)
    with pytest.raises(RateUnchanged):
        rules.begins_at(1_000, current_bp=2_000, pending_bp=1_000, now=NOON)


@pytest.mark.parametrize("rate_bp", [-1, 9_001])
def test_a_commission_lies_within_0_and_90_percent(rate_bp: int) -> None:
    with pytest.raises(RateOutOfBounds):
        rules.begins_at(rate_bp, current_bp=2_000, pending_bp=None, now=NOON)


@given(rate_bp=st.integers(0, 9_000), current_bp=st.integers(0, 9_000), second=st.integers(0, 86_399))
def test_a_rate_never_falls_before_the_day_ends(rate_bp: int, current_bp: int, second: int) -> None:
    now = MIDNIGHT - timedelta(days=1) + timedelta(seconds=second)

    try:
        begins = rules.begins_at(rate_bp, current_bp=current_bp, pending_bp=None, now=now)
    except (RateUnchanged, TooLateToCut):
        return

    assert begins == (MIDNIGHT if rate_bp < current_bp else now)


def test_the_rate_of_a_moment_is_the_last_that_began() -> None:
    entries = [RateEntry(NOON, 1_000), RateEntry(NOON + MINUTE, 2_000), RateEntry(MIDNIGHT, 500)]

    assert [
        rules.rate_at(entries, moment) for moment in (NOON - MINUTE, NOON, NOON + MINUTE, MIDNIGHT - MINUTE, MIDNIGHT)
    ] == [None, 1_000, 2_000, 2_000, 500]

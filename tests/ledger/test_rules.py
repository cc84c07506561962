"""Splits conserve, refunds mirror, funds are given out in order."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.ledger import rules

bases = st.integers(min_value=1, max_value=10**12)
rates = st.integers(min_value=0, max_value=5_000)
fees = st.integers(min_value=0, max_value=10_000)


def settled_legs(base_fen: int, commission_bp: int, service_bp: int, platform_bp: int) -> dict[str, int]:
    """A line on which a third of the service fee is ceded and a step of 2 % was reached."""
    parts = rules.line_parts(
        base_fen,
        commission_rate_bp=commission_bp,
        service_fee_rate_bp=service_bp,
        ceded_fee_rate_bp=service_bp // 3,
        platform_fee_rate_bp=platform_bp,
        leader_id=1,
        second_leader_id=2,
        step_bp=200,
    )
    creator_fen, leader_fen, second_leader_fen, platform_fen = rules.shares_of(parts)
    legs = {
        "merchant": -parts.commission_fen - parts.service_fee_fen,
        "creator": creator_fen,
        "leader": leader_fen,
        "second leader": second_leader_fen,
        "platform": platform_fen,
    }
    return {party: fen for party, fen in legs.items() if fen}


def after_refunds(legs: dict[str, int], *, base_fen: int, refunds: list[int]) -> tuple[dict[str, int], list[int]]:
    """Clawbacks in all, and what each one's legs sum to."""
    in_all: dict[str, int] = {}
    sums = []
    for back_fen in accumulate(refunds):
        clawback = rules.clawback_legs(legs, base_fen=base_fen, back_fen=back_fen, before=in_all)
        sums.append(sum(clawback.values()))
        in_all = {party: in_all.get(party, 0) + clawback.get(party, 0) for party in legs}
    return in_all, sums


@given(bases, rates, rates, fees)
def test_the_legs_of_a_settlement_sum_to_zero(base: int, commission: int, service: int, platform: int) -> None:
    assert sum(settled_legs(base, commission, service, platform).values()) == 0


@given(bases, rates, rates, fees)
def test_a_service_fee_without_a_leader_is_not_charged(base: int, commission: int, service: int, fee: int) -> None:
    parts = rules.line_parts(
        base, commission_rate_bp=commission, service_fee_rate_bp=service, platform_fee_rate_bp=fee, leader_id=None
    )

    assert (parts.service_fee_fen, parts.leader_net_fen) == (0, 0)
    assert sum(rules.shares_of(parts)) == parts.commission_fen


@given(bases, rates.filter(bool), rates, fees, st.data())
def test_refunds_in_any_parts_leave_what_one_refund_of_their_sum_leaves(
    base: int, commission: int, service: int, platform: int, data: st.DataObject
) -> None:
    legs = settled_legs(base, commission, service, platform)
    if not legs:
        return
    refunds = data.draw(st.lists(st.integers(min_value=1, max_value=base), min_size=1, max_size=6))

    in_parts, sums = after_refunds(legs, base_fen=base, refunds=refunds)
    at_once, _ = after_refunds(legs, base_fen=base, refunds=[sum(refunds)])

    assert in_parts == at_once
    assert sums == [0] * len(refunds)
    assert all(0 <= -in_parts[party] <= fen for party, fen in legs.items() if fen > 0)


@given(bases, rates.filter(bool), rates, fees, st.data())
def test_a_full_refund_mirrors_the_settlement_to_the_fen(
    base: int, commission: int, service: int, platform: int, data: st.DataObject
) -> None:
    legs = settled_legs(base, commission, service, platform)
    if not legs:
        return
    first = data.draw(st.integers(min_value=0, max_value=base))

    in_all, _ = after_refunds(legs, base_fen=base, refunds=[first, base - first])

    assert in_all == {party: -fen for party, fen in legs.items()}


def test_a_refund_of_a_third_takes_back_a_third_rounded_down() -> None:
    legs = {"merchant": -2_000, "creator": 1_800, "platform": 200}

    clawback = rules.clawback_legs(legs, base_fen=10_000, back_fen=3_333, before={})

    assert clawback == {"merchant": 665, "creator": -599, "platform": -66}


def test_freight_and_tax_carry_no_commission_and_what_went_back_neither() -> None:
    left = rules.base_left(paid_fen=11_000, freight_fen=800, tax_fen=200, refunded_fen=3_000)

    assert left == 7_000


def test_a_base_is_never_less_than_nothing() -> None:
    assert rules.base_left(paid_fen=11_000, freight_fen=800, tax_fen=200, refunded_fen=11_000) == 0


@pytest.mark.parametrize(("funds", "count"), [(0, 0), (9, 0), (10, 1), (29, 1), (30, 2), (10_000, 4)])
def test_the_first_charge_that_is_too_large_holds_up_the_rest(funds: int, count: int) -> None:
    assert rules.count_within([10, 20, 500, 1], funds_fen=funds) == count


@pytest.mark.parametrize(
    ("wallet", "owed", "limit", "funds"), [(500, 0, 100, 600), (0, 40, 100, 60), (0, 150, 100, 0), (20, 0, 0, 20)]
)
def test_funds_are_the_wallet_and_what_is_left_of_the_credit(wallet: int, owed: int, limit: int, funds: int) -> None:
    assert rules.funds_of(wallet_fen=wallet, owed_fen=owed, limit_fen=limit) == funds


@given(bases, rates, rates, fees)
def test_a_fee_ceded_to_nobody_stays_with_the_leader(base: int, commission: int, service: int, fee: int) -> None:
    rates_of = {"commission_rate_bp": commission, "service_fee_rate_bp": service, "platform_fee_rate_bp": fee}

    ceded_to_nobody = rules.line_parts(base, ceded_fee_rate_bp=service, leader_id=1, **rates_of)

    assert ceded_to_nobody == rules.line_parts(base, leader_id=1, **rates_of)


@pytest.mark.parametrize(("rate", "step", "commission"), [(2_000, 300, 2_300), (8_900, 300, 9_000), (2_000, 0, 2_000)])
def test_a_step_is_on_top_and_within_ninety_percent(rate: int, step: int, commission: int) -> None:
    parts = rules.line_parts(
        10_000, commission_rate_bp=rate, service_fee_rate_bp=0, platform_fee_rate_bp=0, leader_id=None, step_bp=step
    )

    assert parts.commission_fen == commission


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(min_value=0, max_value=10**9), min_size=1),
    st.integers(min_value=1, max_value=1_000),
    st.integers(min_value=0, max_value=1_500),
)
def test_a_guarantee_returns_what_is_missing_to_the_fen(fees: dict[str, int], guaranteed: int, orders: int) -> None:
    shares = rules.guarantee_shares(fees, guaranteed=guaranteed, orders=orders)

    missing = max(0, guaranteed - orders)
    assert sum(shares.values()) == sum(fees.values()) * missing // guaranteed
    assert all(0 <= shares[party] <= fees[party] for party in fees)
    assert all(abs(shares[party] * guaranteed - fees[party] * missing) < guaranteed for party in fees)

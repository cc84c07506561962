"""Which offer wins, what its terms become, and the words for those that lose: against a plain oracle."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fenxiao.deals import rules
from fenxiao.deals.models import PlanType
from fenxiao.deals.rules import Chain, Offer, Reason
from tests.cast import NOON

CHAIN = Chain(application_id=1, activity_id=2, leader_id=3, service_fee_rate_bp=1_000)
SECOND = Chain(
    application_id=1,
    activity_id=2,
    leader_id=3,
    service_fee_rate_bp=1_000,
    second_application_id=4,
    second_activity_id=5,
    second_leader_id=6,
    ceded_fee_rate_bp=400,
)


def make_offer(plan_type: int, *, plan_id: int = 1, rate_bp: int | None = 1_000, since: datetime = NOON) -> Offer:
    return Offer(plan_type=plan_type, plan_id=plan_id, rate_bp=rate_bp, since=since)


def told(offers: list[Offer]) -> list[tuple[int | None, bool, Reason]]:
    return [(found.offer.plan_id, found.won, found.reason) for found in rules.weigh(offers)]


def test_every_plan_type_has_its_place_and_its_name_and_every_reason_its_words() -> None:
    assert sorted(rules.PRECEDENCE) == sorted(rules.TYPES) == sorted(PlanType.values)
    assert set(rules.REASONS) == set(Reason)


def test_plan_types_win_in_the_order_of_the_trade() -> None:
    assert told([make_offer(plan_type, plan_id=plan_type) for plan_type in (1, 2, 4, 5, 6, 7)]) == [
        (5, True, Reason.WON),
        (7, False, Reason.OUTRANKED),
        (2, False, Reason.OUTRANKED),
        (4, False, Reason.OUTRANKED),
        (6, False, Reason.OUTRANKED),
        (1, False, Reason.OUTRANKED),
    ]


def test_an_exclusive_plan_bars_everyone_it_does_not_name() -> None:
    offers = [make_offer(1), make_offer(5, plan_id=2, rate_bp=None), make_offer(7, plan_id=3)]

    assert told(offers) == [(2, False, Reason.NOT_NAMED), (3, False, Reason.BARRED), (1, False, Reason.BARRED)]


def test_an_exclusive_plan_that_has_ended_bars_nobody() -> None:
    ended = Offer(plan_type=5, plan_id=2, stands=False)

    assert told([make_offer(1), ended]) == [(2, False, Reason.ENDED), (1, True, Reason.WON)]


def test_a_targeted_plan_for_others_leaves_the_normal_one() -> None:
    offers = [make_offer(1), make_offer(2, plan_id=2, rate_bp=None)]

    assert told(offers) == [(2, False, Reason.NOT_NAMED), (1, True, Reason.WON)]


def test_of_two_plans_of_one_type_the_later_wins_whatever_its_rate() -> None:
    offers = [make_offer(2, plan_id=1, rate_bp=3_000), make_offer(2, plan_id=2)]

    assert told(offers) == [(2, True, Reason.WON), (1, False, Reason.NEWER_STANDS)]


def test_an_activity_speaks_only_to_links_that_carry_it_while_it_stands() -> None:
    not_carried = Offer(plan_type=6, application_id=1, rate_bp=2_000, is_carried=False)
    fallen = Offer(plan_type=7, application_id=2, stands=False)

    assert [(each.offer.plan_type, each.reason) for each in rules.weigh([make_offer(1), not_carried, fallen])] == [
        (7, Reason.NOT_STANDING),
        (6, Reason.NOT_CARRIED),
        (1, Reason.WON),
    ]


def test_nothing_offered_gives_no_candidate() -> None:
    assert rules.weigh([]) == []


def test_reasons_carry_their_figures_in_both_languages() -> None:
    offers = [
        make_offer(2, plan_id=1, rate_bp=1_500),
        make_offer(2, plan_id=2, rate_bp=2_500),
        make_offer(1, plan_id=3, rate_bp=1_250),
        Offer(plan_type=6, application_id=9, stands=False, since=NOON, until=NOON + timedelta(days=2)),
    ]

    assert [(each.words("zh-hans"), each.words("en")) for each in rules.weigh(offers)] == [
        ("按商品定向计划计佣，佣金率 25.00%", "The item-targeted plan holds at 25.00%"),
        (
            "2026-03-10 12:00 开启的同类计划（25.00%）已替代此计划（15.00%）",
            "One of the same type opened 2026-03-10 12:00 at 25.00%; this one gives 15.00%",
        ),
        (
            "该招商活动合作当前未生效（合作期 2026-03-10 12:00 至 2026-03-12 12:00）",
            "The cooperation in this activity does not stand at this moment "
            "(its window: 2026-03-10 12:00 to 2026-03-12 12:00)",
        ),
        (
            "商品定向计划（25.00%）优先于普通计划（12.50%）",
            "The item-targeted plan at 25.00% goes before the normal plan at 12.50%",
        ),
    ]


def test_a_tier_and_a_ladder_add_within_ninety_percent() -> None:
    offer = Offer(plan_type=1, rate_bp=8_500, differential_bp=800, step_window_id=4, steps=((10, 100), (20, 700)))

    terms = rules.terms_under(offer, chain=None, tier="gold", platform_fee_rate_bp=1_000)

    assert (terms.commission_rate_bp, terms.differential_bp, terms.tier) == (9_000, 500, "gold")
    assert (terms.highest_rate_bp, terms.step_window_id, terms.steps) == (9_000, 4, ((10, 100), (20, 700)))


def test_the_chain_keeps_its_fees_whoever_wins_but_under_an_exclusive_plan() -> None:
    fees = {
        plan_type: rules.terms_under(make_offer(plan_type), chain=SECOND, tier="", platform_fee_rate_bp=0)
        for plan_type in rules.PRECEDENCE
    }

    assert {plan_type: (each.service_fee_rate_bp, each.ceded_fee_rate_bp) for plan_type, each in fees.items()} == {
        plan_type: (0, 0) if plan_type == 5 else (1_000, 400) for plan_type in rules.PRECEDENCE
    }
    assert (fees[5].leader_id, fees[5].application_id, fees[1].second_leader_id) == (None, None, 6)


def test_fees_give_way_where_a_merchant_would_owe_more_than_the_price() -> None:
    offer = Offer(plan_type=1, rate_bp=8_000, steps=((5, 900),))
    chain = Chain(
        application_id=1,
        activity_id=2,
        leader_id=3,
        service_fee_rate_bp=2_000,
        second_leader_id=4,
        ceded_fee_rate_bp=1_500,
    )

    terms = rules.terms_under(offer, chain=chain, tier="", platform_fee_rate_bp=0)

    assert (terms.service_fee_rate_bp, terms.ceded_fee_rate_bp) == (1_100, 1_100)


# --- the oracle: the rules of the trade as they are told, with no thought for speed


OFFERS = st.lists(
    st.builds(
        Offer,
        plan_type=st.sampled_from([1, 2, 4, 5, 6, 7]),
        plan_id=st.integers(1, 9),
        rate_bp=st.none() | st.integers(0, 9_000),
        differential_bp=st.integers(0, 9_000),
        is_carried=st.booleans(),
        stands=st.booleans(),
    ),
    max_size=8,
)


def as_told(offers: list[Offer]) -> Offer | None:
    """The winner by asking, type by type in the order of the trade, for the last one that is there for the creator."""
    open_ones = [offer for offer in offers if offer.stands and offer.is_carried]
    for_me = [offer for offer in open_ones if offer.rate_bp is not None]
    exclusives = [offer for offer in offers if offer.stands and offer.plan_type == 5]
    if exclusives:
        mine = [offer for offer in for_me if offer.plan_type == 5]
        return mine[-1] if mine else None
    for plan_type in (7, 2, 4, 6, 1):
        of_type = [offer for offer in for_me if offer.plan_type == plan_type]
        if of_type:
            return of_type[-1]
    return None


@given(OFFERS)
def test_the_winner_is_the_one_that_the_trade_tells(offers: list[Offer]) -> None:
    assert rules.winner_of(offers) is as_told(offers)


@given(OFFERS)
def test_exactly_the_winner_has_won_and_each_loser_has_a_reason_that_is_true(offers: list[Offer]) -> None:
    winner = as_told(offers)

    candidates = rules.weigh(offers, chain=CHAIN)

    assert sorted(map(id, offers)) == sorted(id(each.offer) for each in candidates)
    assert [each.offer for each in candidates if each.won] == ([winner] if winner else [])
    for each in candidates:
        expected = {
            Reason.NOT_CARRIED: not each.offer.is_carried,
            Reason.NOT_STANDING: not each.offer.stands and each.offer.plan_type in {6, 7},
            Reason.ENDED: not each.offer.stands and each.offer.plan_type not in {6, 7},
            Reason.NOT_NAMED: each.offer.rate_bp is None,
            Reason.BARRED: winner is None and any(o.plan_type == 5 and o.stands for o in offers),
            Reason.NEWER_STANDS: winner is not None and each.offer.plan_type == winner.plan_type,
            Reason.OUTRANKED: winner is not None and each.offer.plan_type != winner.plan_type,
            Reason.WON: each.offer is winner,
        }
        assert expected[each.reason]
        assert each.words("zh")
        assert each.words("en")

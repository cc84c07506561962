"""The engine on markets whose right answer is obvious, and against the rules on markets where it is not."""

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fenxiao.quality.rules import INDICATORS, Before, default_policy, level_for, next_level, weigh_powers
from fenxiao.quality.rules.levels import has_label, is_beyond_red_line
from tests.quality.small_market import day, grade, product, random_market

POLICY = default_policy()
PEERS = range(1, 41)


def values(grades: dict[int, Any], code: str) -> dict[int, float]:
    return {pk: round(one.measures[code].value, 6) for pk, one in grades.items()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_engine_says_what_the_rules_say_of_every_product(tmp_path: Path, seed: int) -> None:
    market = random_market(Random(seed), 700)  # noqa: S311  # repeatable, not secret
    before = {row["product_id"]: Before(level=row["level"], scored=row["scored"]) for row in market["before"]}

    grades = grade(tmp_path, **market)

    assert sorted(grades) == [row["product_id"] for row in market["products"]]
    for pk, one in grades.items():
        percentiles = {code: measure.percentile_bp for code, measure in one.measures.items()}
        powers, score, coverage = weigh_powers(percentiles, one.showing.evidence, policy=POLICY)
        scored = level_for(one.showing, policy=POLICY)
        is_red = is_beyond_red_line(one.showing, policy=POLICY)
        level, step = next_level(scored.level, before=before.get(pk), is_red=is_red)
        label = has_label(level, one.showing, gates=POLICY.label_gates)
        assert (one.powers_bp, one.score_bp, one.coverage_bp) == (powers, score, coverage)
        assert (one.scored, one.level, one.step, one.is_select) == (scored.level, level, step, label)


def test_the_order_of_rows_is_irrelevant(tmp_path: Path) -> None:
    random = Random(4)  # noqa: S311  # repeatable, not secret
    market = random_market(random, 400)

    grades = grade(tmp_path, **market)
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in market.items()}

    assert grade(tmp_path, **shuffled) == grades


def test_places_and_percentiles_follow_the_values_and_ties_share_them(tmp_path: Path) -> None:
    rates = {pk: 1_000 if pk <= 20 else 2_000 for pk in PEERS}

    grades = grade(tmp_path, products=[product(pk, rate_bp=rate) for pk, rate in rates.items()])

    low, high = grades[1].measures["commission_appeal"], grades[40].measures["commission_appeal"]
    assert (low.value, low.percentile_bp, low.place, low.among) == (1_000, 2_500, 21, 40)
    assert (high.value, high.percentile_bp, high.place, high.among) == (2_000, 7_500, 1, 40)


def test_where_less_is_better_the_least_is_first(tmp_path: Path) -> None:
    days = [day(pk, 5, paid_lines=100, units=100, quality_refunds=pk) for pk in PEERS]

    grades = grade(tmp_path, products=[product(pk) for pk in PEERS], days=days)

    places = {pk: one.measures["quality_refund_rate"].place for pk, one in grades.items()}
    assert places == {pk: pk for pk in PEERS}


def test_a_rate_is_drawn_to_its_peers_by_the_strength_of_the_prior(tmp_path: Path) -> None:
    days = [day(1, 5, reviews=1, stars=1), *(day(pk, 5, reviews=10, stars=40) for pk in range(2, 40))]

    grades = grade(tmp_path, products=[product(pk) for pk in PEERS], days=days)

    mean = (1 + 38 * 40) / (1 + 38 * 10)
    assert values(grades, "review_score")[1] == round((1 + 10 * mean) / 11, 6)


def test_missing_evidence_gives_the_prior_and_is_marked_never_zero(tmp_path: Path) -> None:
    days = [day(pk, 5, reviews=10, stars=40) for pk in range(2, 41)]

    measure = grade(tmp_path, products=[product(pk) for pk in PEERS], days=days)[1].measures["review_score"]

    assert (measure.value, measure.evidence, measure.percentile_bp, measure.place, measure.among) == (
        4.0,
        0,
        5_000,
        0,
        39,
    )
    assert not measure.is_known


def test_few_peers_are_widened_to_the_parent_and_what_is_left_is_compared_with_itself(
    tmp_path: Path,
) -> None:
    many = [product(pk) for pk in range(1, 31)]
    few = [product(pk, third_id="ap-2-2") for pk in range(31, 41)]
    dear = [product(pk, third_id="ap-2-2", price_fen=400_000) for pk in range(41, 44)]
    other_branch = [product(44, third_id="el-1-1", second_id="el-1")]

    grades = grade(tmp_path, products=[*many, *few, *dear, *other_branch])

    groups = {pk: (one.peer_kind, one.peers) for pk, one in grades.items()}
    assert groups == (
        dict.fromkeys(range(1, 31), (0, 30))
        | dict.fromkeys(range(31, 41), (1, 40))
        | dict.fromkeys(range(41, 45), (3, 4))
    )


def test_one_day_one_creator_or_one_buyer_cannot_carry_a_product(tmp_path: Path) -> None:
    thirty = {"paid_lines": 30, "units": 30, "gmv_fen": 300_000, "buyers": 30}
    steady = [day(1, age) for age in range(1, 31)]
    one_day = [day(2, 5, **thirty)]
    one_buyer = [day(3, age, **thirty | {"buyers": 1}) for age in range(1, 31)]
    one_creator = [day(4, age, promoted_lines=1) for age in range(1, 31)]
    promotions = [{"product_id": 4, "creator_id": 1, "paid_lines": 30, "gmv_fen": 300_000}]

    grades = grade(
        tmp_path,
        products=[product(pk) for pk in range(1, 5)],
        days=[*steady, *one_day, *one_buyer, *one_creator],
        promotions=promotions,
    )

    assert values(grades, "gmv_30d") == {1: 300_000, 2: 100_020, 3: 900_000, 4: 150_000}


def test_refunds_count_against_sales_and_old_days_do_not_count(tmp_path: Path) -> None:
    days = [*(day(1, age, refund_fen=4_000) for age in range(1, 11)), day(1, 31, gmv_fen=999_999), day(1, 91)]

    grades = grade(tmp_path, products=[product(1)], days=days)

    assert values(grades, "gmv_30d") == {1: 60_000}
    assert grades[1].orders == 11


def test_raising_the_price_before_a_discount_is_worse_than_keeping_it(tmp_path: Path) -> None:
    def sold(pk: int, prices: dict[int, int]) -> list[dict[str, Any]]:
        return [day(pk, age, gmv_fen=fen, lowest_unit_fen=fen, highest_unit_fen=fen) for age, fen in prices.items()]

    kept = sold(1, dict.fromkeys(range(1, 60, 3), 10_000))
    raised_then_cut = sold(2, {40: 10_000, 35: 10_000, 20: 15_000, 5: 10_000, 2: 10_000})
    dearer_now = sold(3, {40: 10_000, 20: 10_000, 5: 12_000, 2: 12_000})

    grades = grade(tmp_path, products=[product(pk) for pk in (1, 2, 3)], days=[*kept, *raised_then_cut, *dearer_now])

    honesty = values(grades, "price_honesty")
    assert honesty[1] > honesty[3] > honesty[2]


def test_a_cheaper_product_has_the_better_price_position(tmp_path: Path) -> None:
    days = [day(pk, 5, units=100, gmv_fen=100 * (10_000 + pk * 100)) for pk in PEERS]

    grades = grade(tmp_path, products=[product(pk) for pk in PEERS], days=days)

    assert {pk: one.measures["price_position"].place for pk, one in grades.items()} == {pk: pk for pk in PEERS}
    assert 0.8 < values(grades, "price_position")[1] < 1 < values(grades, "price_position")[40] < 1.2


def test_brand_share_is_the_brands_part_of_its_category(tmp_path: Path) -> None:
    products = [product(1, brand_id=7), product(2, brand_id=7), product(3, brand_id=8), product(4)]
    days = [day(pk, 60, gmv_fen=25_000, paid_lines=25, units=25) for pk in (1, 2, 3, 4)]

    grades = grade(tmp_path, products=products, days=days)

    shrunk = {pk: (share * 100 + 0.5 * 20) / 120 for pk, share in {1: 0.5, 2: 0.5, 3: 0.25}.items()}
    known = {pk: value for pk, value in values(grades, "brand_share").items() if pk != 4}
    assert known == {pk: round(value, 6) for pk, value in shrunk.items()}
    assert not grades[4].measures["brand_share"].is_known


def test_promoters_are_counted_and_conversion_is_per_click(tmp_path: Path) -> None:
    days = [day(1, 3, clicks=100, promoted_lines=10, paid_lines=10, buyers=10), day(2, 3, clicks=300, promoted_lines=0)]
    promotions = [{"product_id": 1, "creator_id": n, "paid_lines": 5, "gmv_fen": 1} for n in (1, 2)]

    grades = grade(tmp_path, products=[product(1), product(2)], days=days, promotions=promotions)

    assert values(grades, "active_promoters") == {1: 2, 2: 0}
    prior = 10 / 400
    assert values(grades, "conversion") == {1: round((10 + 100 * prior) / 200, 6), 2: round(100 * prior / 400, 6)}


def test_a_new_product_without_sales_is_l1_and_a_bad_one_l0(tmp_path: Path) -> None:
    bad = day(2, 5, paid_lines=100, units=100, buyers=100, quality_refunds=60)

    grades = grade(tmp_path, products=[product(1, days_admitted=0), product(2)], days=[bad])

    assert (grades[1].level, grades[1].step) == (1, "first")
    assert (grades[2].level, grades[2].step) == (0, "red_line")


def test_everything_is_in_every_unit_and_no_value_is_missing(tmp_path: Path) -> None:
    grades = grade(tmp_path, products=[product(1)])

    assert set(grades[1].measures) == set(INDICATORS)
    assert all(measure.value == measure.value and measure.value is not None for measure in grades[1].measures.values())


def test_a_policy_changes_what_counts(tmp_path: Path) -> None:
    days = [day(1, 20)]
    short = replace(POLICY, short_days=10)

    grades = grade(tmp_path, products=[product(1)], days=days, policy=short)

    assert values(grades, "gmv_30d") == {1: 0}

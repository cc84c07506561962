"""The method against the same sums written out in plain loops, and what it must never do."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from fenxiao.discovery.errors import NothingToLearn
from fenxiao.discovery.matching import (
    PLACES,
    SHOPPING,
    Goods,
    Histories,
    Settings,
    best_for,
    fit,
    histories_of,
    rarity_of,
    scores_by_profile,
    scores_of,
    telling,
    traits_matrix,
    traits_of,
)
from fenxiao.discovery.matching.pairs import pair_strengths
from fenxiao.discovery.matching.smoothing import singular_vectors, smoothing_vectors
from fenxiao.kernel.errors import BadInput

ITEMS = 7
BASKETS = st.lists(st.lists(st.integers(0, ITEMS - 1), unique=True, max_size=ITEMS), min_size=1, max_size=6).filter(any)
METHODS = [PLACES, SHOPPING]


def in_order(baskets: list[list[int]], *, items: int = ITEMS) -> Histories:
    users = [user for user, basket in enumerate(baskets) for _ in basket]
    items_in_order = [item for basket in baskets for item in basket]
    return histories_of(users, items_in_order, user_count=len(baskets), item_count=items)


def plain_strength(baskets: list[list[int]], had: int, offered: int, by: Settings) -> float:
    """One entry of S, by its definition."""
    total = 0.0
    for basket in baskets:
        if had in basket and offered in basket and (had != offered or by.sharpening):
            steps = basket.index(offered) - basket.index(had)
            weight = len(basket) ** -by.length_discount
            if by.has_order:
                weight *= abs(steps) ** -by.distance_discount * (1 if steps > 0 else by.backwards)
            total += weight
    known = [max(sum(item in basket for basket in baskets), 1) for item in (had, offered)]
    return total * known[0] ** -by.known_discount * known[1] ** -by.offered_discount


def plain_vectors(baskets: list[list[int]], by: Settings) -> NDArray[np.float64]:
    known = [max(sum(item in basket for basket in baskets), 1) for item in range(ITEMS)]
    whole = np.zeros((len(baskets), ITEMS))
    for user, basket in enumerate(baskets):
        for item in basket:
            whole[user, item] = len(basket) ** (-by.length_discount / 2) * known[item] ** -0.5
    return whole


@trials(deadline=None)  # a busy machine is no fault of ours
@given(baskets=BASKETS)
@pytest.mark.parametrize("settings", METHODS)
def test_pairs_are_those_of_the_definition(baskets: list[list[int]], settings: Settings) -> None:
    strengths = pair_strengths(in_order(baskets), settings).toarray()

    plain = [[plain_strength(baskets, had, offered, settings) for offered in range(ITEMS)] for had in range(ITEMS)]
    assert np.allclose(strengths, plain, atol=1e-5)


@trials(deadline=None)  # a busy machine is no fault of ours
@given(baskets=BASKETS)
@pytest.mark.parametrize("settings", METHODS)
def test_scores_of_pairs_sum_over_the_history_more_recent_ones_more(
    baskets: list[list[int]], settings: Settings
) -> None:
    settings = replace(settings, rank=0, sharpening=0.0, people_share=0.0, likeness_share=0.0)
    histories = in_order(baskets)
    model = fit(histories, settings)

    scores = scores_of(model, histories)

    for user, basket in enumerate(baskets):
        steps = range(len(basket), 0, -1)
        plain = [
            sum(
                step**-settings.recency * plain_strength(baskets, had, offered, settings)
                for had, step in zip(basket, steps, strict=True)
            )
            for offered in range(ITEMS)
        ]
        expected = np.array(plain) * model.shares[0] if basket else model.known_by
        assert np.allclose(scores[user], expected, rtol=1e-4, atol=1e-4)


@trials(deadline=None)  # a busy machine is no fault of ours
@given(baskets=BASKETS, rank=st.integers(1, ITEMS))
def test_smoothing_is_the_projection_on_the_first_singular_vectors(baskets: list[list[int]], rank: int) -> None:
    whole = plain_vectors(baskets, PLACES)
    values, rows = np.linalg.svd(whole)[1:]
    values = np.concatenate([values, np.zeros(ITEMS - len(values))])
    gap = values[rank - 1] - (values[rank] if rank < ITEMS else 0)

    vectors = singular_vectors(sparse.csr_matrix(whole, dtype=np.float32), rank=rank, seed=1)

    if gap > 0.05:  # else the first vectors are not one certain plane
        assert np.allclose(vectors @ vectors.T, rows[:rank].T @ rows[:rank], atol=1e-3)


@trials(deadline=None)  # a busy machine is no fault of ours
@given(baskets=BASKETS, ridge=st.floats(0.01, 1))
def test_a_ridge_dims_each_direction_by_its_singular_value(baskets: list[list[int]], ridge: float) -> None:
    whole = plain_vectors(baskets, PLACES)
    alike = whole.T @ whole  # its eigenvalues are the squares of the singular values
    least = ridge * np.linalg.eigvalsh(alike)[-1]

    vectors = smoothing_vectors(in_order(baskets), replace(PLACES, rank=ITEMS, smooth_ridge=ridge))

    assert np.allclose(vectors @ vectors.T, np.linalg.solve(alike + least * np.eye(ITEMS), alike), atol=1e-3)


@trials(deadline=None)  # a busy machine is no fault of ours
@given(baskets=BASKETS, time=st.floats(0.1, 3))
def test_sharpening_weighs_each_direction_by_the_polynomial_of_its_value(baskets: list[list[int]], time: float) -> None:
    histories = in_order(baskets)
    told = replace(PLACES, rank=ITEMS, sharpening=time, people_share=0.0)
    model = fit(histories, told)
    whole = plain_vectors(baskets, told)
    values, directions = np.linalg.eigh(whole.T @ whole)
    kept = sum((-time * values) ** order / math.factorial(order) for order in range(5))

    scores = scores_of(model, histories)

    blurred = scores_of(replace(model, table=None), histories)
    some = histories.lengths > 0
    assert np.allclose(scores[some], blurred[some] @ (directions * kept) @ directions.T, rtol=1e-3, atol=1e-3)


def plain_people(baskets: list[list[int]], user: int, offered: int, by: Settings) -> float:
    """What people alike say for an item, by the definition."""
    known = [max(sum(item in basket for basket in baskets), 1) for item in range(ITEMS)]
    rarity = [count**-by.people_known for count in known]

    def cosine(one: list[int], other: list[int]) -> float:
        shared = sum(rarity[item] ** 2 for item in set(one) & set(other))
        return shared / math.sqrt(math.prod(sum(rarity[item] ** 2 for item in basket) for basket in (one, other)))

    alike = [cosine(baskets[user], basket) ** by.people_sharpness for basket in baskets if offered in basket]
    return sum(alike) * known[offered] ** -by.people_offered


@trials(deadline=None)  # a busy machine is no fault of ours
@given(baskets=BASKETS)
def test_people_alike_speak_for_what_they_had(baskets: list[list[int]]) -> None:
    histories = in_order(baskets)
    told = replace(PLACES, rank=0, people_share=1.0)
    model = fit(histories, told)

    scores = scores_of(model, histories) - scores_of(replace(model, people=None), histories)

    for user, basket in enumerate(baskets):
        plain = [plain_people(baskets, user, offered, told) for offered in range(ITEMS)] if basket else [0] * ITEMS
        assert np.allclose(scores[user], np.array(plain) * model.shares[2], rtol=1e-3, atol=1e-3)


@trials(deadline=None)  # a busy machine is no fault of ours
@given(baskets=BASKETS)
@pytest.mark.parametrize("settings", METHODS)
def test_what_a_user_has_is_never_offered(baskets: list[list[int]], settings: Settings) -> None:
    histories = in_order(baskets)

    best = best_for(fit(histories, settings), histories, k=ITEMS)

    for user, basket in enumerate(baskets):
        offered = [item for item in best[user].tolist() if item >= 0]
        assert sorted(offered) == sorted(set(range(ITEMS)) - set(basket))


@pytest.mark.parametrize("settings", METHODS)
def test_a_seed_gives_the_same_matches_again(settings: Settings) -> None:
    baskets = np.random.default_rng(3).integers(0, 60, (40, 5))
    histories = in_order([list(dict.fromkeys(basket)) for basket in baskets.tolist()], items=60)

    first, second = (fit(histories, replace(settings, rank=8)) for _ in range(2))

    assert np.array_equal(scores_of(first, histories), scores_of(second, histories))
    assert np.array_equal(best_for(first, histories, k=10), best_for(second, histories, k=10))


def test_scores_do_not_depend_on_who_is_scored_beside() -> None:
    histories = in_order([[0, 1, 2], [1, 2, 3], [2, 3, 4], [0, 4]])
    model = fit(histories, SHOPPING)

    alone = scores_of(model, histories.of(np.array([2])))

    assert np.allclose(alone[0], scores_of(model, histories)[2], rtol=1e-5)


def test_a_user_without_a_history_is_offered_what_is_best_known() -> None:
    histories = in_order([[3, 1], [3, 2], [3, 1], []])

    best = best_for(fit(histories, PLACES), histories, k=3)

    assert best[3].tolist() == [3, 1, 2]


def test_an_item_without_a_history_is_offered_by_what_is_written_of_it() -> None:
    traits, _ = traits_matrix([["pan"], ["pan"], ["cup"], ["cup"], ["pan"], ["cup"], ["cup"]])
    histories = in_order([[0, 1], [0, 1], [2, 3], [2, 3], [0]])  # nobody has 4, 5 or 6

    best = best_for(fit(histories, SHOPPING, traits=traits), histories, k=2)

    assert best[4].tolist() == [1, 4]
    assert set(best[0].tolist()) - {4} == {2}  # after the last pan only what is better known


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(NothingToLearn):
        histories_of([], [], user_count=3, item_count=3)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("users", {"users": [0, 3]}),
        ("users", {"users": [0, -1]}),
        ("items", {"items": [0, 9]}),
        ("weights", {"weights": [1.0, 0.0]}),
        ("weights", {"weights": [1.0, math.nan]}),
        ("interactions", {"items": [0]}),
        ("interactions", {"moments": [1, 2, 3]}),
    ],
)
def test_malformed_interactions_are_refused_by_name(field: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refusal:
        histories_of(**{"users": [0, 1], "items": [0, 1], "user_count": 3, "item_count": 3} | wrong)

    assert refusal.value.details["field"] == field


def test_an_item_had_twice_stands_where_it_was_last_with_both_weights() -> None:
    histories = histories_of(
        [0, 1, 0, 0], [5, 2, 6, 5], weights=[1, 1, 2, 3], moments=[1, 9, 2, 3], user_count=3, item_count=ITEMS
    )

    assert histories.items.tolist() == [6, 5, 2]
    assert histories.weights.tolist() == [2, 4, 1]
    assert histories.starts.tolist() == [0, 2, 3, 3]


def test_rare_traits_say_more_than_common_ones() -> None:
    traits, names = traits_matrix([["toy", "Lego"], ["toy"], ["toy"], []])

    told = telling(traits, rarity_of(traits)).toarray()

    assert told[0, names["Lego"]] > told[0, names["toy"]]
    assert np.allclose((told**2).sum(axis=1), [1, 1, 1, 0])


def test_goods_are_told_by_category_brand_price_and_words() -> None:
    goods = Goods(categories=("home", "home-kitchen"), brand="Mei", price_fen=5_000, title="陶瓷杯")

    assert traits_of(goods) == [
        *("category home", "category home-kitchen", "brand mei", "price 13"),
        *("word 陶瓷", "word 瓷杯", "word 陶瓷杯"),
    ]
    assert traits_of(Goods()) == []


def test_a_newcomer_who_tells_what_he_deals_in_is_offered_it() -> None:
    goods = [["pan"], ["pan"], ["cup"], ["cup"], ["hat"], ["hat"], ["hat"]]
    traits, names = traits_matrix(goods)
    model = fit(in_order([[0, 2], [1, 2], [2, 4]]), SHOPPING, traits=traits)
    profiles, _ = traits_matrix([["hat", "boat"], []], names=names)

    scores = scores_by_profile(model, profiles)

    assert np.argsort(-scores[0], kind="stable")[:3].tolist() == [4, 5, 6]
    assert scores[1].tolist() == model.known_by.tolist()

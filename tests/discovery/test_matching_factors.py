"""Histories in few directions, and what suits everyone best by them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from fenxiao.discovery.matching import Histories, histories_of
from fenxiao.discovery.matching.factors import Factors, FactorSettings, factors_of
from fenxiao.discovery.matching.nearest import Level, Rows, write_best
from fenxiao.discovery.matching.ranking import NOTHING

ALL = (Level(size=100, reach=0.0, part=1.0, least=0), Level(size=10, reach=0.0, part=1.0, least=0))
NARROW = (Level(size=200, reach=0.2, part=0.3, least=0), Level(size=20, reach=0.2, part=0.3, least=50))


def drawn(*, users: int = 400, goods: int = 300, seed: int = 3) -> Histories:
    """Users of ten tastes, who have eight goods in the mean, mostly of their taste."""
    dice = np.random.default_rng(seed)
    who = np.repeat(np.arange(users), 8)
    own = (who % 10) * (goods // 10) + (dice.random(len(who)) ** 2 * (goods // 10)).astype(int)
    items = np.where(dice.random(len(who)) < 0.8, own, dice.integers(goods, size=len(who)))
    return histories_of(who, items, user_count=users, item_count=goods)


def answers(
    factors: Factors,
    had: Histories,
    *,
    levels: tuple[Level, ...],
    k: int = 10,
    offered: NDArray[np.int32] | None = None,
) -> Rows:
    rows = Rows(places=np.empty((had.user_count, k), np.int32), scores=np.empty((had.user_count, k), np.float32))
    places = np.arange(had.item_count, dtype=np.int32) if offered is None else offered
    write_best(factors.users, factors.goods, had=had, offered=places, into=rows, levels=levels)
    return rows


def best_one_by_one(factors: Factors, had: Histories, k: int) -> list[list[int]]:
    """What a score for every pair says."""
    found = []
    for user, vector in enumerate(factors.users):
        scores = factors.goods @ vector
        scores[had.items[had.starts[user] : had.starts[user + 1]]] = -np.inf
        found.append(np.argsort(-scores, kind="stable")[:k].tolist())
    return found


def test_factors_are_the_singular_vectors_of_the_weighted_histories() -> None:
    had = drawn()
    settings = FactorSettings(rank=5, long=0.3, known=0.5, offered=0.0, rounds=6)

    factors = factors_of(had, settings)

    weighted = had.lengths[:, None] ** -0.3 * had.matrix.toarray() * np.maximum(had.known_by, 1) ** -0.5
    _left, values, right = np.linalg.svd(weighted, full_matrices=False)
    closeness = np.abs(np.einsum("ir,ri->r", factors.goods, right[:5]))
    assert closeness == pytest.approx(np.ones(5), abs=1e-3)
    assert np.linalg.norm(factors.users, axis=0) == pytest.approx(values[:5], rel=1e-3)


def test_the_same_seed_gives_the_same_factors() -> None:
    had = drawn()

    once, again = (factors_of(had, FactorSettings(rank=8)) for _ in range(2))

    assert np.array_equal(once.users, again.users)
    assert np.array_equal(once.goods, again.goods)


def test_when_nothing_is_narrowed_away_every_row_is_the_best_of_all() -> None:
    had = drawn()
    factors = factors_of(had, FactorSettings(rank=12))

    rows = answers(factors, had, levels=ALL)

    assert rows.places.tolist() == best_one_by_one(factors, had, 10)
    assert (np.diff(rows.scores, axis=1) <= 0).all()


def test_narrowed_to_a_fraction_nearly_all_of_the_best_are_found() -> None:
    had = drawn(users=2_000, goods=3_000)
    factors = factors_of(had, FactorSettings(rank=12))

    rows = answers(factors, had, levels=NARROW)

    exact = best_one_by_one(factors, had, 10)
    recall = np.mean([len(set(ours) & set(best)) / 10 for ours, best in zip(rows.places.tolist(), exact, strict=True)])
    assert recall >= 0.95


def test_what_was_had_and_what_is_not_offered_is_never_written() -> None:
    had = drawn()
    offered = np.arange(0, 300, 3, dtype=np.int32)

    rows = answers(factors_of(had, FactorSettings(rank=12)), had, levels=NARROW, offered=offered)

    assert set(rows.places.ravel().tolist()) <= {*offered.tolist(), NOTHING}
    for user, places in enumerate(rows.places):
        assert not set(places.tolist()) & set(had.items[had.starts[user] : had.starts[user + 1]].tolist())


def test_one_who_had_nearly_everything_gets_what_is_left_and_one_with_nothing_gets_nothing() -> None:
    few = 6
    had = histories_of([0, 0, 0, 0, 2, 2], [0, 1, 2, 3, 4, 5], user_count=3, item_count=few)
    dice = np.random.default_rng(1)
    users = np.abs(dice.standard_normal((3, 4), dtype=np.float32))
    users[1] = 0

    rows = answers(
        Factors(users=users, goods=np.abs(dice.standard_normal((few, 4), dtype=np.float32))), had, levels=ALL
    )

    assert sorted(rows.places[0].tolist()) == [NOTHING] * 8 + [4, 5]
    assert rows.places[1].tolist() == [NOTHING] * 10
    assert np.isneginf(rows.scores[1]).all()

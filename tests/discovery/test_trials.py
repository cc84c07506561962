"""Newcomers on trial: where they stand, who is drawn, and with which chance."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.discovery.rules.trials import Record, chances_of, drawn, merged, trial_places

DRAWS = 40_000


def drawn_often(records: list[Record], *, most: int) -> dict[tuple[int, int], float]:
    """How often each newcomer stood on each trial place in many draws, by the very code that draws for pages."""
    random = np.random.default_rng(7)
    seen: Counter[tuple[int, int]] = Counter()
    for _ in range(DRAWS):
        seen.update((who, place) for place, who in enumerate(drawn(records, most=most, random=random)))
    return {pair: count / DRAWS for pair, count in seen.items()}


MIXED = [Record(), Record(), Record(shown=3), Record(shown=40, taken=1), Record(shown=200, taken=30), Record(shown=150)]
UNSEEN = [Record()] * 8
SURE = [Record(shown=400, taken=400), Record(shown=400), Record(shown=400, taken=200)]


@pytest.mark.parametrize("records", [MIXED, UNSEEN, SURE])
def test_chances_are_those_of_many_draws(records: list[Record]) -> None:
    pairs = [(who, place) for who in range(len(records)) for place in range(3)]
    often = drawn_often(records, most=3)

    told = dict(zip(pairs, chances_of(records, pairs), strict=True))

    for pair in pairs:
        error = (told[pair] * (1 - told[pair]) / DRAWS) ** 0.5
        assert told[pair] == pytest.approx(often.get(pair, 0.0), abs=4 * error + 0.002), pair


def test_chances_of_a_place_sum_to_one_and_those_of_equals_are_equal() -> None:
    pairs = [(who, place) for place in range(3) for who in range(len(MIXED))]

    chances = np.array(chances_of(MIXED, pairs)).reshape(3, -1)

    assert chances.sum(axis=1) == pytest.approx(1.0, abs=0.002)
    assert chances[:, 0] == pytest.approx(chances[:, 1])
    assert chances_of(UNSEEN, [(5, 2)]) == pytest.approx([1 / 8], abs=1e-4)


def test_what_was_shown_and_never_taken_gives_way_to_the_unseen() -> None:
    records = [Record(shown=100), Record(), Record(shown=20, taken=15)]

    first = chances_of(records, [(0, 0), (1, 0), (2, 0)])

    assert first[0] < 0.02 < first[1] < first[2]


def test_the_same_seed_draws_the_same() -> None:
    one, other = (drawn(MIXED, most=3, random=np.random.default_rng(5)) for _ in range(2))

    assert one == other
    assert len(set(one)) == 3


def test_nobody_to_draw() -> None:
    random = np.random.default_rng(1)

    assert drawn([], most=3, random=random) == drawn(MIXED, most=0, random=random) == []
    assert len(drawn(MIXED, most=99, random=random)) == len(MIXED)
    assert chances_of(MIXED, []) == []


def test_counts_that_contradict_each_other_are_no_fault() -> None:
    assert Record(shown=1, taken=3).belief == (4, 1)


@pytest.mark.parametrize(
    ("share_bp", "places"),
    [(0, []), (1_000, [9, 19, 29]), (5_000, list(range(1, 30, 2))), (3_333, [3, 6, 9, 12, 15, 18, 21, 24, 27])],
)
def test_places_kept_for_trials(share_bp: int, places: list[int]) -> None:
    assert trial_places(30, share_bp=share_bp) == places


def test_trials_stand_on_their_places_and_nowhere_else() -> None:
    assert merged([1, 2, 3, 4, 5, 6], [9, 5], [1, 3]) == [1, 9, 2, 5, 3, 4, 6]
    assert merged([1, 2], [], [1]) == [1, 2]
    assert merged([1], [8, 9], [1, 30]) == [1, 8, 9]
    assert merged([], [8], [4]) == [8]


ids = st.lists(st.integers(1, 40), unique=True, max_size=20)


@given(ranked=ids, trials=ids, places=st.lists(st.integers(0, 30), unique=True, max_size=20))
def test_a_merged_list_has_everything_once(ranked: list[int], trials: list[int], places: list[int]) -> None:
    shown = merged(ranked, trials, sorted(places))

    assert sorted(shown) == sorted({*ranked, *trials})
    assert [pk for pk in shown if pk not in set(trials)] == [pk for pk in ranked if pk not in set(trials)]

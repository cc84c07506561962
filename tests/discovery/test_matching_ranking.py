"""The order of matches, and the measures by which it is judged."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from fenxiao.discovery.matching import Quality, alike_users, best_both_ways, best_of, histories_of, quality_of, without

ROWS = st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, -np.inf]), min_size=1, max_size=12)


@given(row=ROWS, k=st.integers(1, 15))
def test_the_best_are_those_of_a_full_sort_lower_numbers_first_among_equals(row: list[float], k: int) -> None:
    scores = np.array([row], dtype=np.float32)

    best = best_of(scores, k)[0].tolist()

    ordered = [item for _, item in sorted((-score, item) for item, score in enumerate(row) if score > -np.inf)][:k]
    assert best == ordered + [-1] * (k - len(ordered))


def test_what_was_had_is_left_out_of_its_own_row_only() -> None:
    had = sparse.csr_matrix(np.array([[0, 1, 0], [0, 0, 0]], dtype=np.float32))
    scores = np.array([[1, 3, 2], [1, 3, 2]], dtype=np.float32)

    assert best_of(without(scores, had), 3).tolist() == [[2, 0, -1], [1, 2, 0]]
    assert scores[0, 1] == 3


def test_measures_follow_the_published_formulas() -> None:
    best = np.array([[4, 1, 0], [2, 3, 4], [0, 1, 2]], dtype=np.int32)
    relevant = sparse.csr_matrix(np.array([[1, 0, 1, 0, 1], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]], dtype=np.float32))

    quality = quality_of(best, relevant)

    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    first, second = (1 + 1 / math.log2(4)) / ideal, 1 / math.log2(4)
    assert quality.users == 2
    assert math.isclose(quality.recall, (2 / 3 + 1) / 2)
    assert math.isclose(quality.ndcg, (first + second) / 2)


def test_more_relevant_items_than_places_can_still_be_ranked_perfectly() -> None:
    best = np.array([[0, 1]], dtype=np.int32)

    quality = quality_of(best, sparse.csr_matrix(np.ones((1, 4), dtype=np.float32)))

    assert quality == Quality(recall=0.5, ndcg=1.0, users=1)


def test_nobody_to_ask_is_no_quality() -> None:
    assert quality_of(np.array([[0]], dtype=np.int32), sparse.csr_matrix((1, 3))) == Quality(0.0, 0.0, 0)


@given(
    scores=st.lists(st.lists(st.sampled_from([0.0, 1.0, 2.0, -np.inf]), min_size=4, max_size=4), max_size=9),
    k=st.integers(1, 5),
    size=st.integers(1, 4),
)
def test_rows_and_columns_have_their_best_however_the_rows_are_cut(
    scores: list[list[float]], k: int, size: int
) -> None:
    whole = np.array(scores, dtype=np.float32).reshape(-1, 4)
    batches = [whole[first : first + size] for first in range(0, len(whole), size)]

    of_rows, of_columns = best_both_ways(batches, item_count=4, k=k)

    assert of_rows.places.tolist() == best_of(whole, k).tolist()
    assert of_columns.places.tolist() == best_of(np.ascontiguousarray(whole.T), k).tolist()
    for best, told in ((of_rows, whole), (of_columns, whole.T)):
        for places, marks, row in zip(best.places, best.scores, told, strict=True):
            assert marks.tolist() == [row[place] if place >= 0 else -np.inf for place in places]


def test_users_are_alike_by_what_few_share() -> None:
    histories = histories_of([0, 0, 1, 1, 2, 2, 3, 4], [0, 1, 0, 1, 0, 2, 0, 4], user_count=6, item_count=5)

    alike = alike_users(histories, k=3)

    assert alike.places[0].tolist()[0] == 1
    assert set(alike.places[0].tolist()) == {1, 2, 3}
    assert alike.places[4].tolist() == alike.places[5].tolist() == [-1, -1, -1]

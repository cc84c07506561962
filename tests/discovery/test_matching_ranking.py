"""The order of matches, and the measures by which it is judged."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from fenxiao.discovery.matching import Quality, best_of, quality_of, without

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

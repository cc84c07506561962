"""The best of a row of scores: never what was had, and the same at every run."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

NOTHING = -1  # stands where fewer than k items are left


def without(scores: NDArray[np.float32], seen: Any) -> NDArray[np.float32]:
    """The scores (B × I) with what each row has had (sparse, B × I) at minus infinity."""
    left = scores.copy()
    left[np.repeat(np.arange(len(left)), np.diff(seen.indptr)), seen.indices] = -np.inf
    return left


def best_of(scores: NDArray[np.float32], k: int) -> NDArray[np.int32]:
    """B × k items, best first, of equals the one with the lower number; minus infinity is never among them."""
    best = np.full((len(scores), k), NOTHING, dtype=np.int32)
    for row, of in zip(scores, best, strict=True):
        found = _best_of_row(row, k)
        of[: len(found)] = found
    return best


def _best_of_row(row: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    at = min(k, len(row))
    if not at:
        return np.empty(0, dtype=np.int64)
    least = np.partition(row, len(row) - at)[len(row) - at]
    near = np.flatnonzero((row >= least) & (row > -np.inf))
    return near[np.argsort(-row[near], kind="stable")][:k]

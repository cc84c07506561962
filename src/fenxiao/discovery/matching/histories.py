"""Who had what, oldest first: the only thing the method learns from."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from fenxiao.discovery.errors import NothingToLearn
from fenxiao.kernel.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class Histories:
    """Each user's items in the order in which they came, every item once. U users, I items, N interactions."""

    starts: NDArray[np.int64]  # U + 1: the items of user u stand from starts[u] to starts[u + 1]
    items: NDArray[np.int32]  # N
    weights: NDArray[np.float32]  # N: how much each says; the caller lets it decay with time
    item_count: int

    @property
    def user_count(self) -> int:
        """U."""
        return len(self.starts) - 1

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """U: how many items each user has."""
        return np.diff(self.starts)

    @cached_property
    def known_by(self) -> NDArray[np.float32]:
        """I: how many users have each item."""
        return np.bincount(self.items, minlength=self.item_count).astype(np.float32)

    @cached_property
    def matrix(self) -> Any:
        """U × I sparse, the weights."""
        return self.weighted(self.weights)

    def weighted(self, weights: NDArray[np.float32]) -> Any:
        """U × I sparse with other weights, N of them."""
        shape = (self.user_count, self.item_count)
        return sparse.csr_matrix((weights, self.items, self.starts), shape=shape, copy=False)

    def steps_from_end(self) -> NDArray[np.int64]:
        """N: 1 for a user's last item, 2 for the one before."""
        return np.repeat(self.starts[1:], self.lengths) - np.arange(len(self.items))

    def turned(self) -> "Histories":
        """Who had each item, in the place of what each user had."""
        rows = self.matrix.T.tocsr()
        starts = rows.indptr.astype(np.int64)
        return Histories(starts=starts, items=rows.indices, weights=rows.data, item_count=self.user_count)

    def of(self, users: NDArray[np.int64]) -> "Histories":
        """The histories of some users, in their order."""
        rows = self.matrix[users]
        starts = rows.indptr.astype(np.int64)
        return Histories(starts=starts, items=rows.indices, weights=rows.data, item_count=self.item_count)

    def batches(self, size: int) -> Iterator["Histories"]:
        """All users, so many at once."""
        for first in range(0, self.user_count, size):
            yield self.of(np.arange(first, min(first + size, self.user_count)))


def histories_of(
    users: ArrayLike,
    items: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    moments: ArrayLike | None = None,
    user_count: int,
    item_count: int,
) -> Histories:
    """Histories from interactions in any order. An item had twice stands where it was last, with both weights.

    Without moments the interactions are taken to be in order. Refuses none at all (`NothingToLearn`), columns of
    different lengths, numbers of users and items that do not exist, and weights that are not above zero (`BadInput`).
    """
    who, what = np.asarray(users, dtype=np.int64), np.asarray(items, dtype=np.int64)
    much = np.ones(len(who), dtype=np.float32) if weights is None else np.asarray(weights, dtype=np.float32)
    when = np.arange(len(who)) if moments is None else np.asarray(moments)
    _check(who, what, much, when, user_count=user_count, item_count=item_count)
    if not len(who):
        raise NothingToLearn
    order = np.lexsort((when, who))
    who, what, much = who[order], what[order], much[order]
    last, summed = _last_of_each(who * item_count + what, much)
    starts = np.searchsorted(who[last], np.arange(user_count + 1)).astype(np.int64)
    return Histories(starts=starts, items=what[last].astype(np.int32), weights=summed, item_count=item_count)


def _last_of_each(
    keys: NDArray[np.int64], weights: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Where each key stands for the last time, in the order of the rows, and its weights' sum."""
    _, first_from_end, which = np.unique(keys[::-1], return_index=True, return_inverse=True)
    last = len(keys) - 1 - first_from_end
    sums = np.bincount(which, weights=weights[::-1], minlength=len(last)).astype(np.float32)
    order = np.argsort(last)
    return last[order], sums[order]


def _check(
    who: NDArray[np.int64],
    what: NDArray[np.int64],
    much: NDArray[np.float32],
    when: NDArray[Any],
    *,
    user_count: int,
    item_count: int,
) -> None:
    if not len(who) == len(what) == len(much) == len(when):
        raise BadInput(field="interactions", reason_zh="各列长度不一致", reason_en="columns of different lengths")
    for field, column, count in (("users", who, user_count), ("items", what, item_count)):
        if len(column) and (column.min() < 0 or column.max() >= count):
            reason_zh, reason_en = f"编号应在 0 与 {count - 1} 之间", f"numbers from 0 to {count - 1} only"
            raise BadInput(field=field, reason_zh=reason_zh, reason_en=reason_en)
    if not (np.isfinite(much) & (much > 0)).all():
        raise BadInput(field="weights", reason_zh="必须是大于零的有限数", reason_en="must be finite and above zero")

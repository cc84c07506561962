"""Seekers who want about the same, put together, so that what suits can be narrowed for many at once.

By directions only: what one wants most does not hang on how long his vector is. Parts are made by k-means on the
sphere, and parts of parts in the same way: some small steps in place of one with tens of thousands of centres.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ROUNDS: Final = 8
LEARNT_FROM: Final = 100  # seekers per centre
SEED: Final = 7


@dataclass(frozen=True, kw_only=True)
class Group:
    """Some seekers around one direction."""

    members: NDArray[np.int64]  # M: their places
    centre: NDArray[np.float32]  # R: the mean of their directions, shorter than 1
    radius: float  # root of the mean square of their distances from it


def lengths_of(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """N: the length of each vector (N × R)."""
    return np.asarray(np.sqrt(np.einsum("nr,nr->n", vectors, vectors)), dtype=np.float32)


def directions_of(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """N × R of length 1; nothing stays nothing."""
    return np.asarray(vectors / np.maximum(lengths_of(vectors), 1e-30)[:, None], dtype=np.float32)


def groups_of(directions: NDArray[np.float32], members: NDArray[np.int64], *, size: int) -> list[Group]:
    """These seekers in groups of about this size, each in one."""
    own = directions[members]
    count = max(round(len(members) / size), 1)
    nearest = np.zeros(len(members), dtype=np.int64) if count == 1 else _nearest_centres(own, count)
    order = np.argsort(nearest, kind="stable")
    bounds = np.flatnonzero(np.diff(nearest[order])) + 1
    return [_group(own[part], members[part]) for part in np.split(order, bounds)]


def _group(directions: NDArray[np.float32], members: NDArray[np.int64]) -> Group:
    centre = directions.mean(axis=0)
    return Group(members=members, centre=centre, radius=float(np.sqrt(max(1 - float(centre @ centre), 0.0))))


def _nearest_centres(directions: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    import faiss  # 40 MB, and only who makes matches needs it

    means: Any = faiss.Kmeans(
        directions.shape[1],
        count,
        niter=ROUNDS,
        spherical=True,
        seed=SEED,
        max_points_per_centroid=LEARNT_FROM,
        min_points_per_centroid=1,
    )
    means.train(directions)
    return np.asarray(means.assign(directions)[1], dtype=np.int64)

"""Histories in few directions: a vector per creator and per good, whose product says how well they suit.

For houses where pairs of goods are too many to be counted. With X (U × I) the histories, N how long each is, K how many
know a good:

    A = N^-long X K^-known      V = the first right singular vectors of A      user = A V      good = V K^offered

the smoothing part of `model`, alone. The directions are found by `directions`, in this process or on a Spark cluster.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery.matching.directions import Table, Tall, first_directions
from fenxiao.discovery.matching.histories import Histories
from fenxiao.discovery.matching.memory_table import MemoryTable, shared_product


@dataclass(frozen=True, kw_only=True)
class FactorSettings:
    """What the method is tuned by: docs/matching.md says on what it was chosen."""

    rank: int = 128
    spare: int = 8  # directions beyond, which make the last of them exact
    rounds: int = 2  # more would fit the first directions better and lose what stands beyond them
    long: float = 0.4  # without it those who deal with everything would draw all directions
    known: float = 0.4
    offered: float = 0.1
    seed: int = 7


@dataclass(frozen=True, kw_only=True)
class Factors:
    """R numbers each. A creator without a history has zeros."""

    users: NDArray[np.float32]  # U × R
    goods: NDArray[np.float32]  # I × R


def factors_of(histories: Histories, settings: FactorSettings) -> Factors:
    """Learn both sides in this process. Memory: the histories twice, and three tall matrices of R + spare columns."""
    weighted = weighted_by(histories, settings)
    return factors_along(found_in(MemoryTable(weighted), settings), weighted, histories, settings)


def weighted_by(histories: Histories, settings: FactorSettings) -> Any:
    """A: U × I sparse, what each dealing says, less in a long history and of a well-known good."""
    weights = _known(histories, -settings.known)[histories.items]
    weights *= histories.weights
    weights *= np.repeat(np.maximum(histories.lengths, 1).astype(np.float32) ** -settings.long, histories.lengths)
    return histories.weighted(weights)


def found_in(table: Table[Tall], settings: FactorSettings) -> Tall:
    """V: I × R, as the table's engine holds it."""
    return first_directions(table, rank=settings.rank, spare=settings.spare, rounds=settings.rounds, seed=settings.seed)


def factors_along(
    vectors: NDArray[np.float32], weighted: Any, histories: Histories, settings: FactorSettings
) -> Factors:
    """Both sides along these directions (V), whose memory the goods take over."""
    users = shared_product(weighted, vectors)
    vectors *= _known(histories, settings.offered)[:, None]
    return Factors(users=users, goods=vectors)


def _known(histories: Histories, power: float) -> NDArray[np.float32]:
    """I: by how many know each good."""
    return np.maximum(histories.known_by, 1) ** np.float32(power)

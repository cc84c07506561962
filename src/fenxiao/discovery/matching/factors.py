"""Histories in few directions: a vector per creator and per good, whose product says how well they suit.

For houses where pairs of goods are too many to be counted. With X (U × I) the histories, K how many know a good:

    A = X K^-known        V = the first right singular vectors of A        user = A V        good = V K^offered

the smoothing part of `model`, alone. Found by randomised iteration (Halko, Martinsson, Tropp 2011, 4.4), whose two
sparse products are shared among threads; the bases are made orthonormal by Cholesky's factor of their Gram matrix,
which for tall matrices costs a fraction of a QR.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from os import sched_getaffinity
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery.matching.histories import Histories

LEAST_PER_DIRECTION: Final = 4  # as many directions as goods would only tell each history again
BLOCK: Final = 1 << 18  # rows of a tall matrix worked on at once


@dataclass(frozen=True, kw_only=True)
class FactorSettings:
    """What the method is tuned by. Chosen by what a generated market of a tenth held out."""

    rank: int = 128
    spare: int = 8  # directions beyond, which make the last of them exact
    rounds: int = 2
    known: float = 0.3
    offered: float = 0.0
    seed: int = 7


@dataclass(frozen=True, kw_only=True)
class Factors:
    """R numbers each. A creator without a history has zeros."""

    users: NDArray[np.float32]  # U × R
    goods: NDArray[np.float32]  # I × R


def factors_of(histories: Histories, settings: FactorSettings) -> Factors:
    """Learn both sides. Memory: the histories twice, and three tall matrices of R + spare columns."""
    known = np.maximum(histories.known_by, 1)
    weighted = histories.weighted((histories.weights * known[histories.items] ** -settings.known).astype(np.float32))
    vectors = _directions(weighted, settings)
    users = _shared_product(weighted, vectors)
    vectors *= (known**settings.offered)[:, None].astype(np.float32)
    return Factors(users=users, goods=vectors)


def _directions(matrix: Any, settings: FactorSettings) -> NDArray[np.float32]:
    """I × R: the first right singular vectors of a U × I matrix."""
    rank = min(settings.rank, max(min(matrix.shape) // LEAST_PER_DIRECTION, 1))
    width = min(rank + settings.spare, *matrix.shape)
    transposed = matrix.T.tocsr()
    dice = np.random.default_rng(settings.seed)
    basis = dice.standard_normal((matrix.shape[1], width), dtype=np.float32)
    for _ in range(settings.rounds + 1):
        images = _orthonormal(_shared_product(matrix, basis))
        basis = _orthonormal(_shared_product(transposed, images, into=basis))
        del images
    del transposed
    values, turns = np.linalg.eigh(_gram(_shared_product(matrix, basis)))
    first = np.argsort(-values, kind="stable")[:rank]
    return _turned(basis, turns[:, first].astype(np.float32))


def _shared_product(
    matrix: Any, dense: NDArray[np.float32], *, into: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """A sparse matrix times a dense one, its rows shared among threads: scipy lets go of the lock meanwhile."""
    made = np.empty((matrix.shape[0], dense.shape[1]), dtype=np.float32) if into is None else into

    def multiply(rows: slice) -> None:
        made[rows] = matrix[rows] @ dense

    _in_threads(multiply, _rows_of(matrix))
    return made


def _rows_of(matrix: Any) -> list[slice]:
    """Rows in parts of about as many entries each, small enough to keep what is made on the way small."""
    parts = max(matrix.nnz // 4_000_000, matrix.shape[0] // BLOCK, 1)
    bounds = np.unique(np.searchsorted(matrix.indptr, np.linspace(0, matrix.nnz, parts + 1)[1:-1]))
    edges = [0, *bounds.tolist(), matrix.shape[0]]
    return [slice(low, high) for low, high in pairwise(edges) if high > low]


def _in_threads(work: Callable[[slice], None], parts: list[slice]) -> None:
    with ThreadPoolExecutor(threads()) as pool:
        list(pool.map(work, parts))


def threads() -> int:
    """As many as this process may use at once."""
    return len(sched_getaffinity(0))


def _gram(tall: NDArray[np.float32]) -> NDArray[np.float64]:
    """M'M, added up in double precision."""
    gram = np.zeros((tall.shape[1], tall.shape[1]))
    for at in range(0, len(tall), BLOCK):
        part = tall[at : at + BLOCK]
        gram += part.T @ part
    return gram


def _orthonormal(tall: NDArray[np.float32]) -> NDArray[np.float32]:
    """An orthonormal basis of a tall matrix's columns, in its place: M E D^-1/2, where M'M = E D E'.

    Directions that are lost in rounding come out small, not wild.
    """
    values, vectors = np.linalg.eigh(_gram(tall))
    least = max(float(values[-1]), 1e-30) * 1e-10
    return _turned(tall, (vectors / np.sqrt(np.maximum(values, least))).astype(np.float32))


def _turned(tall: NDArray[np.float32], turn: NDArray[np.float32]) -> NDArray[np.float32]:
    """A tall matrix times a small one with as many columns or fewer, part by part in the same memory.

    Narrower rows move forward to where rows were that have been read already.
    """
    columns = turn.shape[1]
    numbers = tall.reshape(-1)
    for at in range(0, len(tall), BLOCK):
        part = tall[at : at + BLOCK] @ turn
        numbers[at * columns : at * columns + part.size] = part.reshape(-1)
    return numbers[: len(tall) * columns].reshape(len(tall), columns)

"""The first right singular vectors of a table too large for an exact answer, wherever the table lies.

Randomised iteration (Halko, Martinsson, Tropp 2011, 4.4). The bases are made orthonormal by Cholesky's factor of their
Gram matrix, which for tall matrices costs a fraction of a QR, and nothing but that small square leaves the engine.
"""

from typing import Any, Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

LEAST_PER_DIRECTION: Final = 4  # as many directions as goods would only tell each history again

Tall = TypeVar("Tall")  # a matrix of many rows and few columns, as the engine holds it


class Table(Protocol[Tall]):
    """Histories as an engine holds them: a U × I matrix A that can be multiplied from both sides.

    Whoever multiplies or turns a tall matrix does not use it again: its memory may hold what is made.
    """

    @property
    def shape(self) -> tuple[int, int]:
        """U and I."""

    def drawn(self, width: int, dice: np.random.Generator) -> Tall:
        """I × width normal numbers, drawn row by row."""

    def images(self, basis: Tall) -> Tall:
        """A M, for M of I × width, which stays as it is."""

    def back(self, images: Tall, *, instead_of: Tall) -> Tall:
        """A' M, for M of U × width; the basis that M was made from is not needed any more."""

    def gram(self, tall: Tall) -> NDArray[np.float64]:
        """M'M."""

    def turned(self, tall: Tall, turn: NDArray[np.float32]) -> Tall:
        """M T, for T of width × as many columns or fewer."""


def first_directions(table: Table[Tall], *, rank: int, spare: int, rounds: int, seed: int) -> Tall:
    """I × R: about the first right singular vectors, the first first. Fewer where the table is small.

    `spare` more are iterated with them; each of the `rounds` brings them nearer to the true ones.
    """
    rank = min(rank, max(min(table.shape) // LEAST_PER_DIRECTION, 1))
    basis = table.drawn(min(rank + spare, *table.shape), np.random.default_rng(seed))
    for _ in range(rounds + 1):
        images = _orthonormal(table, table.images(basis))
        basis = _orthonormal(table, table.back(images, instead_of=basis))
        del images
    values, turns = np.linalg.eigh(table.gram(table.images(basis)))
    first = np.argsort(-values, kind="stable")[:rank]
    return table.turned(basis, turns[:, first].astype(np.float32))


def _orthonormal(table: Table[Tall], tall: Tall) -> Tall:
    """An orthonormal basis of a tall matrix's columns: M E D^-1/2, where M'M = E D E'.

    Directions that are lost in rounding come out small, not wild.
    """
    values, vectors = np.linalg.eigh(table.gram(tall))
    least = max(float(values[-1]), 1e-30) * 1e-10
    turn: Any = vectors / np.sqrt(np.maximum(values, least))
    return table.turned(tall, turn.astype(np.float32))

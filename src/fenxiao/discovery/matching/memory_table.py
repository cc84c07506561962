"""Histories in this process's memory, multiplied by as many threads as it may use."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery.matching.threads import in_threads

BLOCK: Final = 1 << 18  # rows of a tall matrix worked on at once


@dataclass(frozen=True)
class MemoryTable:
    """A sparse U × I matrix. Its transpose is held beside it while it is needed."""

    matrix: Any

    @property
    def shape(self) -> tuple[int, int]:
        """U and I."""
        users, items = self.matrix.shape
        return users, items

    @cached_property
    def _transposed(self) -> Any:
        return self.matrix.T.tocsr()

    def drawn(self, width: int, dice: np.random.Generator) -> NDArray[np.float32]:
        """I × width normal numbers."""
        return dice.standard_normal((self.shape[1], width), dtype=np.float32)

    def images(self, basis: NDArray[np.float32]) -> NDArray[np.float32]:
        """A M."""
        return shared_product(self.matrix, basis)

    def back(self, images: NDArray[np.float32], *, instead_of: NDArray[np.float32]) -> NDArray[np.float32]:
        """A' M, in the memory of the basis that M was made from."""
        return shared_product(self._transposed, images, into=instead_of)

    def gram(self, tall: NDArray[np.float32]) -> NDArray[np.float64]:
        """M'M, added up in double precision."""
        gram = np.zeros((tall.shape[1], tall.shape[1]))
        for at in range(0, len(tall), BLOCK):
            part = tall[at : at + BLOCK]
            gram += part.T @ part
        return gram

    def turned(self, tall: NDArray[np.float32], turn: NDArray[np.float32]) -> NDArray[np.float32]:
        """M T, part by part in the memory of M: narrower rows move forward to where rows were that have been read."""
        columns = turn.shape[1]
        numbers = tall.reshape(-1)
        for at in range(0, len(tall), BLOCK):
            part = tall[at : at + BLOCK] @ turn
            numbers[at * columns : at * columns + part.size] = part.reshape(-1)
        return numbers[: len(tall) * columns].reshape(len(tall), columns)


def shared_product(
    matrix: Any, dense: NDArray[np.float32], *, into: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """A sparse matrix times a dense one, its rows shared among threads: scipy lets go of the lock meanwhile."""
    made = np.empty((matrix.shape[0], dense.shape[1]), dtype=np.float32) if into is None else into

    def multiply(rows: slice) -> None:
        made[rows] = matrix[rows] @ dense

    in_threads(multiply, _rows_of(matrix))
    return made


def _rows_of(matrix: Any) -> list[slice]:
    """Rows in parts of about as many entries each, small enough to keep what is made on the way small."""
    parts = max(matrix.nnz // 4_000_000, matrix.shape[0] // BLOCK, 1)
    bounds = np.unique(np.searchsorted(matrix.indptr, np.linspace(0, matrix.nnz, parts + 1)[1:-1]))
    edges = [0, *bounds.tolist(), matrix.shape[0]]
    return [slice(low, high) for low, high in pairwise(edges) if high > low]

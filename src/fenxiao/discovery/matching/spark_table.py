"""Histories on a Spark cluster, multiplied there by MLlib's distributed blocks.

The iteration, its draws and the small squares are those of this process, so both engines find the same directions.
MLlib's own decomposition goes on to the end where ours stops early, and its alternating least squares would be another
method with settings of its own: neither would make the same matches.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fenxiao.kernel.spark import session_at

BLOCK: Final = 1 << 16  # rows of a block, and columns of the histories' blocks
ROWS: Final = 1 << 13  # of a tall matrix, sent in one message


@contextmanager
def spark_table(matrix: Any, *, engine: str) -> Iterator["SparkTable"]:
    """A sparse matrix laid on the cluster whose master listens at `engine`. Refuses (`Unavailable`) where none does."""
    with session_at(engine, name="fenxiao matching") as session:
        yield SparkTable(_laid(_blocks_of(matrix), shape=matrix.shape, columns=BLOCK, context=session.sparkContext))


@dataclass(frozen=True)
class SparkTable:
    """A sparse U × I matrix in blocks.

    The cluster holds it twice. Tall matrices are of double precision there; what does not fit in memory waits on the
    workers' disks, all of them until the session ends, since each is made of the one before.
    """

    blocks: Any  # MLlib's BlockMatrix

    @property
    def shape(self) -> tuple[int, int]:
        """U and I."""
        return self.blocks.numRows(), self.blocks.numCols()

    @cached_property
    def _transposed(self) -> Any:
        return _kept(self.blocks.transpose())

    def drawn(self, width: int, dice: np.random.Generator) -> Any:
        """I × width normal numbers, drawn here."""
        return self._tall(dice.standard_normal((self.shape[1], width), dtype=np.float32))

    def images(self, basis: Any) -> Any:
        """A M."""
        return _kept(self.blocks.multiply(basis))

    def back(self, images: Any, *, instead_of: Any) -> Any:  # what waits on disks is not written over
        """A' M."""
        return _kept(self._transposed.multiply(images))

    def gram(self, tall: Any) -> NDArray[np.float64]:
        """M'M, which comes here."""
        return np.asarray(tall.transpose().multiply(tall).toLocalMatrix().toArray())

    def turned(self, tall: Any, turn: NDArray[np.float32]) -> Any:
        """M T."""
        return _kept(tall.multiply(self._tall(turn)))

    def fetched(self, tall: Any) -> NDArray[np.float32]:
        """A tall matrix, brought here row by row: a block as one message takes its worker many times its size."""
        found = np.zeros((tall.numRows(), tall.numCols()), dtype=np.float32)
        for row in tall.toIndexedRowMatrix().rows.toLocalIterator():
            found[row.index] = row.vector.toArray()
        return found

    def _tall(self, dense: NDArray[np.float32]) -> Any:
        """Sent row by row: the cluster reads a list in time that grows as the square of its length."""
        from pyspark.mllib.linalg.distributed import IndexedRow, IndexedRowMatrix  # only where Spark was chosen

        height, width = dense.shape
        parts = [(at, dense[at : at + ROWS]) for at in range(0, height, ROWS)]
        rows = self.blocks.blocks.context.parallelize(parts, len(parts)).flatMap(
            lambda part: [IndexedRow(part[0] + at, row) for at, row in enumerate(part[1])]
        )
        return _kept(IndexedRowMatrix(rows, height, width).toBlockMatrix(min(BLOCK, height), width))


def _blocks_of(matrix: Any) -> Iterator[tuple[tuple[int, int], Any]]:
    """Where each block of a sparse matrix stands, and it. Empty ones are left out."""
    from pyspark.mllib.linalg import Matrices  # only where Spark was chosen

    for row in range(0, matrix.shape[0], BLOCK):
        slab = matrix[row : row + BLOCK].tocsc()
        for column in range(0, matrix.shape[1], BLOCK):
            part = slab[:, column : column + BLOCK]
            if part.nnz:
                height, width = part.shape
                block = Matrices.sparse(height, width, part.indptr, part.indices, part.data.astype(np.float64))
                yield (row // BLOCK, column // BLOCK), block


def _laid(blocks: Iterable[Any], *, shape: tuple[int, int], columns: int, context: Any) -> Any:
    """A distributed matrix of these blocks, one to a task: several together could be too much for one message."""
    from pyspark.mllib.linalg.distributed import BlockMatrix  # only where Spark was chosen

    given = list(blocks)
    rows = min(BLOCK, shape[0])
    return _kept(BlockMatrix(context.parallelize(given, max(len(given), 1)), rows, min(columns, shape[1]), *shape))


def _kept(matrix: Any) -> Any:
    from pyspark import StorageLevel  # only where Spark was chosen

    return matrix.persist(StorageLevel.MEMORY_AND_DISK)

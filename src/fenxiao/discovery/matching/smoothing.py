"""The histories seen through few directions, the weaker the dimmer: what is left of a history is what many share."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fenxiao.discovery.matching.histories import Histories
from fenxiao.discovery.matching.pairs import length_weights
from fenxiao.discovery.matching.settings import Settings

SPARE = 64  # directions beyond those asked for, which make the last of them exact
ROUNDS = 3
ITEM_DISCOUNT = 0.5  # as in GF-CF: half on the way in, half on the way out


def smoothing_vectors(histories: Histories, settings: Settings) -> NDArray[np.float32]:
    """I × R: V F^1/2, V the first right singular vectors of W = L^-length/2 B K^-1/2.

    L are the lengths of the histories, K how many know an item. F dims each by its singular value s, to
    s² / (s² + ridge s₁²), as ridge regression of the items on each other does.
    Without a ridge all count the same (the ideal low pass of GF-CF).
    """
    weighted = weighted_table(histories, settings)
    vectors = singular_vectors(weighted, rank=settings.rank, seed=settings.seed)
    if not settings.smooth_ridge:
        return vectors
    energies = ((weighted @ vectors) ** 2).sum(0)  # s²
    return np.asarray(
        vectors * np.sqrt(energies / (energies + settings.smooth_ridge * energies.max())), dtype=np.float32
    )


def weighted_table(histories: Histories, settings: Settings) -> Any:
    """U × I sparse W = L^-length/2 B K^-1/2: the histories, long ones and well-known items weighing less."""
    users = sparse.diags(length_weights(histories, settings.length_discount / 2))
    items = sparse.diags(np.maximum(histories.known_by, 1) ** -ITEM_DISCOUNT)
    return (users @ histories.matrix @ items).tocsr().astype(np.float32)


def singular_vectors(matrix: Any, *, rank: int, seed: int) -> NDArray[np.float32]:
    """I × R: right singular vectors of a U × I matrix by randomised iteration (Halko, Martinsson, Tropp 2011, 4.4)."""
    width = min(rank + SPARE, *matrix.shape)
    transposed = matrix.T.tocsr()
    dice = np.random.default_rng(seed)
    basis = dice.standard_normal((matrix.shape[1], width), dtype=np.float32)
    for _ in range(ROUNDS + 1):
        basis = np.linalg.qr(transposed @ (matrix @ basis))[0]
    images = matrix @ basis  # U × width
    values, vectors = np.linalg.eigh(images.T @ images)
    first = np.argsort(-values, kind="stable")[: min(rank, width)]
    return np.ascontiguousarray(basis @ vectors[:, first], dtype=np.float32)

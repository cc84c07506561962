"""People alike: what others had who had much the same (user-based neighbours, Herlocker et al. 1999)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fenxiao.discovery.matching.histories import Histories


def directions_of(histories: Histories, *, known_discount: float) -> Any:
    """U × I sparse D: each history as a row of length one, an item known by K weighing K^-discount."""
    rarity = np.asarray(np.maximum(histories.known_by, 1) ** -known_discount, dtype=np.float32)
    return in_directions(histories.weighted(rarity[histories.items]))


def in_directions(rows: Any) -> Any:
    """B × I sparse rows, each at length one; an empty one stays empty."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(1)).ravel())
    return (sparse.diags(1 / np.maximum(lengths, 1e-12)) @ rows).tocsr().astype(np.float32)


def had_by_people_alike(asked: Any, people: Any, had: Any, *, sharpness: float) -> NDArray[np.float32]:
    """B × I: what people had (U × I), each counted by the power of his cosine with the one who asks.

    One who asks may stand among the people himself: what he adds so is what he has had, and that is never offered.
    """
    alike = (asked @ people.T).tocsr()
    alike.data **= np.float32(sharpness)
    return np.asarray((alike @ had).toarray(), dtype=np.float32)

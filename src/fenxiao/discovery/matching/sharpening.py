"""Sharpening: what near histories share is taken back a little, so that what is one's own stands out."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ORDER: Final = 4


def sharpened(scores: NDArray[np.float32], table: Any, *, time: float) -> NDArray[np.float32]:
    """B × I: y - z y + z² y / 2 - z³ y / 6 + z⁴ y / 24 with z = time · W'W.

    y are scores (B × I), W is the weighted table (U × I, `smoothing.weighted_table`).
    One step of Runge and Kutta along dy/dt = -W'W y: the sharpening of BSPM (Choi et al. 2023). The singular values of
    W are at most 1. At a time of 2.5 a direction keeps all of itself at a value near 0, .31 at z = 1.25 and .65 at the
    largest: what many share is evened out, and what everybody has stays.
    """
    steps = np.ascontiguousarray(scores.T)
    found = steps.copy()
    to_items = table.T.tocsr()
    for order in range(1, ORDER + 1):
        steps = (to_items @ (table @ steps)) * np.float32(-time / order)
        found += steps
    return np.ascontiguousarray(found.T, dtype=np.float32)

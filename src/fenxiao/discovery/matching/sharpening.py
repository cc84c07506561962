"""Pairs of pairs: what two steps over the histories reach, which is much the same for everybody.

Taking a part of it away sharpens what is one step away, as the sharpening process of BSPM (Choi et al. 2023) does,
without training: one step, and two sparse products in place of the square of the pairs, which would not be sparse.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fenxiao.discovery.matching.histories import Histories
from fenxiao.discovery.matching.pairs import length_weights
from fenxiao.discovery.matching.settings import Settings

DUST = 1e-5  # of what is subtracted: below it stands rounding and nothing else


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The counted pairs C of unordered histories as a product: C = H' H without its diagonal."""

    weighted: Any  # U × I sparse: H, the histories by half their length's weight
    itself: NDArray[np.float32]  # I: the diagonal of H' H, an item beside itself


def walk_over(histories: Histories, settings: Settings) -> Walk:
    """The walk over histories, lengths weighing as they do in pairs."""
    half = sparse.diags(length_weights(histories, settings.length_discount / 2))
    weighted = (half @ histories.matrix).tocsr().astype(np.float32)
    itself = np.asarray(weighted.multiply(weighted).sum(axis=0), dtype=np.float32).ravel()
    return Walk(weighted=weighted, itself=itself)


def walked_on(walk: Walk, scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """B × I: the scores times C."""
    across = walk.weighted.T @ (walk.weighted @ scores.T)
    own = scores * walk.itself
    left = across.T - own
    return np.where(np.abs(left) > DUST * np.abs(own), left, 0).astype(np.float32)

"""Vectors of goods nobody has had and of creators who dealt with nothing, from what is written of them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fenxiao.discovery.matching.factors import Factors
from fenxiao.discovery.matching.histories import Histories
from fenxiao.discovery.matching.likeness import rarity_of


def place_newcomers(factors: Factors, histories: Histories, *, traits: Any, profiles: Any) -> None:
    """Write vectors for those without a history in their places (`traits` I × T, `profiles` U × T, sparse of ones).

    A trait stands for the mean of the vectors of the goods that have it and are known; a newcomer for the mean of his
    traits, each by how much it tells. So a new product is offered to whom its like are, though less than the well-known
    among them, and a new creator is offered what is best known among what he writes about.
    """
    is_known, is_new = histories.known_by > 0, histories.lengths == 0
    rarity = rarity_of(traits)
    of_known = traits[is_known]
    counts = np.maximum(np.asarray(of_known.sum(axis=0)).ravel(), 1).astype(np.float32)
    meanings = (of_known.T.tocsr() @ factors.goods[is_known]) / counts[:, None]
    factors.goods[~is_known] = _shares(traits[~is_known], rarity) @ meanings
    factors.users[is_new] = _shares(profiles[is_new], rarity) @ meanings


def _shares(traits: Any, rarity: NDArray[np.float32]) -> Any:
    """N × T sparse: each trait by how much it tells, all of a row's together 1."""
    weighted = traits @ sparse.diags(rarity)
    sums = np.asarray(weighted.sum(axis=1)).ravel()
    return (sparse.diags(1 / np.where(sums > 0, sums, 1)) @ weighted).tocsr().astype(np.float32)

"""Item beside item: how strongly having one speaks for another, counted over all histories."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fenxiao.discovery.matching.histories import Histories
from fenxiao.discovery.matching.settings import Settings


def pair_strengths(histories: Histories, settings: Settings) -> Any:
    """I × I sparse S; a user with the items x (1 × I) is offered by x S.

    S = K^-known C K^-offered, where K says how many know each item, and C[i, j] sums over the histories that have both
    w_i w_j n^-length: item-to-item cosine (Sarwar et al. 2001) with a free exponent at each of its three places, where
    the normalised graph of GF-CF (Shen et al. 2021) has one half and, for the length, one. In ordered histories a pair
    also weighs by its distance and direction. S has nothing on its diagonal unless scores are to be sharpened.
    """
    counted = _pairs_in_order(histories, settings) if settings.has_order else _pairs(histories, settings)
    known = np.maximum(histories.known_by, 1)
    left, right = sparse.diags(known**-settings.known_discount), sparse.diags(known**-settings.offered_discount)
    return (left @ counted @ right).tocsr().astype(np.float32)


def length_weights(histories: Histories, discount: float) -> NDArray[np.float32]:
    """U: the weight of one user's history, by its length."""
    return np.asarray(np.maximum(histories.lengths, 1) ** -discount, dtype=np.float32)


def _pairs(histories: Histories, settings: Settings) -> Any:
    """I × I sparse: every pair of a history, in both directions.

    An item beside itself is left out, since what is had is never offered; sharpening takes from it, so there it stays.
    """
    users = sparse.diags(length_weights(histories, settings.length_discount))
    counted = (histories.matrix.T.tocsr() @ (users @ histories.matrix)).tocsr()
    if not settings.sharpening:
        counted.setdiag(0)
        counted.eliminate_zeros()
    return counted


def _pairs_in_order(histories: Histories, settings: Settings) -> Any:
    """I × I sparse: pairs up to `reach` steps apart, weighing less from step to step, and less backwards."""
    who = np.repeat(np.arange(histories.user_count), histories.lengths)
    weight = histories.weights * length_weights(histories, settings.length_discount)[who]
    sources, targets, strengths = [], [], []
    for step in range(1, min(settings.reach, int(histories.lengths.max()) - 1) + 1):
        at = np.flatnonzero(who[:-step] == who[step:])
        sources.append(histories.items[at])
        targets.append(histories.items[at + step])
        strengths.append(weight[at] * histories.weights[at + step] * np.float32(step**-settings.distance_discount))
    shape = (histories.item_count, histories.item_count)
    if not sources:
        return sparse.csr_matrix(shape, dtype=np.float32)
    entries = (np.concatenate(strengths), (np.concatenate(sources), np.concatenate(targets)))
    forwards = sparse.coo_matrix(entries, shape=shape).tocsr()
    return (forwards + settings.backwards * forwards.T).tocsr()

"""How good a ranking is. The conventions are those of the published tables that we stand beside."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Quality(NamedTuple):
    """Means over the users who have something to be found."""

    recall: float  # found among k, as part of all that could be found; with one relevant item: the hit rate
    ndcg: float
    users: int


def quality_of(best: NDArray[np.int32], relevant: Any) -> Quality:
    """Recall@k and NDCG@k of B × k ranked items, against what is relevant (sparse, B × I).

    recall = hits / |relevant|. ndcg = Σ_hits 1/log2(place + 1) / Σ_{p ≤ min(k, |relevant|)} 1/log2(p + 1), places from
    1: the evaluation of LightGCN (He et al. 2020), which GF-CF and BSPM run unchanged. Users without anything relevant
    are left out, as there.
    """
    sizes = np.diff(relevant.indptr)
    hits = _hits(best, relevant)
    gains = 1 / np.log2(np.arange(best.shape[1]) + 2)
    ideal = np.concatenate([[0.0], np.cumsum(gains)])[np.minimum(sizes, best.shape[1])]
    asked = sizes > 0
    if not asked.any():
        return Quality(0.0, 0.0, 0)
    recall, ndcg = hits.sum(1)[asked] / sizes[asked], (hits @ gains)[asked] / ideal[asked]
    return Quality(float(recall.mean()), float(ndcg.mean()), int(asked.sum()))


def _hits(best: NDArray[np.int32], relevant: Any) -> NDArray[np.bool_]:
    """B × k: whether the item at each place is relevant."""
    hits = np.zeros(best.shape, dtype=bool)
    for row, (first, last) in enumerate(zip(relevant.indptr[:-1], relevant.indptr[1:], strict=True)):
        hits[row] = np.isin(best[row], relevant.indices[first:last])
    return hits

"""Matching without a history: goods that nobody has had, and creators who have had nothing.

On Amazon Beauty, whose goods have a category and a brand each (637 traits, no title and no price). Nothing is chosen
here: the settings are those validated with histories.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matching_cases import SEED, Case
from scipy import sparse

from fenxiao.discovery.matching import (
    Histories,
    best_of,
    fit,
    quality_of,
    scores_by_profile,
    scores_of,
    without,
)

PART = 0.2
BATCH = 1_000


def new_goods(case: Case) -> dict[str, Any]:
    """A fifth of the goods is in no history; the users whose next item is one of them are asked."""
    items = case.learnt.item_count
    is_new = np.zeros(items, dtype=bool)
    is_new[np.random.default_rng(SEED).choice(items, int(items * PART), replace=False)] = True
    learnt, asked = (_less(histories, is_new) for histories in (case.learnt, case.asked))
    relevant = (case.relevant @ sparse.diags(is_new.astype(np.float32))).tocsr()
    relevant.eliminate_zeros()
    users = np.flatnonzero((np.diff(relevant.indptr) > 0) & (asked.lengths > 0))
    model = fit(learnt, case.settings, traits=case.traits)
    others = _Others.of(learnt, case.traits)
    among_all = []
    among_new: dict[str, list[Any]] = {"ours": [], "content_knn": [], "best_known_traits": []}
    for batch in _batches(users):
        mine = asked.of(batch)
        ours = without(scores_of(model, mine), mine.matrix)
        among_all.append(best_of(ours, case.k))
        for name, scores in {"ours": ours, **others.scores_of(mine)}.items():
            among_new[name].append(best_of(np.where(is_new, scores, -np.inf).astype(np.float32), case.k))
    wanted = relevant[users]
    of_new = {name: quality_of(np.concatenate(found), wanted)._asdict() for name, found in among_new.items()}
    return {
        **{"new_goods": int(is_new.sum()), "of_goods": items, "k": case.k},
        "ranked_among_new_goods": of_new.pop("ours"),
        "contenders_among_new_goods": of_new,
        "ranked_among_all_goods": quality_of(np.concatenate(among_all), wanted)._asdict(),
        "by_chance_among_new_goods": case.k / int(is_new.sum()),
    }


@dataclass(frozen=True, kw_only=True)
class _Others:
    """What is commonly done for goods that nobody has had, to stand beside ours."""

    directions: Any  # items × traits, sparse, each row of length 1
    best_known: Any  # items: how often the goods' traits were had, in the mean of each one's traits

    @classmethod
    def of(cls, learnt: Histories, traits: Any) -> "_Others":
        """From the same histories and traits as ours."""
        counts = np.maximum(np.asarray(traits.sum(axis=1)).ravel(), 1)
        had = np.asarray(traits.T @ learnt.known_by).ravel()
        return cls(
            directions=(sparse.diags(counts**-0.5) @ traits).tocsr(),
            best_known=np.asarray(traits @ had).ravel() / counts,
        )

    def scores_of(self, mine: Histories) -> dict[str, Any]:
        """Cosine to all that one has had, summed; and the same order for everybody."""
        tastes = mine.matrix @ self.directions
        return {
            "content_knn": (tastes @ self.directions.T).toarray(),
            "best_known_traits": np.broadcast_to(self.best_known, (mine.user_count, len(self.best_known))),
        }


def new_creators(case: Case) -> dict[str, Any]:
    """A fifth of the users is in nothing that is learnt; they tell the categories and brands they have dealt with."""
    users = case.learnt.user_count
    is_new = np.zeros(users, dtype=bool)
    is_new[np.random.default_rng(SEED).choice(users, int(users * PART), replace=False)] = True
    model = fit(case.learnt.of(np.flatnonzero(~is_new)), case.settings, traits=case.traits)
    best: dict[str, list[Any]] = {"by_profile": [], "by_popularity": [], "by_history": []}
    for batch in _batches(np.flatnonzero(is_new)):
        mine = case.asked.of(batch)
        profiles = (mine.matrix @ case.traits).tocsr()
        nobody = replace(mine, starts=np.zeros_like(mine.starts), items=mine.items[:0], weights=mine.weights[:0])
        by = {
            "by_profile": scores_by_profile(model, profiles),
            "by_popularity": scores_of(model, nobody),
            "by_history": scores_of(model, mine),
        }
        for name, scores in by.items():
            best[name].append(best_of(without(scores, mine.matrix), case.k))
    wanted = case.relevant[np.flatnonzero(is_new)]
    return {"k": case.k} | {name: quality_of(np.concatenate(found), wanted)._asdict() for name, found in best.items()}


def _less(histories: Histories, is_new: Any) -> Histories:
    """The histories without the new goods."""
    keeps = ~is_new[histories.items]
    starts = np.concatenate([[0], np.cumsum(keeps)])[histories.starts].astype(np.int64)
    return replace(histories, starts=starts, items=histories.items[keeps], weights=histories.weights[keeps])


def _batches(users: Any) -> list[Any]:
    return [users[first : first + BATCH] for first in range(0, len(users), BATCH)]

"""The best of a table of scores for its rows and for its columns, seen one batch of rows at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery.matching.histories import Histories
from fenxiao.discovery.matching.people import directions_of
from fenxiao.discovery.matching.ranking import NOTHING, best_of


@dataclass(frozen=True, kw_only=True)
class Best:
    """The k best for each of N, best first; NOTHING and minus infinity where fewer are left."""

    places: NDArray[np.int32]  # N × k
    scores: NDArray[np.float32]  # N × k


def best_both_ways(batches: Iterable[NDArray[np.float32]], *, item_count: int, k: int) -> tuple[Best, Best]:
    """The k best items of every user (U × k) and the k best users of every item (I × k), from B × I scores.

    Of equals the lower number comes first. Minus infinity stands for what may not be matched.
    """
    of_users = [Best(places=np.empty((0, k), dtype=np.int32), scores=np.empty((0, k), dtype=np.float32))]
    of_items = Best(
        places=np.full((item_count, k), NOTHING, dtype=np.int32),
        scores=np.full((item_count, k), -np.inf, dtype=np.float32),
    )
    first = 0
    for scores in batches:
        of_users.append(best_rows(scores, k=k))
        of_items = _merged(of_items, scores.T, first=first)
        first += len(scores)
    whole = Best(
        places=np.concatenate([part.places for part in of_users]),
        scores=np.concatenate([part.scores for part in of_users]),
    )
    return whole, of_items


def best_rows(scores: NDArray[np.float32], *, k: int) -> Best:
    """The k best of every row."""
    places = best_of(scores, k)
    told = np.take_along_axis(scores, np.maximum(places, 0).astype(np.int64), axis=1)
    return Best(places=places, scores=np.where(places == NOTHING, -np.inf, told).astype(np.float32))


def _merged(held: Best, scores: NDArray[np.float32], *, first: int) -> Best:
    """The best of what is held (I × k) and of new users' scores (I × B), who are numbered from `first`."""
    k = held.places.shape[1]
    fresh = best_rows(scores, k=k)
    numbered = np.where(fresh.places == NOTHING, NOTHING, fresh.places + first).astype(np.int32)
    both, places = np.hstack([held.scores, fresh.scores]), np.hstack([held.places, numbered])
    order = np.argsort(-both, axis=1, kind="stable")[:, :k]
    return Best(places=np.take_along_axis(places, order, axis=1), scores=np.take_along_axis(both, order, axis=1))


def alike_users(histories: Histories, *, k: int, batch: int = 512) -> Best:
    """U × k: for every user those whose histories point the same way, by cosine, rare items weighing more."""
    directions = directions_of(histories, known_discount=0.5)
    found = [
        _unlike_nothing((directions[at : at + batch] @ directions.T).toarray(), first=at, k=k)
        for at in range(0, histories.user_count, batch)
    ]
    return Best(
        places=np.concatenate([part.places for part in found]), scores=np.concatenate([part.scores for part in found])
    )


def best_partners(strengths: Any, *, k: int) -> Best:
    """For every item the k that others' having it speaks for most (I × k), from I × I sparse strengths."""
    rows = strengths.tocoo()
    is_told = (rows.data > 0) & (rows.row != rows.col)
    of, partner, strength = rows.row[is_told], rows.col[is_told], rows.data[is_told]
    order = np.lexsort((partner, -strength, of))
    of, partner, strength = of[order], partner[order], strength[order]
    place = np.arange(len(of)) - np.searchsorted(of, of)  # within its item's
    first, shape = place < k, (strengths.shape[0], k)
    best = Best(places=np.full(shape, NOTHING, dtype=np.int32), scores=np.full(shape, -np.inf, dtype=np.float32))
    best.places[of[first], place[first]] = partner[first]
    best.scores[of[first], place[first]] = strength[first]
    return best


def _unlike_nothing(scores: NDArray[np.float32], *, first: int, k: int) -> Best:
    """The k best of rows numbered from `first`, less themselves and what shares nothing with them."""
    own = np.arange(len(scores))
    scores[own, own + first] = 0
    return best_rows(np.where(scores > 0, scores, -np.inf).astype(np.float32), k=k)

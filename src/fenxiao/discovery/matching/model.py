"""The method: pairs of items and smoothed histories, both sharpened; people alike; likeness of goods; by fixed shares.

No descent and no epochs: everything is counted or solved once, and a seed fixes what is drawn.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fenxiao.discovery.matching.histories import Histories
from fenxiao.discovery.matching.likeness import rarity_of, telling
from fenxiao.discovery.matching.pairs import pair_strengths
from fenxiao.discovery.matching.people import directions_of, had_by_people_alike, in_directions
from fenxiao.discovery.matching.ranking import best_of, without
from fenxiao.discovery.matching.settings import Settings
from fenxiao.discovery.matching.sharpening import sharpened
from fenxiao.discovery.matching.smoothing import ITEM_DISCOUNT, smoothing_vectors, weighted_table

BATCH = 512  # users scored at once: 80 MB for 40,000 items
WEIGHED = 512  # users whose scores say how far each part spreads


@dataclass(frozen=True, kw_only=True)
class Model:
    """What was learnt. I items, R directions, T traits."""

    settings: Settings
    known_by: NDArray[np.float32]  # I
    strengths: Any  # I × I sparse
    vectors: NDArray[np.float32] | None  # I × R
    table: Any | None  # U × I sparse, weighted: what scores are sharpened by
    people: Any | None  # U × I sparse, the directions of all who were learnt from
    had: Any  # U × I sparse, what they had
    traits: Any | None  # I × T sparse, telling
    rarity: NDArray[np.float32] | None  # T
    shares: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)  # of pairs, smoothing, people, likeness


def fit(histories: Histories, settings: Settings, *, traits: Any | None = None) -> Model:
    """Learn from histories and, where they are known, the traits of the goods (I × T sparse of ones)."""
    rarity = None if traits is None else rarity_of(traits)
    model = Model(
        settings=settings,
        known_by=histories.known_by,
        strengths=pair_strengths(histories, settings),
        vectors=smoothing_vectors(histories, settings) if settings.is_smoothed else None,
        table=weighted_table(histories, settings) if settings.sharpening else None,
        people=directions_of(histories, known_discount=settings.people_known) if settings.people_share else None,
        had=histories.matrix,
        traits=None if rarity is None else telling(traits, rarity),
        rarity=rarity,
    )
    return _with_shares(model, histories)


def scores_of(model: Model, histories: Histories) -> NDArray[np.float32]:
    """U × I: how well every item suits each of the users, by what they have had.

    A user without a history is offered what is best known; see `scores_by_profile` for one who tells of himself.
    """
    had = _recent(model, histories)
    scores = _summed(model.shares[:2], _by_items(model, had), shape=had.shape)
    if model.table is not None:
        scores = sharpened(scores, model.table, time=model.settings.sharpening)
    scores += _summed(model.shares[2:], _beside_items(model, had), shape=had.shape)
    scores[histories.lengths == 0] = model.known_by
    return scores


def scores_by_profile(model: Model, profiles: Any) -> NDArray[np.float32]:
    """B × I: how well every item suits those of whom only wanted traits are known (B × T sparse)."""
    if model.rarity is None:
        raise ValueError("a model without traits cannot read profiles")
    scores = _likeness(model, telling(profiles, model.rarity))
    scores[np.diff(profiles.indptr) == 0] = model.known_by
    return scores


def best_for(model: Model, histories: Histories, *, k: int) -> NDArray[np.int32]:
    """U × k: the best items that each of the users has not had, batch by batch."""
    best = [best_of(without(scores_of(model, batch), batch.matrix), k) for batch in histories.batches(BATCH)]
    return np.concatenate([np.empty((0, k), dtype=np.int32), *best])


def _recent(model: Model, histories: Histories) -> Any:
    """U × I sparse: the histories, what is more recent weighing more."""
    steps = histories.steps_from_end().astype(np.float32)
    return histories.weighted(histories.weights * steps**-model.settings.recency)


def _summed(
    shares: Sequence[float], parts: Iterable[NDArray[np.float32] | None], *, shape: tuple[int, ...]
) -> NDArray[np.float32]:
    scores = np.zeros(shape, dtype=np.float32)
    for share, part in zip(shares, parts, strict=True):
        if part is not None and share:
            scores += np.float32(share) * part
    return scores


def _by_items(model: Model, had: Any) -> Iterator[NDArray[np.float32] | None]:
    yield (had @ model.strengths).toarray()
    yield None if model.vectors is None else _smoothed(model, had)


def _beside_items(model: Model, had: Any) -> Iterator[NDArray[np.float32] | None]:
    yield None if model.people is None else _by_people(model, had)
    yield None if model.traits is None else _likeness(model, had @ model.traits)


def _smoothed(model: Model, had: Any) -> NDArray[np.float32]:
    """B × I: x K^-1/2 V V' K^offered."""
    assert model.vectors is not None  # noqa: S101  # the caller has looked
    known = np.maximum(model.known_by, 1)
    seen_through = (had @ sparse.diags(known**-ITEM_DISCOUNT)).astype(np.float32) @ model.vectors
    return np.asarray((seen_through @ model.vectors.T) * known**model.settings.smooth_offered, dtype=np.float32)


def _by_people(model: Model, had: Any) -> NDArray[np.float32]:
    """B × I: what people alike had, times K^-offered."""
    known = np.maximum(model.known_by, 1)
    asked = in_directions(had @ sparse.diags(known**-model.settings.people_known))
    found = had_by_people_alike(asked, model.people, model.had, sharpness=model.settings.people_sharpness)
    return np.asarray(found * known**-model.settings.people_offered, dtype=np.float32)


def _likeness(model: Model, wanted: Any) -> NDArray[np.float32]:
    """B × I: t F' (1 + K)^known, where F holds the traits of the goods and t those that are wanted (B × T)."""
    assert model.traits is not None  # noqa: S101  # the caller has looked
    alike = (wanted @ model.traits.T).toarray()
    return np.asarray(alike * (1 + model.known_by) ** model.settings.likeness_known, dtype=np.float32)


def _with_shares(model: Model, histories: Histories) -> Model:
    """The model with the shares of its parts in units of the spread of the pairs' scores, seen on some users.

    Fixed here once, so that a user's scores do not depend on who is scored beside him.
    """
    with_items = np.flatnonzero(histories.lengths)
    some = np.random.default_rng(model.settings.seed).permutation(with_items)[:WEIGHED]
    had = _recent(model, histories.of(some))
    parts = chain(_by_items(model, had), _beside_items(model, had))
    spreads = [0.0 if part is None else float(part.std()) for part in parts]
    wished = (1.0, model.settings.smooth_share, model.settings.people_share, model.settings.likeness_share)
    shares = tuple(wish / spread if spread else 0.0 for wish, spread in zip(wished, spreads, strict=True))
    return Model(**{**vars(model), "shares": shares})

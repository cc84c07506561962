"""Making matches anew from who dealt with what. Writes files beside those that serve; the swap makes it whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery import audience_files, match_factors, match_files
from fenxiao.discovery.audience_making import audiences_at
from fenxiao.discovery.errors import NothingToLearn
from fenxiao.discovery.match_files import Kind, Table
from fenxiao.discovery.match_ground import Ground, ground_at
from fenxiao.discovery.matching import (
    SHOPPING,
    Best,
    Model,
    alike_users,
    best_both_ways,
    best_partners,
    fit,
    pair_strengths,
    scores_by_profile,
    scores_of,
    without,
)
from fenxiao.discovery.matching.gathering import gathered
from fenxiao.discovery.queries import dealings as told

MATCHES: Final = 50  # goods for a creator, creators for a product
NEIGHBOURS: Final = 20  # creators like a creator, goods bought with a product
BATCH: Final = 256  # creators scored at once


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a making did."""

    creators: int
    goods: int
    dealings: int
    seconds: float


def make_matches(*, now: datetime) -> Made:
    """Match goods and creators anew and swap the result in.

    Refuses (`NothingToLearn`) while nobody dealt with anything, and (`MatchesBeingMade`) while another makes them.
    """
    started = perf_counter()
    with match_files.making() as folder:
        ground = ground_at(now=now)
        if match_factors.is_large(ground):
            match_factors.write_by_factors(folder, ground, matches=MATCHES, neighbours=NEIGHBOURS)
        else:
            _write_by_pairs(folder, ground)
        together = _named(_bought_together(ground, now=now), of=ground.product_ids, others=ground.product_ids)
        match_files.write(folder, Kind.BOUGHT_TOGETHER, together)
        audience_files.write(folder, audiences_at(ground.creator_ids, now=now))
    return Made(
        creators=len(ground.creator_ids),
        goods=int(ground.is_offered.sum()),
        dealings=len(ground.histories.items),
        seconds=perf_counter() - started,
    )


def _write_by_pairs(folder: Path, ground: Ground) -> None:
    """By every score of every pair."""
    model = fit(ground.histories, SHOPPING, traits=ground.traits)
    for_creators, for_goods = best_both_ways(
        _offers(ground, model), item_count=len(ground.product_ids), k=min(MATCHES, len(ground.product_ids))
    )
    goods = _named(for_creators, of=ground.creator_ids, others=ground.product_ids)
    creators = _named(for_goods, of=ground.product_ids, others=ground.creator_ids)
    match_files.write(folder, Kind.GOODS_FOR_CREATOR, goods)
    match_files.write(folder, Kind.CREATORS_FOR_PRODUCT, creators)
    alike = alike_users(ground.histories, k=NEIGHBOURS)
    names = _named(alike, of=ground.creator_ids, others=ground.creator_ids)
    match_files.write(folder, Kind.ALIKE_CREATORS, names)


def _offers(ground: Ground, model: Model) -> Iterator[NDArray[np.float32]]:
    """Scores of all goods for creators, batch by batch: never what they have, never what may not be offered."""
    for first in range(0, ground.histories.user_count, BATCH):
        batch = ground.histories.of(np.arange(first, min(first + BATCH, ground.histories.user_count)))
        scores = scores_of(model, batch)
        is_new = batch.lengths == 0
        if is_new.any():
            scores[is_new] = scores_by_profile(model, ground.profiles[first : first + BATCH][is_new])
        scores[:, ~ground.is_offered] = -np.inf
        yield without(scores, batch.matrix)


def _bought_together(ground: Ground, *, now: datetime) -> Best:
    """For every product what its buyers bought as well; nobody's pairs where no buyer is known."""
    try:
        bought = gathered(told.buyers_baskets(now=now), owner_ids=None, product_ids=ground.product_ids)
    except NothingToLearn:
        shape = (len(ground.product_ids), NEIGHBOURS)
        return Best(places=np.full(shape, -1, dtype=np.int32), scores=np.full(shape, -np.inf, dtype=np.float32))
    strengths = pair_strengths(bought.histories, SHOPPING).tocsc()
    strengths.data[np.repeat(~ground.is_offered, np.diff(strengths.indptr))] = 0
    return best_partners(strengths.tocsr(), k=NEIGHBOURS)


def _named(best: Best, *, of: NDArray[np.int64], others: NDArray[np.int64]) -> Table:
    """The table of these ids."""
    return Table(ids=of, named=others, others=best.places, scores=best.scores)

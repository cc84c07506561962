"""Matches of a large house: by vectors of few directions, and the best found by narrowing.

Pairs of goods, which a smaller house counts (`match_making`), would be too many; so would a score for every pair of
creator and product.
"""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery import match_files
from fenxiao.discovery.match_files import Kind, Table
from fenxiao.discovery.match_ground import Ground
from fenxiao.discovery.matching.engines import factors_by
from fenxiao.discovery.matching.factors import Factors, FactorSettings
from fenxiao.discovery.matching.groups import directions_of
from fenxiao.discovery.matching.histories import Histories
from fenxiao.discovery.matching.nearest import Rows, write_best
from fenxiao.discovery.matching.newcomers import place_newcomers
from fenxiao.kernel.settings import settings

LARGE: Final = 1_000_000_000  # creators times goods: some minutes of scores


def is_large(ground: Ground) -> bool:
    """Whether there are too many pairs to be scored one by one."""
    return len(ground.creator_ids) * len(ground.product_ids) > LARGE


def write_by_factors(folder: Path, ground: Ground, *, matches: int, neighbours: int) -> None:
    """Write goods for creators, creators for goods and creators like creators."""
    factors = factors_by(settings().engine, ground.histories, FactorSettings())
    place_newcomers(factors, ground.histories, traits=ground.traits, profiles=ground.profiles)
    write_goods(folder, ground, factors, k=matches)
    creators = directions_of(factors.users)
    factors.goods[~ground.is_offered] = 0  # seeks nobody
    everyone = np.arange(len(creators), dtype=np.int32)
    had = ground.histories.turned()
    rows = _best(factors.goods, creators, had=had, offered=everyone, k=matches)
    _write(folder, Kind.CREATORS_FOR_PRODUCT, rows, ids=ground.product_ids, named=ground.creator_ids)
    rows = _best(creators, creators, had=_themselves(len(creators)), offered=everyone, k=neighbours)
    _write(folder, Kind.ALIKE_CREATORS, rows, ids=ground.creator_ids, named=ground.creator_ids)


def write_goods(folder: Path, ground: Ground, factors: Factors, *, k: int) -> None:
    """Write the k best goods that may be offered to every creator and that he has not dealt with."""
    offered = np.flatnonzero(ground.is_offered).astype(np.int32)
    rows = _best(factors.users, factors.goods, had=ground.histories, offered=offered, k=k)
    _write(folder, Kind.GOODS_FOR_CREATOR, rows, ids=ground.creator_ids, named=ground.product_ids)


def _best(
    seekers: NDArray[np.float32], offers: NDArray[np.float32], *, had: Histories, offered: NDArray[np.int32], k: int
) -> Rows:
    """Rows are filled in no order, so they are held in memory and written when they are whole."""
    shape = (len(seekers), k)
    rows = Rows(places=np.empty(shape, dtype=np.int32), scores=np.empty(shape, dtype=np.float32))
    write_best(seekers, offers, had=had, offered=offered, into=rows)
    return rows


def _write(folder: Path, kind: Kind, rows: Rows, *, ids: NDArray[np.int64], named: NDArray[np.int64]) -> None:
    match_files.write(folder, kind, Table(ids=ids, named=named, others=rows.places, scores=rows.scores))


def _themselves(count: int) -> Histories:
    """Nobody is like himself."""
    return Histories(
        starts=np.arange(count + 1, dtype=np.int64),
        items=np.arange(count, dtype=np.int32),
        weights=np.ones(count, dtype=np.float32),
        item_count=count,
    )

"""Histories out of dealings that come some at a time, so that they are never held but as histories."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery.errors import NothingToLearn
from fenxiao.discovery.matching.histories import Histories

AT_ONCE: Final = 1 << 20  # numbered anew together


@dataclass(frozen=True, kw_only=True)
class Dealings:
    """Some of all dealings, columns of one length; all of them go by who, then oldest first, each pair once."""

    who: NDArray[np.int64]
    product_ids: NDArray[np.int64]
    weights: NDArray[np.float32]  # how much each says


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """Who had what by place, and which products anybody at all dealt with."""

    histories: Histories
    is_dealt: NDArray[np.bool_]  # I


def gathered(
    dealings: Iterable[Dealings], *, owner_ids: NDArray[np.int64] | None, product_ids: NDArray[np.int64]
) -> Gathered:
    """Histories of these owners (U, sorted) with these products (I, sorted); what others had is left out.

    Without owners they are those of whoever has one of the products. Refuses none at all (`NothingToLearn`).
    Memory: at most twelve bytes for each dealing that is kept, eight at the end, and sixteen for each owner.
    """
    is_dealt, owners = np.zeros(len(product_ids), dtype=np.bool_), _Owners()
    items, weights = [np.empty(0, dtype=np.int32)], [np.empty(0, dtype=np.float32)]
    for some in dealings:
        goods, keeps = places_among(product_ids, some.product_ids)
        is_dealt[goods[keeps]] = True
        users = some.who
        if owner_ids is not None:
            users, is_owner = places_among(owner_ids, some.who)
            keeps &= is_owner
        owners.add(users[keeps])
        items.append(goods[keeps].astype(np.int32))
        weights.append(some.weights[keeps])
    if not owners.count:
        raise NothingToLearn
    starts = owners.starts(None if owner_ids is None else len(owner_ids))
    histories = Histories(starts=starts, items=joined(items), weights=joined(weights), item_count=len(product_ids))
    return Gathered(histories=histories, is_dealt=is_dealt)


class _Owners:
    """Where each owner's dealings begin, as they come, owner by owner."""

    def __init__(self) -> None:
        self.count = 0  # of dealings
        self._last = -1
        self._numbers: list[NDArray[np.int64]] = []
        self._firsts: list[NDArray[np.int64]] = []

    def add(self, owners: NDArray[np.int64]) -> None:
        """Some more dealings' owners, in order."""
        if len(owners):
            firsts = np.flatnonzero(np.diff(owners, prepend=self._last))
            self._numbers.append(owners[firsts])
            self._firsts.append(firsts + self.count)
            self.count += len(owners)
            self._last = int(owners[-1])

    def starts(self, owner_count: int | None) -> NDArray[np.int64]:
        """As histories have them: of so many owners numbered from 0 on, or only of those who came."""
        bounds = np.append(joined(self._firsts), self.count).astype(np.int64)
        if owner_count is None:
            return bounds
        return np.asarray(bounds[np.searchsorted(joined(self._numbers), np.arange(owner_count + 1))])


def among(histories: Histories, stays: NDArray[np.bool_]) -> Histories:
    """The same histories with the items that stay (I) numbered anew, in the same memory; nobody had the others."""
    places = (np.cumsum(stays) - 1).astype(np.int32)
    for at in range(0, len(histories.items), AT_ONCE):
        part = histories.items[at : at + AT_ONCE]
        part[:] = places[part]
    return Histories(
        starts=histories.starts,
        items=histories.items,
        weights=histories.weights,
        item_count=int(stays.sum()),
    )


def places_among(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where each of the wanted stands among sorted ids, and whether it does."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    places = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return places, ids[places] == wanted


def joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """The parts end to end; the list is emptied, so that they are not held beside what is made of them for long."""
    whole = np.concatenate(parts)
    parts.clear()
    return whole

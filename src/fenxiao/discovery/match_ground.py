"""What matches are made from: creators and goods by place, what creators dealt with, what is written of both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fenxiao.discovery.matching import Histories, histories_of, traits_matrix, traits_of
from fenxiao.discovery.matching.likeness import Goods
from fenxiao.discovery.queries import dealings as told
from fenxiao.discovery.queries.dealings import Dealings

AT_ONCE: Final = 50_000  # goods read together


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Creators and goods by place, and what creators dealt with."""

    creator_ids: NDArray[np.int64]  # U, sorted
    product_ids: NDArray[np.int64]  # I, sorted: all that may be offered or was dealt with
    is_offered: NDArray[np.bool_]  # I
    histories: Histories
    traits: Any  # I × T sparse
    profiles: Any  # U × T sparse


def ground_at(*, now: datetime) -> Ground:
    """All of it as of a moment. Refuses (`NothingToLearn`) while nobody dealt with anything."""
    words, dealt = told.creator_profiles(), told.creators_dealings(now=now)
    creator_ids = np.fromiter(words, dtype=np.int64, count=len(words))
    offered = told.offered_product_ids()
    product_ids = np.union1d(offered, dealt.product_ids)
    traits, names = _traits(product_ids)
    profiles, _ = traits_matrix([traits_of(Goods(title=introduction)) for introduction in words.values()], names=names)
    return Ground(
        creator_ids=creator_ids,
        product_ids=product_ids,
        is_offered=np.isin(product_ids, offered),
        histories=_histories(dealt, owner_ids=creator_ids, product_ids=product_ids),
        traits=traits,
        profiles=profiles,
    )


def _traits(product_ids: NDArray[np.int64]) -> tuple[Any, dict[str, int]]:
    """I × T sparse, and the column of each trait; some goods at a time, so that no more than their traits are held."""
    names: dict[str, int] = {}
    parts = []
    for first in range(0, len(product_ids), AT_ONCE):
        ids = product_ids[first : first + AT_ONCE].tolist()
        goods = told.goods_by_id(ids)
        traits = [traits_of(goods[pk]) for pk in ids]
        for trait in (trait for each in traits for trait in each):
            names.setdefault(trait, len(names))
        parts.append(traits_matrix(traits, names=names)[0])
    for part in parts:
        part.resize(part.shape[0], max(len(names), 1))
    return sparse.vstack(parts, format="csr") if parts else traits_matrix([])[0], names


def _histories(dealt: Dealings, *, owner_ids: NDArray[np.int64], product_ids: NDArray[np.int64]) -> Histories:
    """Dealings by place; those of creators who are no longer active are left out."""
    keeps = np.isin(dealt.who, owner_ids)
    return histories_of(
        np.searchsorted(owner_ids, dealt.who[keeps]),
        np.searchsorted(product_ids, dealt.product_ids[keeps]),
        weights=dealt.weights[keeps],
        moments=dealt.moments[keeps],
        user_count=len(owner_ids),
        item_count=len(product_ids),
    )

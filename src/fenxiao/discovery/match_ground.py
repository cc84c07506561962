"""What matches are made from: creators and goods by place, what creators dealt with, what is written of both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fenxiao.discovery.matching import Histories, traits_matrix, traits_of
from fenxiao.discovery.matching.gathering import among, gathered
from fenxiao.discovery.matching.likeness import Goods, columns_of
from fenxiao.discovery.queries import dealings as told

AT_ONCE: Final = 50_000  # goods or creators read together


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
    words = told.creator_profiles()
    creator_ids = np.fromiter(words, dtype=np.int64, count=len(words))
    everything = told.product_ids()
    dealt = gathered(told.creators_dealings(now=now), owner_ids=creator_ids, product_ids=everything)
    is_offered = np.isin(everything, told.offered_product_ids(), assume_unique=True)
    stays = is_offered | dealt.is_dealt
    product_ids = everything[stays]
    traits, names = _traits(product_ids)
    return Ground(
        creator_ids=creator_ids,
        product_ids=product_ids,
        is_offered=is_offered[stays],
        histories=among(dealt.histories, stays),
        traits=traits,
        profiles=_profiles(words, names),
    )


def _profiles(words: dict[int, str], names: dict[str, int]) -> Any:
    """U × T sparse: what each creator writes of himself, as far as goods have such traits; some creators at a time."""
    texts, parts = list(words.values()), []
    for first in range(0, len(texts), AT_ONCE):
        told_of = [traits_of(Goods(title=introduction)) for introduction in texts[first : first + AT_ONCE]]
        parts.append(traits_matrix(told_of, names=names)[0])
    return sparse.vstack(parts, format="csr") if parts else traits_matrix([], names=names)[0]


def _traits(product_ids: NDArray[np.int64]) -> tuple[Any, dict[str, int]]:
    """I × T sparse, and the column of each trait; some goods at a time, so that no more than their traits are held."""
    names: dict[str, int] = {}
    parts = []
    for first in range(0, len(product_ids), AT_ONCE):
        ids = product_ids[first : first + AT_ONCE].tolist()
        goods = told.goods_by_id(ids)
        traits = [traits_of(goods[pk]) for pk in ids]
        parts.append(traits_matrix(traits, names=columns_of(traits, known=names))[0])
    for part in parts:
        part.resize(part.shape[0], max(len(names), 1))
    return sparse.vstack(parts, format="csr") if parts else traits_matrix([])[0], names

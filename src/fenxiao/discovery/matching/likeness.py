"""Goods beside goods by what is written about them: the only evidence for those that nobody has had yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fenxiao.discovery.rules.words import words_of

BANDS_PER_DOUBLING = 1  # goods at 30 and at 55 yuan are in neighbouring bands, or in the same


@dataclass(frozen=True, kw_only=True)
class Goods:
    """What is known of one product on its first day."""

    categories: tuple[str, ...] = ()  # from the top level down
    brand: str = ""
    price_fen: int = 0
    title: str = ""


def traits_of(goods: Goods) -> list[str]:
    """The traits by which two products can be alike."""
    bands = [f"price {int(goods.price_fen).bit_length() * BANDS_PER_DOUBLING}"] if goods.price_fen > 0 else []
    brands = [f"brand {goods.brand.casefold()}"] if goods.brand else []
    words = [f"word {word}" for word in dict.fromkeys(words_of(goods.title))]
    return [*(f"category {category}" for category in goods.categories), *brands, *bands, *words]


def traits_matrix(
    traits: Sequence[Sequence[str]], *, names: dict[str, int] | None = None
) -> tuple[Any, dict[str, int]]:
    """I × T sparse of ones, and the column of each trait. Given `names`, traits outside them are left out."""
    places = columns_of(traits, known={}) if names is None else names
    ends = np.cumsum([0, *map(len, traits)])
    # Traits are looked up by map, and no pair is made of them: a quarter of a microsecond for each that way.
    at = np.fromiter(map(places.get, chain.from_iterable(traits), repeat(-1)), dtype=np.int64, count=ends[-1])
    kept = np.concatenate([[0], np.cumsum(at >= 0)])[ends]
    at = at[at >= 0]
    shape = (len(traits), max(len(places), 1))
    matrix = sparse.csr_matrix((np.ones(len(at), dtype=np.float32), at, kept), shape=shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix, places


def columns_of(traits: Iterable[Iterable[str]], *, known: dict[str, int]) -> dict[str, int]:
    """The known columns with one more for each trait not among them, in the order in which they come."""
    for trait in chain.from_iterable(traits):
        if trait not in known:
            known[trait] = len(known)
    return known


def rarity_of(traits: Any) -> NDArray[np.float32]:
    """T: how much each trait of the goods (I × T) tells: log of its inverse share (Spärck Jones 1972)."""
    shared = np.maximum(np.asarray(traits.sum(axis=0)).ravel(), 1)
    return np.asarray(np.log1p(traits.shape[0] / shared), dtype=np.float32)


def telling(traits: Any, rarity: NDArray[np.float32]) -> Any:
    """N × T sparse: each trait by its rarity, each row of length 1."""
    weighted = traits @ sparse.diags(rarity)
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.where(lengths > 0, lengths, 1)) @ weighted).tocsr().astype(np.float32)

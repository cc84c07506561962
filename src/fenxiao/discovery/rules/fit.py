"""How well a product fits a creator, by what he sold and picked.

    fit      = category × price × audience × matched

    category = 1 + c · √(0.6 s₃ + 0.3 s₂ + 0.1 s₁)   his share of dealings in its category, the one above, the top one
    price    = 1 + 0.5 c · k                         k: how near its price lies to those of his goods, 0 to 1
    audience                                         see `rules.audiences`; 1 where his followers are not known
    matched  = 1 + 0.5 · (score ÷ the best of his)   of a product on his list of matches; else 1
    c        = w ÷ (w + 5)                           how much his dealings, of weight w, say at all

Every factor is 1 for a creator of whom nothing is known, so that his list is the market's own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

NEARNESS: Final = (0.6, 0.3, 0.1)  # of the category everyone sees, the one above it, the one on top
CATEGORY_GAIN: Final = 1.0
PRICE_GAIN: Final = 0.5
MATCHED_GAIN: Final = 0.5
HALF_CONVINCED: Final = 5.0  # the weight of dealings that counts half: five settled sales of late, or ten picks
PRICE_WIDTH: Final = 0.5  # of the kernel over logarithms: at 1.65 × the price it is at 0.61, at 2.7 × at 0.14
PRICE_STEP: Final = 0.1  # prices nearer than a tenth are one, so that the cost is fixed however much he sold


@dataclass(frozen=True, kw_only=True)
class Dealt:
    """What a creator did with goods of one category and price: how much it says, decayed by age."""

    path: tuple[str, ...]  # the category everyone sees, then those above it
    price_fen: int
    weight: float


@dataclass(frozen=True, kw_only=True)
class Taste:
    """A creator's mix of categories and prices."""

    shares: Mapping[str, float] = field(default_factory=dict)  # of his dealings, by category of any level
    prices: Sequence[float] = ()  # logarithms
    price_shares: Sequence[float] = ()
    conviction: float = 0.0  # c above


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Why a product fits a creator."""

    category: float = 1.0
    price: float = 1.0
    audience: float = 1.0
    matched: float = 1.0

    @property
    def value(self) -> float:
        """What a score is multiplied by."""
        return self.category * self.price * self.audience * self.matched


def taste_of(dealings: Iterable[Dealt]) -> Taste:
    """The mix of some dealings; that of nothing says nothing."""
    shares: dict[str, float] = defaultdict(float)
    prices: dict[int, float] = defaultdict(float)
    whole = 0.0
    for each in dealings:
        whole += each.weight
        prices[round(log(each.price_fen) / PRICE_STEP)] += each.weight
        for category in each.path:
            shares[category] += each.weight
    if whole <= 0:
        return Taste()
    return Taste(
        shares={category: weight / whole for category, weight in shares.items()},
        prices=[step * PRICE_STEP for step in prices],
        price_shares=[weight / whole for weight in prices.values()],
        conviction=whole / (whole + HALF_CONVINCED),
    )


def category_factor(taste: Taste, path: Sequence[str]) -> float:
    """How much the product's categories are his. Of ten equal ones each still lifts by a third of the whole gain."""
    near = sum(part * taste.shares.get(category, 0.0) for part, category in zip(NEARNESS, path, strict=False))
    return float(1.0 + CATEGORY_GAIN * taste.conviction * near**0.5)


def price_factors(taste: Taste, prices_fen: Sequence[int]) -> NDArray[np.float64]:
    """How near each price lies to those of his goods."""
    if not taste.prices or not prices_fen:
        return np.ones(len(prices_fen))
    apart = (np.log(np.asarray(prices_fen, dtype=float))[:, None] - np.asarray(taste.prices)) / PRICE_WIDTH
    near = np.exp(-0.5 * apart**2) @ np.asarray(taste.price_shares)
    return np.asarray(1.0 + PRICE_GAIN * taste.conviction * near)


def matched_factor(share_of_best: float | None) -> float:
    """What standing on his list of matches adds; None: it does not stand there."""
    return 1.0 if share_of_best is None else 1.0 + MATCHED_GAIN * min(max(share_of_best, 0.0), 1.0)

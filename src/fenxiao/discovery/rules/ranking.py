"""What is shown first under "recommended".

    score = relevance × level boost × earning × availability

relevance     BM25 of the words asked for (title, brand, category; 1 when nothing was asked)
level boost   of the boosts in force (`rules.boosts`); LEVEL_BOOST until an operator sets others
earning       1 + ln(1 + commission of one order in whole currency units) / 4: 1.0 at nothing, 1.6 at 10, 2.2 at 100
availability  1 in stock, 0.2 sold out

The logarithm keeps a dear product from drowning what people asked for: a tenfold commission adds about 0.6.
"""

from dataclasses import dataclass
from math import log1p
from typing import Final

from fenxiao.discovery.rules.entries import Entry

LEVEL_BOOST: Final = {1: 1.0, 2: 1.1, 3: 1.4, 4: 1.7, 5: 2.0}
SOLD_OUT: Final = 0.2
EARNING_SCALE: Final = 4.0

# An order key is a value with the product's id below it, so that equal values stand in one order on every page.
TIE_BITS: Final = 28
HIGHEST_VALUE: Final = 2**36 - 1
RANK_UNITS: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Factors:
    """Why a product stands where it stands."""

    level: float
    earning: float
    availability: float

    @property
    def weight(self) -> float:
        """What relevance is multiplied by."""
        return self.level * self.earning * self.availability


def factors_of(entry: Entry) -> Factors:
    """The factors of one product that do not depend on what was asked."""
    return Factors(
        level=LEVEL_BOOST[entry.level] if entry.level_boost is None else entry.level_boost,
        earning=earning_factor(entry.commission_fen),
        availability=1.0 if entry.stock else SOLD_OUT,
    )


def weight_stored(weight: float) -> float:
    """A weight as the index keeps it: it multiplies a score by log2(2 + what it keeps), and takes negatives for 0."""
    return float(2.0 ** (weight / SOLD_OUT)) - 2.0


def relevance_of(score: float, *, weight: float) -> float:
    """What the words alone were worth in a score of the index."""
    return score / (weight / SOLD_OUT)


def earning_factor(commission_fen: int) -> float:
    """How much a commission lifts a product."""
    return 1.0 + log1p(commission_fen / 100) / EARNING_SCALE


def order_key(value: int, *, product_id: int) -> int:
    """An unsigned 64-bit key that orders by `value`, then by product."""
    return min(value, HIGHEST_VALUE) << TIE_BITS | product_id % (1 << TIE_BITS)

"""What charts count, what they leave out, and in which order goods stand. `docs/charts.md` says it in words.

The statements of `chart_statements` do the same for all goods at once; a test holds the two together.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import md5
from math import floor, sqrt
from typing import Final

from fenxiao.kernel.money import BP

SOLD_DAYS: Final = 7  # of best-selling, best-earning and most picked
RECENT_DAYS: Final = 3  # rising: these …
BEFORE_DAYS: Final = 14  # … against these
NEW_DAYS: Final = 30  # new that took off: admitted at most as long ago
READ_DAYS: Final = max(SOLD_DAYS, RECENT_DAYS + BEFORE_DAYS, NEW_DAYS)

CERTAINTY: Final = 1.6449  # standard deviations: a bound that chance passes once in twenty
LEAST_PIECES: Final = 3  # of best-selling
LEAST_PICKERS: Final = 2  # of most picked
LEAST_RISING_BUYERS: Final = 10  # in the recent days
LEAST_BEFORE_BUYERS: Final = BEFORE_DAYS  # one a day: ten buyers after none would else be growth beyond all others
LEAST_NEW_BUYERS: Final = 5  # since it was admitted
LEAST_NEW_DAYS: Final = 3  # a good of an hour ago is not a hundred times as fast

PIECES_PER_BUYER: Final = 5  # of one product in one day; more is a reseller, or somebody who wants a place
PIECES_WITHOUT_BUYER: Final = 1  # an order that names no buyer proves no more
PROMOTER_SHARE_BP: Final = 5_000  # of what a product sold: more of it does not count when one creator brought it
KEPT_HOURS: Final = 72  # a pick taken back sooner is none
PICKS_PER_CREATOR: Final = 100  # in the days that count; who takes everything says nothing of anything
IDLE_SHARE_BP: Final = 2_500  # creators without a click or sale count at most as this share of those who have some
ACTIVE_DAYS: Final = 30  # in which a creator had a click or sale
PLACES_PER_MERCHANT: Final = 5  # of one chart
PLACES: Final = 100  # of one chart
KEPT_DAYS: Final = 60  # charts of older days are thrown away
CUTS_KEPT: Final = 200  # of each cap and day, the largest


class Ranked(StrEnum):
    """What goods are ranked by."""

    RISING = "rising"
    BEST_SELLING = "selling"
    BEST_EARNING = "earning"
    MOST_PICKED = "picked"
    TOOK_OFF = "took_off"


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A product with its figure on one chart of one category."""

    product_id: int
    merchant_id: int
    figure: int
    buyers: int  # distinct, of the days that best-selling counts


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A line of a chart."""

    row: int
    place: int
    contender: Contender


def standing_pieces(quantity: int, *, goods_fen: int, refunded_fen: int) -> int:
    """How many pieces of a line still stand after what went back, to the nearest; half a piece is none."""
    left = goods_fen - min(refunded_fen, goods_fen)
    return (2 * quantity * left + goods_fen - 1) // (2 * goods_fen) if goods_fen else 0


def counted_of_buyer(pieces: Sequence[int], *, is_named: bool) -> list[int]:
    """How much of each line of one buyer, product and day counts, in the order in which they were paid."""
    left, counted = PIECES_PER_BUYER if is_named else PIECES_WITHOUT_BUYER, []
    for each in pieces:
        counted.append(min(each, left))
        left -= counted[-1]
    return counted


def counted_of_product(by_creator: Iterable[int], *, without_creator: int) -> int:
    """A product's figure where no creator's part is more than its share of the whole, rounded up."""
    parts = list(by_creator)
    most = -(-(sum(parts) + without_creator) * PROMOTER_SHARE_BP // BP)
    return without_creator + sum(min(part, most) for part in parts)


def counted_pickers(active: int, *, idle: int) -> int:
    """How many creators count who picked it."""
    return active + min(idle, active * IDLE_SHARE_BP // BP)


def growth_bp(recent: int, *, before: int) -> int | None:
    """The least growth of buyers per day that the evidence bears out; None where it is none, or too little evidence.

    Of `n` buyers a share of the recent days is p; its lower Wilson bound q gives the least ratio of the two rates,
    q / (1 - q) × days before / recent days. Whoever had fewer before is counted as one who had a buyer a day.
    """
    if recent < LEAST_RISING_BUYERS:
        return None
    n, z2 = recent + max(before, LEAST_BEFORE_BUYERS), CERTAINTY * CERTAINTY
    p = recent / n
    q = (p + z2 / (2 * n) - CERTAINTY * sqrt(p * (1 - p) / n + z2 / (4.0 * n * n))) / (1 + z2 / n)
    growth = floor(BP * (q / (1 - q) * BEFORE_DAYS / RECENT_DAYS - 1))
    return growth if growth > 0 else None


def take_off(buyers: int, *, days: float) -> int | None:
    """The least number of buyers a day, in hundredths, that the evidence bears out: the lower score bound of a
    Poisson rate; None with too little evidence."""
    if buyers < LEAST_NEW_BUYERS:
        return None
    z2 = CERTAINTY * CERTAINTY
    least = buyers + z2 / 2 - CERTAINTY * sqrt(buyers + z2 / 4)
    return floor(100 * least / max(days, LEAST_NEW_DAYS))


def lot(product_id: int, *, key: str) -> str:
    """A product's lot of the day: nobody without the key can draw a good one."""
    return md5(f"{key}:{product_id}".encode(), usedforsecurity=False).hexdigest()


def placed(contenders: Iterable[Contender], *, key: str) -> list[Placed]:
    """The lines of one chart: highest figure first, then more buyers, then the day's lot; equal figures share a place.

    A merchant has only its best goods on it; those that stand in for the others move up.
    """
    ordered = sorted(contenders, key=lambda each: (-each.figure, -each.buyers, lot(each.product_id, key=key)))
    taken: Counter[int] = Counter()
    kept = []
    for each in ordered:
        taken[each.merchant_id] += 1
        if taken[each.merchant_id] <= PLACES_PER_MERCHANT:
            kept.append(each)
    first_of = {each.figure: row for row, each in reversed(list(enumerate(kept, start=1)))}
    return [
        Placed(row=row, place=first_of[each.figure], contender=each) for row, each in enumerate(kept[:PLACES], start=1)
    ]

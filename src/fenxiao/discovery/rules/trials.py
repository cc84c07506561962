"""A fair trial for newcomers: some places of a page are theirs, and who stands there is drawn.

Each newcomer's chance of being taken when shown is believed to be Beta(1 + taken, 1 + shown - taken). A number is drawn
from each belief, and the highest numbers get the trial places in order (Thompson sampling): what nobody has seen is
often drawn, what was shown and not taken rarely, what is taken goes on being shown.

The chance that newcomer j stands on the r-th trial place is that exactly r - 1 of the others draw higher:

    P(j on r) = Σ over cells g:  (F_j(x_g+1) - F_j(x_g)) · Q_j(r - 1 at the middle of g)

with F_j its distribution and Q_j(k at x) the chance that k of the others, each with 1 - F_i(x), lie above x, counted up
one newcomer after the other. The cells are fixed (x = t³ for 256 equal steps of t: fine near zero, where chances of
being taken lie), so the cost is fixed too. What it leaves out, who is higher of two in one cell, is below 0.002 of a
chance for up to a hundred newcomers of up to some hundred showings each (tested against draws).
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

CELLS: Final = 256
PARTS: Final = 8  # of a cell, over which a density is summed up; scipy's own would cost each process 11 MB
MIDDLES: Final = ((np.arange(CELLS * PARTS) + 0.5) / (CELLS * PARTS)) ** 3
LOGS: Final = (np.log(MIDDLES), np.log1p(-MIDDLES), np.log(MIDDLES) * 2 / 3)  # the last: how wide a part is
WHOLE: Final = 10_000
HELD_OUT: Final = 0.1  # of lists without any trial, drawn too: by them it is known what trials cost and bring


@dataclass(frozen=True, kw_only=True)
class Record:
    """How often a newcomer was shown on trial, and taken of these."""

    shown: int = 0
    taken: int = 0

    @property
    def belief(self) -> tuple[int, int]:
        """The parameters of Beta. Counts that contradict each other, as while they are counted, say what they can."""
        return 1 + self.taken, 1 + max(self.shown - self.taken, 0)


def trial_places(count: int, *, share_bp: int) -> list[int]:
    """Which of the first `count` places, from 0, are kept for trials: every tenth at a share of a tenth."""
    return [at for at in range(count) if (at + 1) * share_bp // WHOLE > at * share_bp // WHOLE]


def drawn(records: Sequence[Record], *, most: int, random: np.random.Generator) -> list[int]:
    """The newcomers drawn, by their places in `records`, the highest number first."""
    if not records or most < 1:
        return []
    ups, downs = np.array([record.belief for record in records], dtype=float).T
    numbers = random.beta(ups, downs)
    return [int(at) for at in np.argsort(-numbers, kind="stable")[:most]]


def chances_of(records: Sequence[Record], places: Sequence[tuple[int, int]]) -> list[float]:
    """The chance of each (newcomer, its trial place from 0), both as `drawn` counts them."""
    if not places:
        return []
    below = np.stack([_below(*record.belief) for record in records])  # newcomers × (edges, middles)
    above = 1.0 - below[:, CELLS + 1 :]
    who, place = (np.array(column) for column in zip(*places, strict=True))
    counted = _counted_above(above, who, most=int(place.max()))
    mass = np.diff(below[who, : CELLS + 1], axis=1)
    found = (mass * counted[np.arange(len(who)), place]).sum(axis=1)
    return [float(chance) for chance in np.clip(found, 0.0, 1.0)]


def merged(ranked: Sequence[int], trials: Sequence[int], places: Sequence[int]) -> list[int]:
    """Goods in order with the trials on their places; who is drawn is not shown again further down.

    In a list too short to reach a trial place, its trial stands at the end.
    """
    drawn_ones, kept = set(trials), set(places)
    left, waiting = deque(pk for pk in ranked if pk not in drawn_ones), deque(trials)
    shown: list[int] = []
    while left or waiting:
        is_trial = waiting and (len(shown) in kept or not left)
        shown.append((waiting if is_trial else left).popleft())
    return shown


@lru_cache(maxsize=8_192)
def _below(up: int, down: int) -> NDArray[np.float64]:
    """The distribution of one belief at the edges of the cells, then at their middles."""
    height = (up - 1) * LOGS[0] + (down - 1) * LOGS[1] + LOGS[2]
    summed = np.concatenate([[0.0], np.cumsum(np.exp(height - height.max()))])
    summed /= summed[-1]
    return np.concatenate([summed[::PARTS], summed[PARTS // 2 :: PARTS]])


def _counted_above(above: NDArray[np.float64], who: NDArray[np.int64], *, most: int) -> NDArray[np.float64]:
    """Per one asked for and cell: the chance that 0, 1, … `most` of the others lie above."""
    found = np.zeros((len(who), most + 1, above.shape[1]))
    found[:, 0] = 1.0
    for at, chance in enumerate(above):
        other = np.where((who == at)[:, None], 0.0, chance)[:, None]
        found[:, 1:] = found[:, 1:] * (1.0 - other) + found[:, :-1] * other
        found[:, :1] *= 1.0 - other
    return found

"""Ranges in place of exact figures: what is shown, filtered and sorted of creators who did not consent to more.

A range is the band between two edges that are the same for everybody. Filters take edges only, for everybody, so that
no series of asks comes nearer to a figure than its band.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Edges = Sequence[int]  # rising; a band runs from one (included) to the next (excluded), the first from 0

FOLLOWERS: Final[Edges] = (1_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000)
GMV_FEN: Final[Edges] = (1, 100_000, 1_000_000, 10_000_000, 50_000_000, 100_000_000, 1_000_000_000)
GPM_FEN: Final[Edges] = (1, 1_000, 3_000, 5_000, 10_000, 20_000, 50_000)
PRICE_FEN: Final[Edges] = (2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
SHARE_BP: Final[Edges] = (500, 1_000, 2_000, 3_500, 5_000, 7_000, 9_000)
PIECES: Final[Edges] = (1, 5, 10, 20, 40)
WHOLE_BP: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What may be known of a number: itself where `low` is `high`, else that it is `low` or more and below `high`."""

    low: int
    high: int | None  # None: no bound

    @property
    def is_exact(self) -> bool:
        """Whether it is the number itself."""
        return self.low == self.high


def band_of(value: int, edges: Edges) -> int:
    """In which band a number lies, from 0."""
    return bisect_right(edges, value)


def range_of(value: int, edges: Edges) -> Figure:
    """The band of a number as a range."""
    band = band_of(value, edges)
    return Figure(low=edges[band - 1] if band else 0, high=edges[band] if band < len(edges) else None)


def shown(value: int | None, edges: Edges, *, is_exact: bool) -> Figure | None:
    """A number as it may be shown: itself with consent, else its range. Nothing in the lowest band is none at all."""
    if value is None:
        return None
    return Figure(low=value, high=value) if is_exact else range_of(value, edges)


def share_shown(share_bp: int | None, *, is_exact: bool) -> Figure | None:
    """A share as it may be shown; a range ends at the whole."""
    figure = shown(share_bp, SHARE_BP, is_exact=is_exact)
    return figure and Figure(low=figure.low, high=WHOLE_BP if figure.high is None else figure.high)


def shares_shown(shares: Mapping[str, int], *, is_exact: bool) -> dict[str, Figure]:
    """Shares as they may be shown, the largest first; equal ranges by name, so that their order tells nothing."""
    found = [(name, share_shown(share, is_exact=is_exact)) for name, share in shares.items()]
    kept = [(name, figure) for name, figure in found if figure is not None]
    return dict(sorted(kept, key=lambda each: (-each[1].low, each[0])))


def sort_key(value: int | None, edges: Edges, *, is_exact: bool) -> int:
    """What a list is ordered by: the figure as it is shown, by the lower end of a range; -1 where nothing is known."""
    figure = shown(value, edges, is_exact=is_exact)
    return -1 if figure is None else figure.low


def floors_of(share_bp: int) -> list[int]:
    """The edges a share reaches: what a filter of at least so much may ask for."""
    return list(SHARE_BP[: band_of(share_bp, SHARE_BP)])


def prices_shown(low: int | None, high: int | None, *, is_exact: bool) -> Figure | None:
    """The prices between which most was sold; without consent from the edge below to the edge above."""
    if low is None or high is None:
        return None
    if is_exact:
        return Figure(low=low, high=high)
    return Figure(low=range_of(low, PRICE_FEN).low, high=range_of(high, PRICE_FEN).high)

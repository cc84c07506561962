"""Whose goods are whose: what sells to which followers, told by who sold it, and how that suits one's own followers.

    usual(all)   = mean of the followers of creators who sold anything, each by log(1 + his settled lines)
    usual(of x)  = (n · mean of those who sold x + 5 · usual(above x)) ÷ (n + 5), n = (Σw)² ÷ Σw²: on how many it rests
    alike(a, b)  = Σ over parts min(a, b), of gender and of age, their mean
    factor       = 1.5 ^ clip((alike(own, usual of x) − alike(own, usual of all)) ÷ 0.2, −1, 1)

Above a product is its category, above that the next one, above the top one everything. Few sellers say little, since
what stands above weighs as five of them; what sells to everybody alike moves nothing. Nobody's buyers are known here:
followers stand for them.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery.rules.bands import Figure
from fenxiao.discovery.rules.suiting import COMPARED
from fenxiao.parties.audience import BUCKETS

PARTS: Final = tuple((dimension, bucket) for dimension in COMPARED for bucket in BUCKETS[dimension])
WIDTH: Final = len(PARTS)
ABOVE_WEIGHS: Final = 5.0  # sellers
LEAST_SELLERS: Final = 3.0  # of a product, for it to be told apart from its category
GAIN: Final = 1.5
WHOLE_LIFT: Final = 0.2  # in likeness: where the factor ends

Rows = NDArray[np.float64]  # N × WIDTH, a part each; NaN in the dimensions that are not known


def _spans() -> list[slice]:
    names = [dimension for dimension, _bucket in PARTS]
    return [slice(names.index(each), names.index(each) + names.count(each)) for each in COMPARED]


SPANS: Final = _spans()  # the columns of each dimension


def row_of(audience: Mapping[str, Mapping[str, Figure]]) -> list[float]:
    """An audience as a row: of ranges their middles, each dimension made to sum to one."""
    row = []
    for dimension in COMPARED:
        told = audience.get(dimension, {})
        middles = [_middle(told[bucket]) if bucket in told else 0.0 for bucket in BUCKETS[dimension]]
        whole = sum(middles)
        row += [each / whole if whole else np.nan for each in middles]
    return row


def usual_of(nodes: NDArray[np.int64], rows: Rows, *, weights: NDArray[np.float64], above: Rows) -> Rows:
    """The usual audience of each node: `rows` are those of its sellers, `above` that of what each node lies in."""
    found = np.empty_like(above)
    for span in SPANS:
        part = rows[:, span]
        known = np.where(np.isnan(part[:, 0]), 0.0, weights)
        sellers = _sellers(nodes, known, count=len(above))[:, None]
        mean = _means(nodes, np.nan_to_num(part), known, count=len(above))
        with np.errstate(invalid="ignore"):
            found[:, span] = (sellers * mean + ABOVE_WEIGHS * above[:, span]) / (sellers + ABOVE_WEIGHS)
    return found


def usual_of_all(rows: Rows, *, weights: NDArray[np.float64]) -> Rows:
    """One row: the usual audience of whatever is sold; NaN in dimensions that nobody told."""
    nodes, found = np.zeros(len(rows), dtype=np.int64), np.full((1, WIDTH), np.nan)
    for span in SPANS:
        part = rows[:, span]
        known = np.where(np.isnan(part[:, 0]), 0.0, weights)
        if known.any():
            found[:, span] = _means(nodes, np.nan_to_num(part), known, count=1)
    return found


def sellers_of(
    nodes: NDArray[np.int64], rows: Rows, *, weights: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """On how many creators whose followers are known each node rests."""
    known = np.where(np.isnan(rows).all(axis=1), 0.0, weights)
    return _sellers(nodes, known, count=count)


def audience_factors(own: Rows, usual: Rows, *, of_all: Rows) -> NDArray[np.float64]:
    """How much each usual audience suits one's own (a row); 1 where either is not known."""
    lift = _alike(own, usual) - _alike(own, of_all)
    return np.asarray(GAIN ** np.clip(np.nan_to_num(lift) / WHOLE_LIFT, -1.0, 1.0))


def _alike(own: Rows, usual: Rows) -> NDArray[np.float64]:
    """The mean over the dimensions that both know; NaN where there is none."""
    overlaps = np.stack([np.minimum(own[span], usual[:, span]).sum(axis=1) for span in SPANS])
    known = ~np.isnan(overlaps)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, overlaps, 0.0).sum(axis=0) / known.sum(axis=0))


def _sellers(nodes: NDArray[np.int64], weights: NDArray[np.float64], *, count: int) -> NDArray[np.float64]:
    sums = np.bincount(nodes, weights, minlength=count)
    squares = np.bincount(nodes, weights**2, minlength=count)
    return np.divide(sums**2, squares, out=np.zeros(count), where=squares > 0)


def _means(nodes: NDArray[np.int64], rows: Rows, weights: NDArray[np.float64], *, count: int) -> Rows:
    sums = np.bincount(nodes, weights, minlength=count)
    columns = [np.bincount(nodes, weights * column, minlength=count) for column in rows.T]
    whole = np.where(sums > 0, sums, 1.0)
    return np.stack([column / whole for column in columns], axis=1)


def _middle(figure: Figure) -> float:
    return (figure.low + (figure.low if figure.high is None else figure.high)) / 2

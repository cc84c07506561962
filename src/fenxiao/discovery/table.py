"""Asks without words, answered from the columns of a build: which rows, how many, in which order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fenxiao.discovery.columns import Column, Columns
from fenxiao.discovery.rules import OneOf, Within

Mask = npt.NDArray[np.bool_]
Rows = Column | slice
ALL: Final = slice(None)
MASKS_KEPT: Final = 16  # a byte per product each: one page asks for the same rows some five times
FIRST_STEP: Final = 1_024  # rows of an order looked at first; four times as many each time after


@dataclass(frozen=True, kw_only=True)
class Table:
    """The columns of a build without the goods that were refreshed since."""

    columns: Columns
    gone: Mask | None = None  # rows of those; None: there are none
    has_late: bool = False  # whether any were refreshed, known to the columns or not
    masks: dict[tuple[OneOf | Within, ...], Mask] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, columns: Columns, *, late: npt.NDArray[np.int64]) -> "Table":
        """The columns without the goods that came late."""
        rows = columns.rows_of(late)
        if not len(rows):
            return cls(columns=columns, has_late=bool(len(late)))
        gone = np.zeros(columns.size, dtype=np.bool_)
        gone[rows] = True
        return cls(columns=columns, gone=gone, has_late=True)

    def meeting(self, filters: Iterable[OneOf | Within]) -> Mask:
        """Which rows meet all of the filters; not to be written to, since it is kept."""
        asked = tuple(filters)
        mask = self.masks.get(asked)
        if mask is None:
            mask = self._meeting(asked)
            mask.flags.writeable = False
            if len(self.masks) >= MASKS_KEPT:
                self.masks.clear()
            self.masks[asked] = mask
        return mask

    def _meeting(self, filters: Iterable[OneOf | Within]) -> Mask:
        mask = np.ones(self.columns.size, dtype=np.bool_) if self.gone is None else ~self.gone
        for each in filters if self.columns.size else ():
            mask &= _meets(self.columns, each, ALL)
        return mask

    def among(self, product_ids: Collection[int], filters: Iterable[OneOf | Within]) -> Column:
        """The rows of those of the products that meet all of the filters; no more than these are looked at."""
        rows = self.columns.rows_of(np.array(list(product_ids), dtype=np.int64))
        mask = np.ones(len(rows), dtype=np.bool_) if self.gone is None else ~self.gone[rows]
        for each in filters if len(rows) else ():
            mask &= _meets(self.columns, each, rows)
        return rows[mask]


def _meets(columns: Columns, wanted: OneOf | Within, rows: Rows) -> Mask:
    if isinstance(wanted, Within):
        return _is_within(columns.numbers[wanted.field][rows], wanted)
    if wanted.field == "category":
        is_wanted = np.zeros(len(columns.leaves), dtype=np.bool_)
        for category_id in wanted.values:
            is_wanted[columns.below.get(str(category_id), [])] = True
        return is_wanted[columns.numbers["leaf"][rows]]
    column = columns.numbers[wanted.field][rows]
    if wanted.field == "plan_types":
        any_of: Mask = (column & sum(1 << int(value) for value in wanted.values)) > 0
        return any_of
    mask: Mask = column == wanted.values[0]
    for value in wanted.values[1:]:
        mask |= column == value
    return mask


def _is_within(column: Column, wanted: Within) -> Mask:
    mask: Mask = column >= wanted.least
    if wanted.most is not None:
        mask &= column <= wanted.most
    return mask


def beyond(columns: Columns, mask: Mask, order: str, *, key: int, is_rising: bool) -> Mask:
    """Those of the rows that come after `key` in an order."""
    if not columns.size:
        return mask
    keys = columns.keys[order]
    bound = np.uint64(key)
    return mask & ((keys > bound) if is_rising else (keys < bound))


def first_rows(columns: Columns, mask: Mask, order: str, *, wanted: int, total: int, is_rising: bool) -> Column:
    """The first rows of `total` in an order: of many by going through the order, of few by sorting them."""
    if not total:
        return np.empty(0, dtype=np.uint32)
    if total * total < columns.size * wanted:
        rows = np.flatnonzero(mask)
        rows = rows[np.argsort(columns.keys[order][rows])]
        return (rows if is_rising else rows[::-1])[:wanted]
    return _walked(mask, columns.rows[order], wanted=wanted, is_rising=is_rising)


def _walked(mask: Mask, rows: Column, *, wanted: int, is_rising: bool) -> Column:
    along = rows if is_rising else rows[::-1]
    found: list[Column] = []
    at, step, count = 0, FIRST_STEP, 0
    while at < len(along) and count < wanted:
        some = np.asarray(along[at : at + step])
        found.append(some[mask[some]])
        count += len(found[-1])
        at, step = at + step, step * 4
    return np.concatenate(found)[:wanted]


def values_at(held: Mapping[str, Column], names: Sequence[str], rows: Column) -> list[list[Any]]:
    """These columns of these rows."""
    return [held[name][rows].tolist() if len(rows) else [] for name in names]

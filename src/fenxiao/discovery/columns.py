"""The figures of all goods of a build, in columns beside its index, for asks that name no words.

Such an ask may meet nearly all goods. Counting them one by one through the index took 30 ms of a million; comparing
whole columns takes one, and each order is sorted when the index is built. The columns are written with the build and
never again: goods that were refreshed since are `late` (see `late`), are left out here and asked of the index.

BUILD/columns/NAME.npy     a number per product, in the order of ids
BUILD/columns/ORDER.npy    the keys of an order, per product
BUILD/columns/ORDER.rows.npy   the rows from the lowest key to the highest
BUILD/columns/leaves.json  categories and third level of each number in the column `leaf`
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fenxiao.discovery.layout import ORDERS, numbers_of
from fenxiao.discovery.rules import Entry, factors_of

Column = npt.NDArray[Any]
FACTORS: Final = ("level_boost", "earning", "availability")
UNKNOWN: Final = -1  # below every bound that may be asked


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """Where a product hangs in the tree."""

    categories: frozenset[str]  # its own and all above it
    third: str | None


class Recorder:
    """Takes the entries of a build and writes their columns."""

    def __init__(self) -> None:
        self._parts: list[dict[str, Column]] = []
        self._leaves: dict[tuple[tuple[str, ...], str | None], int] = {}

    def add(self, entries: Sequence[Entry]) -> None:
        """Note these goods; each product once."""
        if entries:
            rows = [self._row(entry) for entry in entries]
            self._parts.append({name: _column(name, [row[name] for row in rows]) for name in rows[0]})

    def _row(self, entry: Entry) -> dict[str, Any]:
        factors = factors_of(entry)
        leaf = self._leaves.setdefault((entry.category_ids, entry.third_id), len(self._leaves))
        return {
            "merchant_score_centi": UNKNOWN,
            **numbers_of(entry),
            "is_select": entry.is_select,
            "ships_free": entry.ships_free,
            "plan_types": sum(1 << plan_type for plan_type in entry.plan_types),  # a bit each
            "leaf": leaf,
            **dict(zip(FACTORS, (factors.level, factors.earning, factors.availability), strict=True)),
        }

    def write(self, build: Path) -> None:
        """Write the columns of all goods noted into the folder of a build."""
        folder = build / "columns"
        folder.mkdir()
        names = self._parts[0] if self._parts else ()
        rows = np.argsort(self._whole("id"), kind="stable") if self._parts else None
        for name in names:
            column = self._whole(name)[rows]
            if name in ORDERS:
                np.save(folder / f"{name}.npy", column)
                np.save(folder / f"{name}.rows.npy", np.argsort(column).astype(np.uint32))
            else:
                np.save(folder / f"{name}.npy", _narrowed(column))
        leaves = [[list(ids), third] for ids, third in self._leaves]
        (folder / "leaves.json").write_text(json.dumps(leaves), encoding="utf-8")

    def _whole(self, name: str) -> Column:
        return np.concatenate([part[name] for part in self._parts])


def _column(name: str, values: list[Any]) -> Column:
    return np.array(values, dtype=np.uint64 if name in ORDERS else None)


def _narrowed(column: Column) -> Column:
    """The same whole numbers in as few bytes as hold them: what is compared is read from memory each time."""
    if column.dtype.kind not in "iu":
        return column
    return column.astype(np.result_type(np.min_scalar_type(column.min()), np.min_scalar_type(column.max())))


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns of a build, memory-mapped."""

    size: int
    numbers: dict[str, Column] = field(repr=False)
    keys: dict[str, Column] = field(repr=False)  # per order, by row
    rows: dict[str, Column] = field(repr=False)  # per order, the rows from the lowest key to the highest
    leaves: tuple[Leaf, ...] = field(repr=False)
    below: dict[str, list[int]] = field(repr=False)  # per category the numbers of the leaves in it

    @classmethod
    def of(cls, build: Path) -> "Columns":
        """The columns of the build in this folder; an `OSError` or a `ValueError` where they are not whole."""
        folder = build / "columns"
        leaves = tuple(
            Leaf(categories=frozenset(ids), third=third)
            for ids, third in json.loads((folder / "leaves.json").read_text(encoding="utf-8"))
        )
        held = {file.name.removesuffix(".npy"): np.load(file, mmap_mode="r") for file in folder.glob("*.npy")}
        sizes = {len(column) for column in held.values()}
        if len(sizes) > 1 or bool(sizes) != bool(leaves):
            raise ValueError(f"columns in {folder} are of several lengths: {sorted(sizes)}")
        return cls(
            size=sizes.pop() if sizes else 0,
            numbers={name: column for name, column in held.items() if not name.startswith(ORDERS)},
            keys={name: held[name] for name in ORDERS if name in held},
            rows={name: held[f"{name}.rows"] for name in ORDERS if name in held},
            leaves=leaves,
            below=_below(leaves),
        )

    def rows_of(self, product_ids: npt.NDArray[np.int64]) -> Column:
        """The rows of those of the products that are here."""
        if not self.size:
            return np.empty(0, dtype=np.int64)
        ids = self.numbers["id"]
        rows = np.searchsorted(ids, product_ids)
        rows = np.minimum(rows, self.size - 1)
        found: Column = rows[ids[rows] == product_ids]
        return found


def _below(leaves: Sequence[Leaf]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, leaf in enumerate(leaves):
        for category_id in leaf.categories:
            found.setdefault(category_id, []).append(number)
    return found

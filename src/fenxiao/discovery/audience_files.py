"""Whose goods are whose, counted with the matches and kept beside them: no statement is sent when a list is ranked.

matching/current/audiences/creator_ids.npy (sorted), creators.npy      the followers of each creator, as he told them
matching/current/audiences/product_ids.npy (sorted), goods.npy         the usual audience of goods that enough sold
matching/current/audiences/categories.json, usual.npy                  of every category, behind one row for everything
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery import match_files
from fenxiao.discovery.rules.audiences import Rows, audience_factors

FOLDER: Final = "audiences"
COLUMNS: Final = ("creator_ids", "creators", "product_ids", "goods", "usual")
OF_ALL: Final = 0  # the row of everything


@dataclass(frozen=True, kw_only=True)
class Audiences:
    """Followers of creators and usual audiences of goods, as of one night."""

    creator_ids: NDArray[np.int64]
    creators: NDArray[Any]
    product_ids: NDArray[np.int64]
    goods: NDArray[Any]
    categories: dict[str, int]  # the row of each in `usual`
    usual: NDArray[Any]

    def factors_of(self, creator_id: int, goods: Sequence[tuple[int, Sequence[str]]]) -> list[float]:
        """How well goods, each with its categories from below, suit his followers."""
        at = _place(self.creator_ids, creator_id)
        if at is None or not goods:
            return [1.0] * len(goods)
        own, of_all = self.creators[at].astype(np.float64), self.usual[[OF_ALL]].astype(np.float64)
        factors: list[float] = audience_factors(own, self._usual_of(goods), of_all=of_all).tolist()
        return factors

    def _usual_of(self, goods: Sequence[tuple[int, Sequence[str]]]) -> Rows:
        """Each product's own usual audience, or that of the nearest category of which one is known."""
        nearest = {path: self._nearest(path) for path in {tuple(path) for _pk, path in goods}}
        rows = self.usual[[nearest[tuple(path)] for _pk, path in goods]].astype(np.float64)
        if len(self.product_ids):
            wanted = np.array([pk for pk, _path in goods])
            places = np.minimum(np.searchsorted(self.product_ids, wanted), len(self.product_ids) - 1)
            own = self.product_ids[places] == wanted
            rows[own] = self.goods[places[own]]
        return rows

    def _nearest(self, path: Iterable[str]) -> int:
        return next((self.categories[each] for each in path if each in self.categories), OF_ALL)


def factors_for(creator_id: int, goods: Sequence[tuple[int, Sequence[str]]]) -> list[float]:
    """How well goods suit a creator's followers, by what was counted last; 1 where nothing was."""
    counted = current()
    return [1.0] * len(goods) if counted is None else counted.factors_of(creator_id, goods)


_opened: dict[Path, Audiences | None] = {}


def current() -> Audiences | None:
    """What was counted last; None where nothing was yet."""
    folder = match_files.live()
    if folder is None:
        return None
    if folder not in _opened:
        _opened.clear()
        _opened[folder] = _read(folder / FOLDER)
    return _opened[folder]


def write(folder: Path, counted: Audiences) -> None:
    """Write what was counted into a folder of matches that is not served yet."""
    (folder / FOLDER).mkdir()
    for name in COLUMNS:
        held = getattr(counted, name)
        np.save(folder / FOLDER / f"{name}.npy", held if name.endswith("_ids") else held.astype(np.float32))
    (folder / FOLDER / "categories.json").write_text(json.dumps(counted.categories), encoding="utf-8")


def _read(folder: Path) -> Audiences | None:
    with suppress(OSError):
        columns = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in COLUMNS}
        return Audiences(**columns, categories=json.loads((folder / "categories.json").read_text(encoding="utf-8")))
    return None


def _place(ids: NDArray[np.int64], wanted: int) -> int | None:
    at = int(np.searchsorted(ids, wanted))
    return at if at < len(ids) and ids[at] == wanted else None

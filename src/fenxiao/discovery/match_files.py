"""Where matches lie: a folder per making and the link `current` to the one that serves, as for the index.

matching/current -> v2-3f2a…          a relative link, replaced by rename
matching/v2-3f2a…/goods_for_creator/  ids.npy and named.npy (sorted), others.npy and scores.npy (N × k), memory-mapped
matching/making.lock                  held by the one who makes them
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery import builds
from fenxiao.discovery.errors import MatchesBeingMade, MatchesMissing
from fenxiao.kernel.settings import settings

PREFIX = "v2-"
NOBODY = -1  # fills a row that has fewer
COLUMNS = ("ids", "named", "others", "scores")


class Kind(StrEnum):
    """What is matched with what."""

    GOODS_FOR_CREATOR = "goods_for_creator"
    CREATORS_FOR_PRODUCT = "creators_for_product"
    ALIKE_CREATORS = "alike_creators"
    BOUGHT_TOGETHER = "bought_together"


@dataclass(frozen=True, kw_only=True)
class Table:
    """For each id (N, sorted) what suits it, best first, and how well (N × k)."""

    ids: NDArray[np.int64]
    named: NDArray[np.int64]  # M, sorted: the ids of what may suit
    others: NDArray[np.int32]  # places among them; NOBODY fills a row that has fewer
    scores: NDArray[np.float32]

    def of(self, wanted: int) -> list[tuple[int, float]]:
        """What suits the one wanted; nothing for one that was not there."""
        at = int(np.searchsorted(self.ids, wanted))
        if at == len(self.ids) or self.ids[at] != wanted:
            return []
        others = self.others[at][self.others[at] != NOBODY]
        return list(zip(self.named[others].tolist(), self.scores[at][: len(others)].tolist(), strict=True))


_opened: dict[tuple[Path, Kind], Table] = {}


def root() -> Path:
    """The folder of everything here."""
    return settings().home / "matching"


def table(kind: Kind) -> Table:
    """The matches that serve now. Refuses (`MatchesMissing`) where there are none."""
    folder = live()
    if folder is None:
        raise MatchesMissing
    known = _opened.get((folder, kind))
    if known is None:
        for old in [key for key in _opened if key[0] != folder]:
            _opened.pop(old, None)
        known = _opened[folder, kind] = _read(folder / kind)
    return known


def live() -> Path | None:
    """The folder that serves; None where there is none of this form."""
    return builds.live(root(), prefix=PREFIX)


@contextmanager
def making() -> Iterator[Path]:
    """An empty folder, swapped in at the end; one who dies half-way leaves the one before serving.

    Refuses (`MatchesBeingMade`) while another makes them.
    """
    with builds.alone(root() / "making.lock", refusal=MatchesBeingMade):
        new = builds.begin(root(), prefix=PREFIX)
        yield new
        builds.swap(root(), new)


def write(folder: Path, kind: Kind, matches: Table) -> None:
    """Write one table into a folder that is not served yet."""
    (folder / kind).mkdir()
    for name in COLUMNS:
        np.save(folder / kind / f"{name}.npy", getattr(matches, name))


def _read(folder: Path) -> Table:
    try:
        return Table(**{name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in COLUMNS})
    except OSError as error:
        raise MatchesMissing from error

"""Which goods were refreshed since a build: the columns beside it know them no more, the index does.

Each refresh notes its goods before it commits, in a file named by the commit it goes on from. Who reads takes the
notes of the commits before the one it reads; a refresh that died leaves a note that the next one writes over.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt


def commit_of(build: Path) -> int:
    """The number of the last commit; each is higher than the one before, merges in between leave it."""
    return int(json.loads((build / "meta.json").read_bytes())["opstamp"])


def note(build: Path, product_ids: Sequence[int]) -> None:
    """Note goods before they are refreshed. Call it holding `folders.writing`."""
    new = build / "late.new"
    with new.open("wb") as file:
        np.save(file, np.array(product_ids, dtype=np.int64))
    new.replace(build / f"late-{commit_of(build)}.npy")


def noted(build: Path, *, before: int) -> npt.NDArray[np.int64]:
    """The goods refreshed in commits up to the one numbered `before`, some perhaps twice."""
    notes = [file for file in build.glob("late-*.npy") if int(file.stem.removeprefix("late-")) < before]
    return np.concatenate([_read(file) for file in notes]) if notes else np.empty(0, dtype=np.int64)


@lru_cache(maxsize=4_096)  # one each few seconds until the next build, and none is written again once it counts
def _read(file: Path) -> npt.NDArray[np.int64]:
    return np.load(file)  # type: ignore[no-any-return]  # of a file anything may come

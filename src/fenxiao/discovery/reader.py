"""The live index, opened once per process and opened anew when it was written to or swapped.

Two system calls a search tell whether anything changed; tantivy's own watcher would be a thread, which a forked web
worker does not inherit.
"""

import threading
from dataclasses import dataclass
from pathlib import Path

from tantivy import Index, Searcher

from fenxiao.discovery import folders, layout
from fenxiao.discovery.errors import IndexMissing


@dataclass(frozen=True)
class _Open:
    """An open build and the commit its searcher shows."""

    folder: Path
    commit: tuple[int, int]
    index: Index


_guard = threading.Lock()
_opened: dict[Path, _Open] = {}


def searcher() -> Searcher:
    """The live index as of its last commit; a searcher in hand shows the same goods however long it is kept.

    Refuses (`IndexMissing`) when nothing was built yet.
    """
    for _ in range(3):  # a build swapped in and out between two calls takes its folder away
        folder = folders.live()
        if folder is None:
            break
        try:
            return _current(folder).index.searcher()
        except (OSError, ValueError):
            _opened.pop(folders.root(), None)
    raise IndexMissing


def _current(folder: Path) -> _Open:
    commit = _commit_of(folder)
    known = _opened.get(folders.root())
    if known is not None and (known.folder, known.commit) == (folder, commit):
        return known
    with _guard:
        index = known.index if known is not None and known.folder == folder else layout.opened(str(folder))
        index.reload()
        _opened[folders.root()] = fresh = _Open(folder, commit, index)
        return fresh


def _commit_of(folder: Path) -> tuple[int, int]:
    """Which commit stands there: tantivy renames a new meta.json into place for each."""
    found = (folder / "meta.json").stat()
    return found.st_ino, found.st_mtime_ns

"""The live index, opened once per process and opened anew when it was written to or swapped.

Two system calls a search tell whether anything changed; tantivy's own watcher would be a thread, which a forked web
worker does not inherit.
"""

import threading
from dataclasses import dataclass
from pathlib import Path

from tantivy import Index, Searcher

from fenxiao.discovery import folders, late, layout
from fenxiao.discovery.columns import Columns
from fenxiao.discovery.errors import IndexMissing
from fenxiao.discovery.table import Table


@dataclass(frozen=True, kw_only=True)
class View:
    """The index as of one commit: whoever holds it sees the same goods however long it is kept."""

    searcher: Searcher
    table: Table


@dataclass(frozen=True, kw_only=True)
class _Open:
    """An open build, and the view of the commit that `identity` tells."""

    folder: Path
    identity: tuple[int, int]
    index: Index
    columns: Columns
    view: View


_guard = threading.Lock()
_opened: dict[Path, _Open] = {}


def view() -> View:
    """The live index as of its last commit. Refuses (`IndexMissing`) when nothing was built yet, or it is damaged."""
    for _ in range(3):  # a build swapped in and out between two calls takes its folder away
        folder = folders.live()
        if folder is None:
            break
        try:
            return _current(folder).view
        except (OSError, ValueError, LookupError):
            _opened.pop(folders.root(), None)
    raise IndexMissing


def searcher() -> Searcher:
    """What `view` shows, of the index alone."""
    return view().searcher


def _current(folder: Path) -> _Open:
    identity = _identity_of(folder)
    known = _opened.get(folders.root())
    if known is not None and (known.folder, known.identity) == (folder, identity):
        return known
    with _guard:
        if known is not None and known.folder == folder:
            index, columns = known.index, known.columns
        else:
            index, columns = layout.opened(str(folder)), Columns.of(folder)
        fresh = _Open(
            folder=folder, identity=identity, index=index, columns=columns, view=_newest(folder, index, columns)
        )
        _opened[folders.root()] = fresh
        return fresh


def _newest(folder: Path, index: Index, columns: Columns) -> View:
    """The last commit with the notes of what it holds: read again where another came in between."""
    while True:
        commit = late.commit_of(folder)
        index.reload()
        searcher, table = index.searcher(), Table.of(columns, late=late.noted(folder, before=commit))
        if late.commit_of(folder) == commit:
            return View(searcher=searcher, table=table)


def _identity_of(folder: Path) -> tuple[int, int]:
    """Which commit stands there: tantivy renames a new meta.json into place for each."""
    found = (folder / "meta.json").stat()
    return found.st_ino, found.st_mtime_ns

"""An index of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fenxiao.discovery import folders, reader
from fenxiao.kernel.settings import settings


@pytest.fixture(autouse=True)
def own_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of the test's own for the index; the database is reached already and stays where it is."""
    monkeypatch.setenv("FENXIAO_HOME", str(tmp_path))
    settings.cache_clear()
    yield folders.root()
    reader._opened.pop(folders.root(), None)
    monkeypatch.undo()
    settings.cache_clear()

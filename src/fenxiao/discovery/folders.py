"""Where the index lies: a folder per build and the link `current` to the one that serves.

index/current -> v1-3f2a…      the live build (a relative link, replaced by rename)
index/v1-3f2a…/                its files; the one before it is kept until the next build, for who still opens it
index/rebuild.lock             held by the one who rebuilds
index/write.lock               held by the one who writes to the live build, or swaps
index/missed                   ids of products refreshed while a build runs, one a line
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from fenxiao.discovery.errors import IndexBeingBuilt
from fenxiao.discovery.layout import VERSION
from fenxiao.kernel.settings import settings

PREFIX = f"v{VERSION}-"


def root() -> Path:
    """The folder of everything here."""
    return settings().index_dir


def live() -> Path | None:
    """The build that serves; None when there is none of this version's layout."""
    with suppress(OSError):
        name = (root() / "current").readlink().name
        return root() / name if name.startswith(PREFIX) and (root() / name).is_dir() else None
    return None


@contextmanager
def rebuilding() -> Iterator[None]:
    """Be the one who rebuilds; refuses (`IndexBeingBuilt`) while another does."""
    with _locked("rebuild.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
        yield


@contextmanager
def writing() -> Iterator[None]:
    """Be the one who writes to the live build, waiting for the one before."""
    with _locked("write.lock", fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(name: str, kind: int) -> Iterator[None]:
    root().mkdir(parents=True, exist_ok=True)
    with (root() / name).open("ab") as lock:
        try:
            fcntl.flock(lock, kind)
        except BlockingIOError as error:
            raise IndexBeingBuilt from error
        yield


def begin() -> Path:
    """An empty folder for a new build, and a fresh list of what it will miss. What died half-way is swept away."""
    kept = live()
    for old in root().glob("v*-*"):
        if old != kept:
            shutil.rmtree(old, ignore_errors=True)
    new = root() / f"{PREFIX}{uuid4().hex}"
    new.mkdir()
    with writing():
        (root() / "missed").write_text("")
    return new


def note_missed(product_ids: Iterable[int]) -> None:
    """Note what a build that runs now may have read too early. Call it holding `writing`."""
    if (root() / "missed").exists():
        with (root() / "missed").open("a") as missed:
            missed.writelines(f"{product_id}\n" for product_id in product_ids)


def missed() -> list[int]:
    """What was noted since the build began, each once."""
    return sorted({int(line) for line in (root() / "missed").read_text().splitlines()})


def swap(new: Path) -> None:
    """Let `new` serve from now on. Call it holding `writing`."""
    fresh = root() / "current.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(new.name)
    fresh.replace(root() / "current")
    _keep(root())
    (root() / "missed").unlink()


def _keep(folder: Path) -> None:
    """Make the rename last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def note_boosts(build: Path, boosts_id: int | None) -> None:
    """Note by which boosts goods stand in a build; None: those the house begins with."""
    (build / "boosts").write_text(str(boosts_id or ""), encoding="utf-8")


def boosts_of(build: Path) -> int | None:
    """By which boosts goods stand in a build."""
    with suppress(OSError, ValueError):
        return int((build / "boosts").read_text(encoding="utf-8"))
    return None

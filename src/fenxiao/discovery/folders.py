"""Where the index lies: a folder per build and the link `current` to the one that serves.

index/current -> v1-3f2a…      the live build (a relative link, replaced by rename)
index/v1-3f2a…/                its files; the one before it is kept until the next build, for who still opens it
index/rebuild.lock             held by the one who rebuilds
index/write.lock               held by the one who writes to the live build, or swaps
index/missed                   ids of products refreshed while a build runs, one a line
"""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fenxiao.discovery import builds
from fenxiao.discovery.errors import IndexBeingBuilt
from fenxiao.discovery.layout import VERSION
from fenxiao.kernel.settings import settings

PREFIX = f"v{VERSION}-"


def root() -> Path:
    """The folder of everything here."""
    return settings().index_dir


def live() -> Path | None:
    """The build that serves; None when there is none of this version's layout."""
    return builds.live(root(), prefix=PREFIX)


@contextmanager
def rebuilding() -> Iterator[None]:
    """Be the one who rebuilds; refuses (`IndexBeingBuilt`) while another does."""
    with builds.alone(root() / "rebuild.lock", refusal=IndexBeingBuilt):
        yield


@contextmanager
def writing() -> Iterator[None]:
    """Be the one who writes to the live build, waiting for the one before."""
    root().mkdir(parents=True, exist_ok=True)
    with (root() / "write.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def begin() -> Path:
    """An empty folder for a new build, and a fresh list of what it will miss. What died half-way is swept away."""
    new = builds.begin(root(), prefix=PREFIX)
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
    builds.swap(root(), new)
    (root() / "missed").unlink()


def note_boosts(build: Path, boosts_id: int | None) -> None:
    """Note by which boosts goods stand in a build; None: those the house begins with."""
    (build / "boosts").write_text(str(boosts_id or ""), encoding="utf-8")


def boosts_of(build: Path) -> int | None:
    """By which boosts goods stand in a build."""
    with suppress(OSError, ValueError):
        return int((build / "boosts").read_text(encoding="utf-8"))
    return None

"""Folders made anew as a whole: one per build, and the link `current` to the one that serves.

A build is named by the version of its form, so that code of another version does not read it; the link is relative and
replaced by rename, so that whoever dies half-way leaves the build before serving.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from fenxiao.kernel.errors import Refused


def live(root: Path, *, prefix: str) -> Path | None:
    """The build that serves; None where there is none of this version."""
    with suppress(OSError):
        name = (root / "current").readlink().name
        return root / name if name.startswith(prefix) and (root / name).is_dir() else None
    return None


def begin(root: Path, *, prefix: str) -> Path:
    """An empty folder for a new build. What died half-way is swept away."""
    kept = live(root, prefix=prefix)
    for old in root.glob("v*-*"):
        if old != kept:
            shutil.rmtree(old, ignore_errors=True)
    new = root / f"{prefix}{uuid4().hex}"
    new.mkdir()
    return new


def swap(root: Path, new: Path) -> None:
    """Let `new` serve from now on, through a power cut too."""
    fresh = root / "current.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(new.name)
    fresh.replace(root / "current")
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone(lock: Path, *, refusal: type[Refused]) -> Iterator[None]:
    """Be the only one who holds the lock; refuses, as told, while another does."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("ab") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise refusal from error
        yield

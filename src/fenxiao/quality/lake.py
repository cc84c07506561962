"""Where grading keeps its files: a folder per run under the lake, each file whole or not there at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fenxiao.kernel.settings import settings

SNAPSHOTS_KEPT = 3  # a snapshot is as large as the facts; grades are small and stay


def run_folder(run_id: int) -> Path:
    """The folder of a run, relative to the lake."""
    return Path("grading") / f"run-{run_id:06d}"


def absolute(folder: Path | str) -> Path:
    """A folder of the lake as a full path."""
    return settings().lake_dir / folder


def grades_file(folder: Path | str) -> Path:
    """The grades of the run with this folder."""
    return absolute(folder) / "grades.parquet"


def plans_folder() -> Path:
    """Where the plans of policies are kept."""
    return absolute("grading") / "plans"


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """A path to write to, which becomes `target` when all went well and vanishes when not."""
    part = target.with_name(f"{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove(part)
    try:
        yield part
        part.rename(target)
    finally:
        _remove(part)


def keep_beside(folder: Path, file: Path) -> None:
    """Copy a file of a part into the run's folder."""
    shutil.copy(file, folder / file.name)


def forget(folder: Path) -> None:
    """Remove all that a run has written."""
    _remove(absolute(folder))


def forget_old_snapshots(*, needed: Path | str | None) -> None:
    """Keep the snapshots of the last runs, and that of the run with the folder `needed`."""
    snapshots = sorted(absolute("grading").glob("run-*/snapshot"))
    for folder in snapshots[:-SNAPSHOTS_KEPT]:
        if needed is None or folder.parent != absolute(needed):
            _remove(folder)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)

"""A run's files in layers: what a full run wrote, and over it what regradings since have put in its place.

So a regrading costs what it changes. Beside NAME.parquet, which both runs then share, lie NAME.patch.parquet with the
rows that are new and NAME.hidden.parquet with the keys of the rows that they replace or that are no more.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb

from fenxiao.quality.engine import LAST

# What is laid over, and by which key; the other files are small and written whole.
KEYS: Final = {
    "grades": "product_id",
    "products": "product_id",
    "days": "product_id",
    "promotions": "product_id",
    "before": "product_id",
    "places": "group_key",
    "last_goods": "third_id",
}
WHOLE: Final = ("brands", "peer_groups", "last_cells", "last_shares")
FOUND_BY: Final = KEYS | {"brands": "third_id", "peer_groups": "group_key"}  # what single rows are asked for by
FORM: Final = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20000"  # a look-up reads one row group
MEMORY: Final = "2GB"


def key_of(file: Path) -> str:
    """The column by which a file's rows are asked for, and in whose order they stand."""
    return FOUND_BY[file.stem]


def patch_of(file: Path) -> Path:
    """What lies over a file, where it is there."""
    return _over(file, "patch")


def hidden_of(file: Path) -> Path:
    """The keys of the rows that this replaces."""
    return _over(file, "hidden")


def rows_of(file: Path, *, where: str = "true", columns: str = "*") -> str:
    """The rows of a file with all that lies over it, as SQL; `where` may ask for the file's key alone."""
    patch, hidden, key = _over(file, "patch"), _over(file, "hidden"), KEYS.get(file.stem, "")
    base = f"SELECT {columns} FROM read_parquet('{file}') WHERE {where}"  # noqa: S608  # our own names
    if not patch.exists():
        return base
    return (
        f"{base} AND {key} NOT IN (SELECT {key} FROM read_parquet('{hidden}') WHERE {where})"  # noqa: S608  # our own names
        f" UNION ALL SELECT {columns} FROM read_parquet('{patch}') WHERE {where}"
    )


def last_tables(folder: Path) -> dict[str, str]:
    """What the run with this folder kept for the next, as SQL by the names of its files."""
    return {name: rows_of(folder / "snapshot" / f"{name}.parquet") for name in LAST.values()}


def can_be_laid_over(folder: Path) -> bool:
    """Whether the run with this folder still has all that a regrading needs."""
    files = [_file(folder, name) for name in (*KEYS, *WHOLE)]
    return all(file.exists() for file in files)


def lay(change: Path, *, over: Path, into: Path) -> None:
    """Make the folder `into` of what a regrading wrote in `change` and the last run's folder `over`."""
    (into / "snapshot").mkdir(parents=True, exist_ok=True)
    for name in WHOLE:
        (change / f"{name}.parquet").rename(_file(into, name))
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(into / "scratch")}) as rows:
        _hide(rows, change, over)
        for name, key in KEYS.items():
            base = _file(over, name)
            os.link(base, _file(into, name))
            for kind, query in _parts(base, change / f"{name}.parquet", key):
                rows.execute(f"COPY ({query}) TO '{_over(_file(into, name), kind)}' ({FORM})")
            if not _over(base, "patch").exists():
                (change / f"{name}.parquet").rename(_over(_file(into, name), "patch"))


def patched(folder: Path) -> int:
    """How many products' grades lie over those of the last full run."""
    patch = _over(_file(folder, "grades"), "patch")
    return _count(patch) if patch.exists() else 0


def product_ids_over(folder: Path) -> list[int]:
    """The products whose grades lie over those of the last full run."""
    patch = _over(_file(folder, "grades"), "patch")
    return [row[0] for row in _rows(f"SELECT product_id FROM read_parquet('{patch}')")]  # noqa: S608  # our own name


def _file(folder: Path, name: str) -> Path:
    return folder / ("." if name == "grades" else "snapshot") / f"{name}.parquet"


def _over(file: Path, kind: str) -> Path:
    return file.with_suffix(f".{kind}.parquet")


def _hide(rows: duckdb.DuckDBPyConnection, change: Path, over: Path) -> None:
    """Make a table hidden_KEY of each key: what is new, and what the changed categories had. Grades have their own."""
    new = {name: f"FROM read_parquet('{change / name}.parquet')" for name in ("dirty", "products", "grades")}
    had = f"SELECT product_id FROM ({rows_of(_file(over, 'products'))}) WHERE third_id IN ({new['dirty']})"  # noqa: S608  # our own names
    rows.execute(f"CREATE TEMP TABLE hidden_third_id AS {new['dirty']}")
    rows.execute(f"CREATE TEMP TABLE hidden_product_id AS {had} UNION SELECT product_id {new['products']}")
    regraded = f"SELECT product_id {new['grades']}"
    rows.execute(f"CREATE TEMP TABLE hidden_grades AS FROM hidden_product_id UNION {regraded}")
    groups = change / "hidden_groups.parquet"
    rows.execute(f"CREATE TEMP TABLE hidden_group_key AS FROM read_parquet('{groups}')")


def _parts(base: Path, new: Path, key: str) -> Iterator[tuple[str, str]]:
    """What is to be written over `base`, where something may lie already."""
    hidden, had = "hidden_grades" if base.stem == "grades" else f"hidden_{key}", _over(base, "hidden")
    before, keys = _over(base, "patch"), f"SELECT {key} FROM {hidden}"  # noqa: S608  # our own names
    if before.exists():
        kept = f"FROM read_parquet('{before}') WHERE {key} NOT IN ({keys})"
        order = "shelf" if base.stem == "last_goods" else key
        yield "patch", f"FROM ({kept} UNION ALL FROM read_parquet('{new}')) ORDER BY {order}"
        keys = f"{keys} UNION FROM read_parquet('{had}')"
    yield "hidden", f"FROM ({keys}) ORDER BY ALL"


def _count(file: Path) -> int:
    return int(_rows(f"SELECT count(*) FROM read_parquet('{file}')")[0][0])  # noqa: S608  # our own name


def _rows(query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as rows:
        return rows.execute(query).fetchall()

"""The stages on DuckDB, in this process."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

import duckdb

from fenxiao.quality.engine.plans import Kind, Stage
from fenxiao.quality.engine.sources import SOURCES

NAMED: Final = f"duckdb:{duckdb.__version__}"
MEMORY: Final = "6GB"
ROW_GROUP: Final = 20_000  # a look-up by id reads one or two of these
# Writing is a fifth of a run. More thorough compression, and dictionaries of values that hardly repeat, take a fifth of
# that for nothing: the files are smaller without.
FORM: Final = (
    f"FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 2000, ROW_GROUP_SIZE {ROW_GROUP}"
)
AT_ONCE: Final = 1_000_000  # products whose days are summed at a time; more would take more memory and no less time
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
BY_PRODUCT: Final = ("products", "days", "promotions", "before")


def run(
    plan: Sequence[Stage],
    *,
    snapshot: Path,
    into: Path,
    scratch: Path,
    engine: str,
    last: Mapping[str, str] = NOTHING,
) -> None:
    """Run the stages. `engine` is of no use here: there is one in each process. `last` are the last run's tables."""
    del engine
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(scratch)}) as lake:
        lake.execute("SET enable_progress_bar = false")
        _show_tables(lake, snapshot, last)
        for stage in plan:
            if stage.kind == Kind.FROM_LAST:
                _open_shelves(lake, last["last_goods"])
            _run_stage(lake, stage, snapshot=snapshot, into=into)
            for name in stage.done_with:
                lake.execute(f"DROP TABLE {name}")


def _show_tables(lake: duckdb.DuckDBPyConnection, snapshot: Path, last: Mapping[str, str]) -> None:
    for name in (*SOURCES, *(["dirty"] if last else [])):
        lake.execute(f"CREATE TEMP VIEW {name} AS FROM read_parquet('{snapshot / name}.parquet')")
    for name, query in last.items():
        lake.execute(f"CREATE TEMP VIEW {name} AS {query}")


def _open_shelves(lake: duckdb.DuckDBPyConnection, last_goods: str) -> None:
    """Show only the shelves that are needed: with their numbers written out the rest of the file is not read."""
    shelves = [str(row[0]) for row in lake.execute("SELECT DISTINCT shelf FROM needed").fetchall()] or ["NULL"]
    query = f"SELECT * FROM ({last_goods}) WHERE shelf IN ({', '.join(shelves)})"  # noqa: S608  # whole numbers
    lake.execute(f"CREATE OR REPLACE TEMP VIEW last_goods AS {query}")


def _run_stage(lake: duckdb.DuckDBPyConnection, stage: Stage, *, snapshot: Path, into: Path) -> None:
    if stage.kind == Kind.BY_RANGES:
        _run_by_ranges(lake, stage, snapshot)
    elif stage.kind in {Kind.KEPT, Kind.FROM_LAST}:
        lake.execute(f"CREATE TEMP TABLE {stage.name} AS {stage.query}")
    else:
        is_grades = stage.kind == Kind.GRADES
        target = into if is_grades else snapshot / f"{stage.name}.parquet"
        order = "ORDER BY product_id" if is_grades else ""  # joins do not keep it, and look-ups live by it
        lake.execute(f"COPY (FROM ({stage.query}) {order}) TO '{target}' ({FORM})")


def _run_by_ranges(lake: duckdb.DuckDBPyConnection, stage: Stage, snapshot: Path) -> None:
    """The rows of a stage for one range of products after another."""
    lake.execute(f"CREATE TEMP TABLE {stage.name} AS SELECT * FROM ({stage.query}) LIMIT 0")  # noqa: S608  # our own
    for low, high in _ranges(lake):
        for name in BY_PRODUCT:
            lake.execute(
                f"CREATE OR REPLACE TEMP VIEW {name} AS FROM read_parquet('{snapshot / name}.parquet') "
                f"WHERE product_id BETWEEN {low} AND {high}"
            )
        lake.execute(f"INSERT INTO {stage.name} {stage.query}")
    for name in BY_PRODUCT:
        lake.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM read_parquet('{snapshot / name}.parquet')")


def _ranges(lake: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, int]]:
    """Ranges of ids that hold all products, each with about as many of them."""
    found = lake.execute("SELECT min(product_id), max(product_id), count(*) FROM products").fetchall()[0]
    low, last, products = (value or 0 for value in found)
    width = (last - low) // max(1, round(products / AT_ONCE)) + 1
    yield from ((start, start + width - 1) for start in range(low, last + 1, width))

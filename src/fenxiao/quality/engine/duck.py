"""The stages on DuckDB, in this process."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import duckdb

from fenxiao.quality.engine.sources import SOURCES
from fenxiao.quality.engine.staging import GOODS, Kind, Stage

NAMED: Final = f"duckdb:{duckdb.__version__}"
MEMORY: Final = "6GB"
ROW_GROUP: Final = 20_000  # a look-up by id reads one or two of these
FORM: Final = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}"
AT_ONCE: Final = 1_000_000  # products whose days are summed at a time; more would take more memory and no less time
BY_PRODUCT: Final = ("products", "days", "promotions", "before")


def run(plan: Sequence[Stage], *, snapshot: Path, into: Path, scratch: Path, engine: str) -> None:
    """Run the stages. `engine` is of no use here: there is one in each process."""
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(scratch)}) as lake:
        lake.execute("SET enable_progress_bar = false")
        for name in SOURCES:
            lake.execute(f"CREATE TEMP VIEW {name} AS FROM read_parquet('{snapshot / name}.parquet')")
        for stage in plan:
            _run_stage(lake, stage, snapshot=snapshot, into=into)
            for name in stage.done_with:
                lake.execute(f"DROP TABLE {name}")


def _run_stage(lake: duckdb.DuckDBPyConnection, stage: Stage, *, snapshot: Path, into: Path) -> None:
    if stage.name == GOODS:
        _run_by_ranges(lake, stage, snapshot)
    elif stage.kind == Kind.KEPT:
        lake.execute(f"CREATE TEMP TABLE {stage.name} AS {stage.query}")
    else:
        target = into if stage.kind == Kind.GRADES else snapshot / f"{stage.name}.parquet"
        lake.execute(f"COPY ({stage.query}) TO '{target}' ({FORM})")


def _run_by_ranges(lake: duckdb.DuckDBPyConnection, stage: Stage, snapshot: Path) -> None:
    """The rows of a stage for one range of products after another."""
    made = f"CREATE TEMP TABLE {stage.name} AS"
    for low, high in _ranges(lake):
        for name in BY_PRODUCT:
            lake.execute(
                f"CREATE OR REPLACE TEMP VIEW {name} AS FROM read_parquet('{snapshot / name}.parquet') "
                f"WHERE product_id BETWEEN {low} AND {high}"
            )
        lake.execute(f"{made} {stage.query}")
        made = f"INSERT INTO {stage.name}"


def _ranges(lake: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, int]]:
    """Ranges of ids that hold all products, each with about as many of them."""
    found = lake.execute("SELECT min(product_id), max(product_id), count(*) FROM products").fetchall()[0]
    low, last, products = (value or 0 for value in found)
    width = (last - low) // max(1, round(products / AT_ONCE)) + 1
    yield from ((start, start + width - 1) for start in range(low, last + 1, width))

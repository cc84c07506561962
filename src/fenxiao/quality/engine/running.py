"""Running the stages, from a folder of Parquet files to one file of grades."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fenxiao.quality.engine import duck, spark
from fenxiao.quality.engine.plans import Scope, plan_for
from fenxiao.quality.rules import PolicyBody

DUCKDB: Final = "duckdb"
# What a regrading reads of the last run: its own files under these names.
LAST: Final = {
    "last_cells": "last_cells",
    "last_goods": "last_goods",
    "last_shares": "last_shares",
    "last_groups": "peer_groups",
}


def grade_files(
    snapshot: Path,
    *,
    policy: PolicyBody,
    into: Path,
    scratch: Path,
    engine: str = DUCKDB,
    is_published: bool = True,
    plans: Path | None = None,
) -> None:
    """Grade the products of `snapshot` (a Parquet file per source) into the file `into`.

    What the run publishes is written beside the sources. `engine` is "duckdb" or the address of a Spark master. Plans
    are kept in the folder `plans`, where one is given.
    """
    run, dialect = (duck.run, DUCKDB) if engine == DUCKDB else (spark.run, spark.DIALECT)
    if dialect == spark.DIALECT:
        spark.can_be_written()
    scope = Scope.WHOLE if is_published else Scope.GRADES
    plan = plan_for(policy, dialect=dialect, scope=scope, kept_in=plans)
    run(plan, snapshot=snapshot, into=into, scratch=scratch, engine=engine)


def regrade_files(
    changed: Path, *, last: Mapping[str, str], policy: PolicyBody, into: Path, scratch: Path, plans: Path | None = None
) -> None:
    """Grade what a change touches into the file `into`, and write what is published of it beside the sources.

    `changed` holds the sources of the changed categories' products and, in dirty.parquet, these categories' ids; `last`
    what the last run kept (see `LAST`), as SQL. It is small work, so DuckDB does it whichever engine graded the whole.
    """
    plan = plan_for(policy, dialect=DUCKDB, scope=Scope.CHANGE, kept_in=plans)
    tables = {name: last[file] for name, file in LAST.items()}
    duck.run(plan, snapshot=changed, into=into, scratch=scratch, engine=DUCKDB, last=tables)


def engine_named(engine: str) -> str:
    """The engine with its version, as a run records it."""
    return duck.NAMED if engine == DUCKDB else spark.named(engine)

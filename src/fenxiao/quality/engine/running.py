"""Running the stages, from a folder of Parquet files to one file of grades."""

import json
from pathlib import Path
from typing import Final

from fenxiao.quality.engine import duck, spark
from fenxiao.quality.engine.staging import compiled
from fenxiao.quality.rules import PolicyBody

DUCKDB: Final = "duckdb"


def grade_files(
    snapshot: Path, *, policy: PolicyBody, into: Path, scratch: Path, engine: str = DUCKDB, is_published: bool = True
) -> None:
    """Grade the products of `snapshot` (a Parquet file per source) into the file `into`.

    What the run publishes is written beside the sources. `engine` is "duckdb" or the address of a Spark master.
    """
    run, dialect = (duck.run, DUCKDB) if engine == DUCKDB else (spark.run, spark.DIALECT)
    if dialect == spark.DIALECT:
        spark.can_be_written()
    plan = compiled(json.dumps(policy.as_json(), sort_keys=True), dialect=dialect, is_published=is_published)
    run(plan, snapshot=snapshot, into=into, scratch=scratch, engine=engine)


def engine_named(engine: str) -> str:
    """The engine with its version, as a run records it."""
    return duck.NAMED if engine == DUCKDB else spark.named(engine)

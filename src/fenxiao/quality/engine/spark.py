"""The same stages on a Spark cluster, chosen by FENXIAO_ENGINE=spark://host:port.

Master, workers and this machine see the lake under one path. Each stage is written out, so that none is worked out
twice and a lost worker costs one stage.
"""

from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

import duckdb

from fenxiao.kernel.spark import require_spark, session_at
from fenxiao.quality.engine.plans import Kind, Stage
from fenxiao.quality.engine.sources import SOURCES

DIALECT: Final = "pyspark"
FORM: Final = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20000"
# Of the parts' rows in the one file: what single look-ups read.
ORDERS: Final = {"grades": "ORDER BY product_id", "last_goods": "ORDER BY shelf", "places": "ORDER BY group_key"}


def named(engine: str) -> str:
    """The engine with its version, as a run records it."""
    return f"{engine} {version('pyspark')}" if find_spec("pyspark") else engine


def can_be_written() -> None:
    """Let Ibis write SQL for Spark: it knows how once it has looked its Spark options up, which loads pyspark."""
    require_spark(DIALECT)
    getattr(import_module("ibis"), "pyspark")  # noqa: B009  # looking it up is the act


def run(plan: Sequence[Stage], *, snapshot: Path, into: Path, scratch: Path, engine: str) -> None:
    """Run the stages on the cluster whose master listens at `engine`. Refuses where Spark is not installed."""
    with session_at(engine, name="fenxiao grading") as session:
        for name in SOURCES:
            session.read.parquet(str(snapshot / f"{name}.parquet")).createOrReplaceTempView(name)
        try:
            for stage in plan:
                _run_stage(session, stage, snapshot=snapshot, into=into, scratch=scratch)
        finally:
            rmtree(scratch, ignore_errors=True)


def _run_stage(session: Any, stage: Stage, *, snapshot: Path, into: Path, scratch: Path) -> None:
    folder = scratch / stage.name
    session.sql(stage.query).write.mode("overwrite").parquet(str(folder))
    if stage.kind in {Kind.KEPT, Kind.BY_RANGES}:
        session.read.parquet(str(folder)).createOrReplaceTempView(stage.name)
        return
    target = into if stage.kind == Kind.GRADES else snapshot / f"{stage.name}.parquet"
    order = ORDERS.get(stage.name, "")
    with duckdb.connect() as lake:  # many parts become the one file that readers know
        lake.execute(f"COPY (FROM read_parquet('{folder}/*.parquet') {order}) TO '{target}' ({FORM})")

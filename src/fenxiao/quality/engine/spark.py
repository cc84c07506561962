"""The same stages on a Spark cluster, chosen by FENXIAO_ENGINE=spark://host:port.

Master, workers and this machine see the lake under one path. Each stage is written out, so that none is worked out
twice and a lost worker costs one stage.
"""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree, which
from typing import Any, Final
from urllib.parse import urlsplit

import duckdb

from fenxiao.kernel.errors import Unavailable
from fenxiao.quality.engine.plans import Kind, Stage
from fenxiao.quality.engine.sources import SOURCES

DIALECT: Final = "pyspark"
FORM: Final = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20000"
# Of the parts' rows in the one file: what single look-ups read.
ORDERS: Final = {"grades": "ORDER BY product_id", "last_goods": "ORDER BY shelf", "places": "ORDER BY group_key"}
TASKS_OF_A_CORE: Final = 3  # Spark's own advice; its default of 200 in all drowns a small market in tasks
SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def named(engine: str) -> str:
    """The engine with its version, as a run records it."""
    return f"{engine} {version('pyspark')}" if find_spec("pyspark") else engine


def can_be_written() -> None:
    """Let Ibis write SQL for Spark: it knows how once it has looked its Spark options up, which loads pyspark."""
    _require(reason=what_is_missing(), engine=DIALECT)
    getattr(import_module("ibis"), "pyspark")  # noqa: B009  # looking it up is the act


def what_is_missing() -> str:
    """Why Spark cannot be used here, or nothing."""
    lacking = [what for what, found in (("java", which("java")), ("pyspark", find_spec("pyspark"))) if not found]
    return f"Spark needs {' and '.join(lacking)}" if lacking else ""


def run(plan: Sequence[Stage], *, snapshot: Path, into: Path, scratch: Path, engine: str) -> None:
    """Run the stages on the cluster whose master listens at `engine`. Refuses where Spark is not installed."""
    with _session(engine) as session:
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


@contextmanager
def _session(engine: str) -> Iterator[Any]:
    _require(reason=_why_unreachable(engine), engine=engine)
    from pyspark.sql import SparkSession  # only where Spark was chosen: it takes seconds and need not be installed

    builder = SparkSession.builder.master(engine).appName("fenxiao grading")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    session.conf.set("spark.sql.shuffle.partitions", str(TASKS_OF_A_CORE * session.sparkContext.defaultParallelism))
    try:
        yield session
    finally:
        session.stop()


def _why_unreachable(engine: str) -> str:
    """Why nobody answers at the master's address, or nothing. Spark itself would try for a minute."""
    master = urlsplit(engine)
    try:
        socket.create_connection((master.hostname or "", master.port or 7077), timeout=5).close()
    except OSError as error:
        return f"no Spark master answers there ({error})"
    return ""


def _require(*, reason: str, engine: str) -> None:
    if reason:
        raise Unavailable(what=engine, reason=reason)

"""A session on the Spark cluster that FENXIAO_ENGINE=spark://host:port names, for whoever has batch work for it.

Master, workers and this machine see the files they exchange under one path.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from shutil import which
from typing import Any, Final
from urllib.parse import urlsplit

from fenxiao.kernel.errors import Unavailable

TASKS_OF_A_CORE: Final = 3  # Spark's own advice; its default of 200 in all drowns small work in tasks
SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def what_is_missing() -> str:
    """Why Spark cannot be used here, or nothing."""
    lacking = [what for what, found in (("java", which("java")), ("pyspark", find_spec("pyspark"))) if not found]
    return f"Spark needs {' and '.join(lacking)}" if lacking else ""


def require_spark(engine: str) -> None:
    """Refuse (`Unavailable`) where Spark is not installed."""
    _require(reason=what_is_missing(), engine=engine)


@contextmanager
def session_at(engine: str, *, name: str) -> Iterator[Any]:
    """A session of this name on the cluster whose master listens at `engine`. Refuses (`Unavailable`) if none does."""
    require_spark(engine)
    _require(reason=_why_unreachable(engine), engine=engine)
    from pyspark.sql import SparkSession  # only where Spark was chosen: it takes seconds and need not be installed

    builder = SparkSession.builder.master(engine).appName(name)
    for setting, value in SETTINGS.items():
        builder = builder.config(setting, value)
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

"""The same grades from a real Spark cluster: a standalone master and a worker of its own, on this machine."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from fenxiao.kernel.errors import Unavailable
from fenxiao.kernel.spark import what_is_missing
from fenxiao.quality.engine import grade_files
from fenxiao.quality.rules import default_policy
from tests.quality.small_market import day, frozen, random_market, with_violations
from tests.quality.test_overrides import BODY
from tests.spark_cluster import cluster, free_port

PUBLISHED = ("brands", "peer_groups", "places")
pytestmark = pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing())


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a master that has a worker."""
    with cluster(tmp_path_factory.mktemp("spark")) as address:
        yield address


def rows_of(file: Path) -> tuple[list[tuple[str, str]], list[Any]]:
    """Names and types of columns, and all rows in one order."""
    with duckdb.connect() as lake:
        found = lake.execute(f"FROM read_parquet('{file}') ORDER BY ALL")
        return [(name, str(kind)) for name, kind, *_rest in found.description or []], found.fetchall()


def test_spark_gives_every_row_that_duckdb_gives_under_overrides_and_violations(tmp_path: Path, master: str) -> None:
    random = Random(7)  # noqa: S311  # repeatable, not secret
    market = with_violations(random, random_market(random, 3_000), overrides=BODY.overrides)
    market["days"].append(day(1, 1, paid_lines=500, units=500, buyers=500, quality_refunds=400))
    told: dict[str, dict[str, Any]] = {}

    for engine in ("duckdb", master):
        folder = frozen(tmp_path, **market)
        grades = folder / "grades.parquet"
        grade_files(folder, policy=BODY, into=grades, scratch=folder / "scratch", engine=engine)
        told[engine] = {name: rows_of(folder / f"{name}.parquet") for name in ("grades", *PUBLISHED)}

    assert len(told[master]["grades"][1]) == 3_000
    assert len({row[1] for row in told[master]["grades"][1]}) == 6, "the market must have every level"
    columns = [name for name, _kind in told[master]["grades"][0]]
    for name in ("override", "violations"):
        met = {row[columns.index(name)] for row in told[master]["grades"][1]}
        assert len(met) == 3, f"the market must have every {name}"
    assert told[master] == told["duckdb"]


def test_a_master_that_is_not_there_fails_the_run(tmp_path: Path) -> None:
    market = frozen(tmp_path, **random_market(Random(8), 10))  # noqa: S311  # repeatable, not secret
    grades = tmp_path / "grades.parquet"

    with pytest.raises(Unavailable, match="spark://"):
        grade_files(
            market,
            policy=default_policy(),
            into=grades,
            scratch=tmp_path / "scratch",
            engine=f"spark://127.0.0.1:{free_port()}",
        )

    assert not grades.exists()

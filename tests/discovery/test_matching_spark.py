"""The vectors of a large house learnt on a real Spark cluster, beside those learnt in this process."""

from collections.abc import Iterator

import numpy as np
import pytest

from fenxiao.discovery.matching import spark_table
from fenxiao.discovery.matching.engines import factors_by
from fenxiao.discovery.matching.factors import FactorSettings, factors_of
from fenxiao.kernel.errors import Unavailable
from fenxiao.kernel.spark import what_is_missing
from tests.discovery.test_matching_factors import drawn
from tests.spark_cluster import cluster, free_port

needs_spark = pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing())


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a master that has a worker."""
    with cluster(tmp_path_factory.mktemp("spark")) as address:
        yield address


@needs_spark
def test_spark_finds_the_same_vectors_as_this_process(monkeypatch: pytest.MonkeyPatch, master: str) -> None:
    monkeypatch.setattr(spark_table, "BLOCK", 250)  # several blocks each way, the last ones not full
    had = drawn(users=600, goods=400).of(np.array([*range(580), 0, *range(580, 600)]))
    settings = FactorSettings(rank=12, rounds=1)  # each round is a few seconds of Spark's tasks

    theirs = factors_by(master, had, settings)

    ours = factors_of(had, settings)
    assert (theirs.users.dtype, theirs.goods.dtype) == (np.float32, np.float32)
    told, expected = theirs.users @ theirs.goods.T, ours.users @ ours.goods.T
    assert told.shape == expected.shape
    assert np.linalg.norm(told - expected) <= 1e-4 * np.linalg.norm(expected)
    assert (np.argmax(told, axis=1) == np.argmax(expected, axis=1)).mean() > 0.999


@needs_spark
def test_a_master_that_is_not_there_refuses() -> None:
    with pytest.raises(Unavailable, match="spark://"):
        factors_by(f"spark://127.0.0.1:{free_port()}", drawn(), FactorSettings(rank=4))


def test_without_a_cluster_they_are_learnt_in_this_process() -> None:
    had = drawn()

    told = factors_by("duckdb", had, FactorSettings(rank=4))

    assert np.array_equal(told.goods, factors_of(had, FactorSettings(rank=4)).goods)

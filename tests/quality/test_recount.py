"""Levels worked out again from raw facts, by rules that know nothing of the engine."""

from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenxiao.quality.published import Published
from fenxiao.quality.rules import MeasuredGrade, PolicyBody, default_policy
from fenxiao.quality.rules.recount import differences_of, recount
from tests.quality.small_market import Row, frozen, grades_in, random_market

POLICY = default_policy()


def recounted(snapshot: Path, ids: list[int], policy: PolicyBody) -> dict[int, MeasuredGrade]:
    published = Published(snapshot)
    before = published.before(ids)
    return {
        pk: recount(raw, peers=published.peers(raw, policy=policy), before=before.get(pk), policy=policy)
        for pk, raw in published.raw(ids).items()
    }


def compared(market: dict[str, list[Row]], policy: PolicyBody) -> int:
    """Compare every product; returns how many there were."""
    ids = [row["product_id"] for row in market["products"]]
    with TemporaryDirectory() as folder:
        snapshot = frozen(Path(folder), **market)
        stored = grades_in(snapshot, ids, policy=policy)
        again = recounted(snapshot, ids, policy)
    assert sorted(stored) == sorted(again) == sorted(ids)
    assert [found for pk in ids for found in differences_of(stored[pk], again[pk])] == []
    return len(ids)


@pytest.mark.parametrize("seed", [11, 12])
def test_a_recount_finds_what_the_engine_found_for_every_product_of_a_large_market(seed: int) -> None:
    assert compared(random_market(Random(seed), 900), POLICY) == 900  # noqa: S311  # repeatable, not secret


@settings(deadline=None, max_examples=8)
@given(seed=st.integers(0, 10**6), size=st.integers(1, 120), least_peers=st.sampled_from([2, 30]))
def test_a_recount_finds_what_the_engine_found_on_any_market(seed: int, size: int, least_peers: int) -> None:
    market = random_market(Random(seed), size)  # noqa: S311  # repeatable, not secret

    assert compared(market, replace(POLICY, least_peers=least_peers)) == size


def test_a_stored_level_that_was_tampered_with_is_found() -> None:
    market = random_market(Random(13), 60)  # noqa: S311  # repeatable, not secret
    with TemporaryDirectory() as folder:
        snapshot = frozen(Path(folder), **market)
        stored = grades_in(snapshot, [7])[7]
        again = recounted(snapshot, [7], POLICY)[7]

    tampered = replace(stored, level=stored.level + 1)

    assert [(found.what, found.stored, found.recounted) for found in differences_of(tampered, again)] == [
        ("level", stored.level + 1, stored.level)
    ]

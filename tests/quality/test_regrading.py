"""A regrading writes what a full run would write, whatever changed, and costs what the change does."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenxiao.quality import layers
from fenxiao.quality.engine import grade_files, regrade_files
from fenxiao.quality.rules import Override, PolicyBody, default_policy
from tests.quality.small_market import Row, day, frozen, product, random_market, write_rows

Market = dict[str, list[Row]]
POLICY = default_policy()
FEW_PEERS = PolicyBody.from_json(POLICY.as_json() | {"least_peers": 4})
WITHOUT = {"last_cells": "EXCLUDE (shelf)", "last_goods": "EXCLUDE (shelf)"}  # where the rows lie in the file


def full(folder: Path, market: Market, policy: PolicyBody) -> Path:
    """The folder of a full run."""
    folder.mkdir()
    frozen(folder, **market).rename(folder / "snapshot")
    grade_files(folder / "snapshot", policy=policy, into=folder / "grades.parquet", scratch=folder / "scratch")
    return folder


def regraded(folder: Path, market: Market, dirty: set[str], policy: PolicyBody, *, over: Path) -> Path:
    """The folder of a regrading of these categories."""
    folder.mkdir()
    change = frozen(folder, **of_categories(market, dirty))
    write_rows(change / "dirty.parquet", [{"third_id": one} for one in sorted(dirty)], {"third_id": "string"})
    last = layers.last_tables(over)
    regrade_files(change, last=last, policy=policy, into=change / "grades.parquet", scratch=folder / "scratch")
    layers.lay(change, over=over, into=folder)
    return folder


def of_categories(market: Market, thirds: set[str]) -> Market:
    """The rows of these categories' products."""
    ids = {row["product_id"] for row in market["products"] if row["third_id"] in thirds}
    return {name: [row for row in rows if row["product_id"] in ids] for name, rows in market.items()}


def changed_categories(before: Market, after: Market) -> set[str]:
    """The categories in which anything differs."""

    def by_product(market: Market) -> dict[int, tuple[str, str]]:
        rows: dict[int, list[Row]] = {}
        for name in sorted(market):
            for row in market[name]:
                rows.setdefault(row["product_id"], []).append(row)
        return {row["product_id"]: (row["third_id"], repr(rows[row["product_id"]])) for row in market["products"]}

    old, new = by_product(before), by_product(after)
    differing = {pk for pk in old.keys() | new.keys() if old.get(pk) != new.get(pk)}
    return {told[pk][0] for pk in differing for told in (old, new) if pk in told}


def all_rows(folder: Path) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """Every row and column of a run's files."""
    found = {}
    names = [*layers.KEYS, *layers.WHOLE]
    with duckdb.connect() as rows:
        for name in names:
            file = folder / ("." if name == "grades" else "snapshot") / f"{name}.parquet"
            told = rows.execute(f"SELECT * {WITHOUT.get(name, '')} FROM ({layers.rows_of(file)}) ORDER BY ALL")  # noqa: S608  # our own file names
            found[name] = [column[0] for column in told.description or []], told.fetchall()
    return found


def changed(market: Market, random: Random, *, changes: int) -> Market:
    """The market with some products gone, new, moved, repriced, or with other facts."""
    after = deepcopy(market)
    for _number in range(changes):
        rows = after["products"]
        one = random.choice(rows)
        kind = random.choice(["gone", "new", "moved", "priced", "sold", "unsold", "branded", "planless"])
        change_one(after, one, kind, random)
    return after


def change_one(market: Market, one: Row, kind: str, random: Random) -> None:
    """One change of one product."""
    pk, category = one["product_id"], random.randint(1, 44)
    if kind == "gone" and len(market["products"]) > 1:
        market["products"].remove(one)
        for name in ("days", "promotions", "before"):
            market[name] = [row for row in market[name] if row["product_id"] != pk]
    elif kind == "new":
        pk = max(row["product_id"] for row in market["products"]) + 1
        market["products"].append(product(pk, third_id=f"c-{category // 4}-{category}", second_id=f"c-{category // 4}"))
        market["days"].append(day(pk, 3, reviews=1, stars=random.randint(1, 5)))
    elif kind == "moved":
        one["third_id"], one["second_id"] = f"c-{category // 4}-{category}", f"c-{category // 4}"
    elif kind == "priced":
        one["price_fen"] = random.choice([100, 9_000, 40_000, 400_000])
    elif kind == "sold":
        market["days"] = [row for row in market["days"] if (row["product_id"], row["age"]) != (pk, 2)]
        lines = random.randint(1, 40)
        market["days"].append(day(pk, 2, paid_lines=lines, units=lines, gmv_fen=lines * 5_000, clicks=90, buyers=lines))
    elif kind == "unsold":
        market["days"] = [row for row in market["days"] if row["product_id"] != pk]
    else:
        one.update({"brand_id": random.choice([1, 2, 9, None]), "rate_bp": random.choice([None, 3_000])})


@settings(deadline=None, max_examples=12)
@given(
    seed=st.integers(0, 10**6),
    size=st.integers(1, 150),
    steps=st.lists(st.integers(1, 6), min_size=1, max_size=3),
    policy=st.sampled_from([POLICY, FEW_PEERS]),
)
def test_a_regrading_writes_every_row_that_a_full_run_writes(
    seed: int, size: int, steps: Sequence[int], policy: PolicyBody
) -> None:
    random = Random(seed)  # noqa: S311  # repeatable, not secret
    market = random_market(random, size)
    with TemporaryDirectory() as name:
        last = full(Path(name) / "run-0", market, policy)
        for number, changes in enumerate(steps, 1):
            after = changed(market, random, changes=changes)
            dirty = changed_categories(market, after)
            last = regraded(Path(name) / f"run-{number}", after, dirty, policy, over=last)
            market = after
        again = full(Path(name) / "again", market, policy)

        assert all_rows(last) == all_rows(again)


def test_a_regrading_under_overrides_writes_what_a_full_run_writes(tmp_path: Path) -> None:
    random = Random(21)  # noqa: S311  # repeatable, not secret
    policy = PolicyBody.from_json(
        POLICY.as_json() | {"overrides": {"c-0": {"thresholds": {"2": 0, "3": 4_000, "4": 4_500, "5": 5_000}}}}
    )
    assert policy.overrides["c-0"] == Override(thresholds={2: 0, 3: 4_000, 4: 4_500, 5: 5_000})
    market = random_market(random, 400)
    for row in market["products"]:
        row["override"] = "c-0" if row["second_id"] == "c-0" else None
    after = changed(market, random, changes=3)

    last = full(tmp_path / "run-0", market, policy)
    found = regraded(tmp_path / "run-1", after, changed_categories(market, after), policy, over=last)

    assert all_rows(found) == all_rows(full(tmp_path / "again", after, policy))


def test_a_regrading_leaves_what_it_does_not_touch_where_it_is(tmp_path: Path) -> None:
    products = [product(pk, third_id=f"c-{pk % 2}-1", second_id=f"c-{pk % 2}") for pk in range(1, 101)]
    market: Market = {"products": products, "days": [day(1, 5)], "promotions": [], "before": []}
    after = deepcopy(market)
    after["days"].append(day(2, 5))

    last = full(tmp_path / "run-0", market, POLICY)
    found = regraded(tmp_path / "run-1", after, {"c-0-1"}, POLICY, over=last)

    assert sorted(layers.product_ids_over(found)) == list(range(2, 101, 2))
    assert layers.patched(last) == 0
    assert (found / "grades.parquet").samefile(last / "grades.parquet")


@pytest.mark.parametrize("missing", ["last_goods", "places"])
def test_a_run_that_has_lost_a_file_cannot_be_laid_over(tmp_path: Path, missing: str) -> None:
    market = random_market(Random(5), 20)  # noqa: S311  # repeatable, not secret
    last = full(tmp_path / "run-0", market, POLICY)
    assert layers.can_be_laid_over(last)

    (last / "snapshot" / f"{missing}.parquet").unlink()

    assert not layers.can_be_laid_over(last)

"""What a regrading costs after a change in k categories, beside a full run of the same market.

A full run is made once with all that it publishes. For each k, every day of the products in k categories (drawn by a
fixed order of hashes) sells a little more; what this touches is graded and laid over the full run, in a process of its
own. The rows are compared with those of a full run of the changed market.
"""

import sys
from pathlib import Path
from typing import Any, Final

import duckdb
from figures import figure
from running import Measured, measured

# k, and what part of a full run it may cost.
POINTS: Final = ((1, 0.05), (10, 0.1), (100, 0.3), (1_000, 1.1), (None, 1.3))
FULL: Final = """
import json, sys
from pathlib import Path
from fenxiao.quality.engine import grade_files
from fenxiao.quality.rules import PolicyBody
run, policy = map(Path, sys.argv[1:])
body = PolicyBody.from_json(json.loads(policy.read_text()))
scratch, plans = run / "scratch", run.parent / "plans"
grade_files(run / "snapshot", policy=body, into=run / "grades.parquet", scratch=scratch, plans=plans)
"""
CHANGE: Final = """
import json, sys
from pathlib import Path
from fenxiao.quality import layers
from fenxiao.quality.engine import regrade_files
from fenxiao.quality.rules import PolicyBody
over, change, into, policy = map(Path, sys.argv[1:])
body = PolicyBody.from_json(json.loads(policy.read_text()))
last = layers.last_tables(over)
scratch, plans = into / "scratch", over.parent / "plans"
regrade_files(change, last=last, policy=body, into=change / "grades.parquet", scratch=scratch, plans=plans)
layers.lay(change, over=over, into=into)
"""
SOURCES: Final = ("products", "days", "promotions", "before")


def curve(market: Path, *, is_checked: bool) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The figures of the curve, and how many rows differed from a full run where that was checked."""
    home = market.parent / f"curve-{market.name}"
    policy = market / "policy.json"
    full_run(market, home / "warm", policy=policy)  # writes the plan, as the first run of a policy does
    full = full_run(market, home / "run", policy=policy)
    regraded(market, home, 1, name="warm-1")
    figures, differing = [], {}
    for k, target in POINTS:
        name = f"{k or 'all'}"
        took = regraded(market, home, k, name=name)
        peer = {"peer": "full run", "peer_value": full.seconds}
        figures.append(
            figure(f"regrade_{name}_categories", took.seconds, "s", target=target, is_less_better=True, **peer)
        )
        if is_checked:
            differing[name] = differences(home, name, policy=policy)
    return figures, {"rows_that_differ_from_a_full_run": differing} if is_checked else {}


def full_run(market: Path, run: Path, *, policy: Path) -> Measured:
    """A full run with all that it publishes; its snapshot is the market."""
    (run / "snapshot").mkdir(parents=True)
    for name in SOURCES:
        (run / "snapshot" / f"{name}.parquet").symlink_to(market / f"{name}.parquet")
    return measured([sys.executable, "-c", FULL, str(run), str(policy)])


def regraded(market: Path, home: Path, k: int | None, *, name: str) -> Measured:
    """Grade what a change in k categories touches, over the full run."""
    change, into = home / f"change-{name}", home / f"laid-{name}"
    write_change(market, change, k=k)
    into.mkdir()
    command = [sys.executable, "-c", CHANGE, str(home / "run"), str(change), str(into), str(market / "policy.json")]
    return measured(command)


def write_change(market: Path, change: Path, *, k: int | None) -> None:
    """The sources of the products in k categories, in which every day sold a little more."""
    change.mkdir(parents=True)
    with duckdb.connect() as lake:
        most = "" if k is None else f"LIMIT {k}"
        drawn = f"SELECT DISTINCT third_id FROM '{market}/products.parquet' ORDER BY hash(third_id) {most}"  # noqa: S608  # our own names
        lake.execute(f"COPY ({drawn}) TO '{change}/dirty.parquet' (FORMAT parquet)")
        ids = f"SELECT product_id FROM '{market}/products.parquet' SEMI JOIN '{change}/dirty.parquet' USING (third_id)"  # noqa: S608  # our own names
        lake.execute(f"CREATE TABLE dirty AS {ids}")
        for name in SOURCES:
            rows = f"SELECT * {MORE if name == 'days' else ''} FROM '{market}/{name}.parquet'"  # noqa: S608  # our own names
            ordered = "ORDER BY product_id, age" if name == "days" else "ORDER BY product_id"
            query = f"{rows} SEMI JOIN dirty USING (product_id) {ordered}"
            lake.execute(f"COPY ({query}) TO '{change}/{name}.parquet' (FORMAT parquet, COMPRESSION zstd)")


CHANGED_DAYS: Final = """
SELECT * FROM days WHERE product_id NOT IN (SELECT product_id FROM changed) UNION ALL SELECT * FROM changed
ORDER BY product_id, age
"""
MORE: Final = "REPLACE (gmv_fen + 100 AS gmv_fen, clicks + 1 AS clicks)"


def write_changed_market(market: Path, changed: Path, change: Path) -> None:
    """The market as it is after the change, for a full run beside it; no part of what is measured."""
    changed.mkdir()
    for name in ("products.parquet", "promotions.parquet", "before.parquet"):
        (changed / name).symlink_to(market / name)
    with duckdb.connect() as lake:
        for name, folder in (("days", market), ("changed", change)):
            lake.execute(f"CREATE VIEW {name} AS SELECT * FROM '{folder}/days.parquet'")  # noqa: S608  # our own names
        lake.execute(f"COPY ({CHANGED_DAYS}) TO '{changed}/days.parquet' (FORMAT parquet, COMPRESSION zstd)")


def differences(home: Path, name: str, *, policy: Path) -> int:
    """How many rows of the grades are not those of a full run of the changed market."""
    from fenxiao.quality.layers import rows_of

    changed = home / f"market-{name}"
    write_changed_market(home / "run" / "snapshot", changed, home / f"change-{name}")
    full_run(changed, home / f"full-{name}", policy=policy)
    laid, whole = (rows_of(home / folder / "grades.parquet") for folder in (f"laid-{name}", f"full-{name}"))
    query = f"SELECT count(*) FROM (({laid}) EXCEPT ALL ({whole}))"  # noqa: S608  # our own names
    with duckdb.connect(config={"memory_limit": "6GB", "temp_directory": str(home / "scratch")}) as lake:
        return int(lake.execute(query).fetchall()[0][0])

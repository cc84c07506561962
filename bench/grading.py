"""Facts to levels, Parquet to Parquet: `fenxiao bench grading [--rows N] [--json]`.

Our engine against a Polars and a pandas script written by hand for the same policy, on the same made market in the same
run, each in a process of its own. All three write every column of the grades, and their levels are compared.

A peer that would need more memory than the machine has free (Polars takes 3.4 GB per million products) is measured on a
smaller market, beside our engine on the same one; `rows_of` says on how many products each was.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from figures import figure, report
from market import make, statistics

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src"
sys.path.insert(0, str(SOURCE))

PANDAS_ROWS = 1_000_000  # its time per product is the same from there on, and it takes a minute
POLARS_BYTES = 4_000  # per product, seen at its peak
FREE_PART = 0.7
PEAK_GB = 8
OURS = """
import json, sys
from pathlib import Path
from fenxiao.quality.engine import grade_files
from fenxiao.quality.rules import PolicyBody
snapshot, policy, into = map(Path, sys.argv[1:])
body = PolicyBody.from_json(json.loads(policy.read_text()))
grade_files(snapshot, policy=body, into=into, scratch=into.with_suffix(".scratch"), is_published=False)
"""
SCRIPTS = {
    "ours": ["-c", OURS],
    "polars": [str(HERE / "grading_polars.py")],
    "pandas": [str(HERE / "grading_pandas.py")],
}


class Measured(NamedTuple):
    """What one process took."""

    seconds: float
    cpu_seconds: float
    peak_gb: float


def measure(who: str, folder: Path) -> Measured:
    """Grade the market in `folder` in a fresh process."""
    command = [sys.executable, *SCRIPTS[who], str(folder), str(folder / "policy.json"), str(folder / f"{who}.parquet")]
    began = perf_counter()
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(SOURCE)})
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{who} ended with {process.returncode}; -9 is most likely too little memory")
    return Measured(perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6)


def rows_that_fit() -> int:
    """How many products Polars can grade in the memory that is free."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return int(free * FREE_PART / POLARS_BYTES) // 100_000 * 100_000 or 100_000


def market_of(rows: int, folder: Path) -> Path:
    """A made market with the policy to grade it by."""
    from fenxiao.quality.rules import default_policy

    make(folder, rows=rows)
    (folder / "policy.json").write_text(json.dumps(default_policy().as_json()))
    return folder


def agreement(folder: Path, peer: str) -> float:
    """The part of the products to which the peer gives our level, score and place."""
    import duckdb

    return float(
        duckdb.sql(f"""
            SELECT count(*) FILTER (a.level = b.level AND a.score_bp = b.score_bp AND a.place = b.place) / count(*)
            FROM '{folder}/ours.parquet' a FULL JOIN '{folder}/{peer}.parquet' b USING (product_id)
        """).fetchall()[0][0]  # noqa: S608  # our own file names
    )


def main(rows: int, *, as_json: bool) -> None:
    """Make the markets, grade them, print the figures."""
    rows_of = {"ours": rows, "polars": min(rows, rows_that_fit()), "pandas": min(rows, PANDAS_ROWS)}
    with tempfile.TemporaryDirectory(prefix="fenxiao-bench-") as scratch:
        markets = {size: market_of(size, Path(scratch) / str(size)) for size in sorted(set(rows_of.values()))}
        told = {name: round(value, 3) for name, value in statistics(markets[rows]).items()}
        print(f"market: {json.dumps(told)}", flush=True)
        ours_on = {size: measure("ours", folder) for size, folder in markets.items()}
        peers = {peer: measure(peer, markets[rows_of[peer]]) for peer in ("polars", "pandas")}
        agree = {peer: agreement(markets[rows_of[peer]], peer) for peer in peers}
    ours, polars, pandas = ours_on[rows], peers["polars"], peers["pandas"]
    beside_polars, ours_small = ours_on[rows_of["polars"]], ours_on[rows_of["pandas"]]
    faster = pandas.seconds / ours_small.seconds
    peer = {"peer": "Polars", "peer_value": polars.seconds}
    report(
        "grading",
        [
            figure("seconds", beside_polars.seconds, "s", target=1.0, is_less_better=True, **peer),
            figure("pandas", faster, "times as long as ours", target=10),
            figure("peak_gb", ours.peak_gb, "GB", target=PEAK_GB, is_less_better=True),
        ],
        as_json=as_json,
        rows_of=rows_of,
        seconds_of_all_rows=ours.seconds,
        cpu_seconds={"ours": ours.cpu_seconds, "polars": polars.cpu_seconds, "pandas": pandas.cpu_seconds},
        peak_gb_of={"ours": ours.peak_gb, "polars": polars.peak_gb, "pandas": pandas.peak_gb},
        same_level_score_and_place=agree,
        load=os.getloadavg(),
        market=told,
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    main(options.rows, as_json=options.json)

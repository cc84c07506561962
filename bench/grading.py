"""Facts to levels, Parquet to Parquet: `fenxiao bench grading [--rows N] [--curve] [--json]`.

Our engine against a Polars and a pandas script written by hand for the same policy, on the same made market in the same
run, each in a process of its own. All three write every column of the grades, and their levels are compared.

A peer that would need more memory than the machine has free (Polars takes 3.4 GB per million products, pandas 2.7) is
measured on a smaller market, beside our engine on the same one; where it dies of memory all the same, on one half as
large. `rows_of` says on how many products each was.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from figures import figure, report
from grading_curve import curve
from market import make, statistics
from running import Measured, measured, measured_within

HERE = Path(__file__).parent

BYTES = {"polars": 4_000, "pandas": 3_000}  # per product, seen at their peaks
FREE_PART = 0.7
LEAST_ROWS = 1_000
PEAK_GB = 8
MOST_CHECKED = 1_000_000  # rows of a curve that are compared with full runs of the changed markets
OURS = """
import json, sys
from pathlib import Path
from fenxiao.quality.engine import grade_files
from fenxiao.quality.rules import PolicyBody
snapshot, policy, into = map(Path, sys.argv[1:])
body = PolicyBody.from_json(json.loads(policy.read_text()))
scratch, plans = into.with_suffix(".scratch"), snapshot.parent / "plans"
grade_files(snapshot, policy=body, into=into, scratch=scratch, is_published=False, plans=plans)
"""
SCRIPTS = {
    "ours": ["-c", OURS],
    "polars": [str(HERE / "grading_polars.py")],
    "pandas": [str(HERE / "grading_pandas.py")],
}


def measure(who: str, folder: Path) -> Measured:
    """Grade the market in `folder` in a fresh process."""
    return measured(command_of(who, folder))


def command_of(who: str, folder: Path) -> list[str]:
    """What grades the market in `folder`."""
    return [sys.executable, *SCRIPTS[who], str(folder), str(folder / "policy.json"), str(folder / f"{who}.parquet")]


def free_bytes() -> int:
    """The memory that is free now."""
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def rows_that_fit(peer: str) -> int:
    """How many products a peer can grade in the memory that is free."""
    return int(free_bytes() * FREE_PART / BYTES[peer]) // 100_000 * 100_000 or 100_000


def measure_peer(peer: str, rows: int, markets: "Markets") -> tuple[int, Measured]:
    """On how many products a peer was measured, and what it took: as many as asked for, or as it has memory for."""
    size = min(rows, rows_that_fit(peer))
    while (took := measured_within(command_of(peer, markets[size]), most_bytes=free_bytes())) is None:
        print(f"{peer} died on {size} products", flush=True)
        if size <= LEAST_ROWS:
            raise SystemExit(f"{peer} cannot grade {size} products here")
        size = max(LEAST_ROWS, size // 2)
    return size, took


class Markets(dict[int, Path]):
    """Made markets by their number of products, each made when it is first asked for."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.home = home

    def __missing__(self, rows: int) -> Path:
        self[rows] = market_of(rows, self.home / str(rows))
        return self[rows]


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


def main(rows: int, *, has_curve: bool, as_json: bool) -> None:
    """Make the markets, grade them, print the figures."""
    with tempfile.TemporaryDirectory(prefix="fenxiao-bench-") as scratch:
        if has_curve:
            figures, more = curve(market_of(rows, Path(scratch) / str(rows)), is_checked=rows <= MOST_CHECKED)
            more |= {"rows": rows}
        else:
            figures, more = beside_peers(rows, Path(scratch))
    report("grading", figures, as_json=as_json, load=os.getloadavg(), **more)


def beside_peers(rows: int, home: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Our figures beside those of the peers, each on the same market."""
    markets = Markets(home)
    told = {name: round(value, 3) for name, value in statistics(markets[rows]).items()}
    print(f"market: {json.dumps(told)}", flush=True)
    found = {peer: measure_peer(peer, rows, markets) for peer in ("polars", "pandas")}
    peers = {peer: took for peer, (_size, took) in found.items()}
    rows_of = {"ours": rows} | {peer: size for peer, (size, _took) in found.items()}
    first = measure("ours", markets[min(markets)])  # of this policy: it also writes the plan
    ours_on = {size: measure("ours", markets[size]) for size in sorted(set(rows_of.values()))}
    ours, beside_polars, beside_pandas = ours_on[rows], ours_on[rows_of["polars"]], ours_on[rows_of["pandas"]]
    peer = {"peer": "Polars", "peer_value": peers["polars"].seconds}
    figures = [
        figure("seconds", beside_polars.seconds, "s", target=1.0, is_less_better=True, **peer),
        figure("pandas", peers["pandas"].seconds / beside_pandas.seconds, "times as long as ours", target=10),
        figure("peak_gb", ours.peak_gb, "GB", target=PEAK_GB, is_less_better=True),
    ]
    everyone = {"ours": ours, "ours_beside_polars": beside_polars, "ours_beside_pandas": beside_pandas} | peers
    return figures, {
        "rows_of": rows_of,
        "seconds_of_all_rows": ours.seconds,
        "seconds_of_a_policys_first_run": {"rows": min(markets), "seconds": first.seconds},
        "cpu_seconds": {name: one.cpu_seconds for name, one in everyone.items()},
        "peak_gb_of": {name: one.peak_gb for name, one in everyone.items()},
        "same_level_score_and_place": {peer: agreement(markets[rows_of[peer]], peer) for peer in peers},
        "market": told,
    }


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--curve", action="store_true", help="what a regrading of 1, 10, 100, … categories costs")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    main(options.rows, has_curve=options.curve, as_json=options.json)

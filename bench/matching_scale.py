"""Matching at the size of a platform: `fenxiao bench matching_scale [--share S …] [--plot FILE] [--json]`.

On a generated market (3.5 million creators, 10 million goods, over 100 million dealings with a long tail; a share of 1
is all of it) vectors are learnt and the 50 best goods of every creator found and written, by what a large house runs
each night. Judged against a score for every good, nothing left out, for creators drawn at random; the peer is that
scoring for everybody, by faiss on the same cores, from the seconds it took for those drawn. Every step has a process of
its own; memory is the peak of the one that matches. Needs 12 GB of scratch space at full size.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from figures import figure, report
from matching_plot import plot
from running import measured

STEPS: Final = str(Path(__file__).parent / "matching_scale_steps.py")
CREATORS, GOODS, SEED = 3_500_000, 10_000_000, 1
SHARES: Final = (0.01, 0.03, 0.1, 0.3, 1.0)
SAMPLED: Final = 2_000
MOST_SECONDS, MOST_GB, LEAST_RECALL, MOST_MS = 1_200, 14, 0.95, 1
PARTS_OF_EXACT: Final = 0.1  # of the seconds of scoring everything


def point(share: float, scratch: Path, *, sampled: int) -> dict[str, Any]:
    """What one size takes and how good it is."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        size = [str(round(CREATORS * share)), str(round(GOODS * share)), str(SEED), folder]
        row: dict[str, Any] = {"share": share, "creators": int(size[0]), "goods": int(size[1])}
        for step in ("draw", "match", "judge"):
            took = measured([sys.executable, STEPS, step, *size, "--sampled", str(sampled)])
            row |= json.loads((Path(folder) / f"{step}.json").read_text())
            if step == "match":
                row |= {"peak_gb": took.peak_gb, "cpu_seconds": took.cpu_seconds}
    row["seconds"] = row["learning_seconds"] + row["finding_seconds"]
    print(
        json.dumps({name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}),
        flush=True,
    )
    return row


def figures_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the largest size took, and how cost grows."""
    whole = rows[-1]
    exact = {"peer": "scoring everything", "peer_value": whole["exact_seconds_for_all"]}
    held = [
        figure("learning_and_top_50", whole["seconds"], "s", target=MOST_SECONDS, is_less_better=True),
        figure("of_scoring_everything", whole["seconds"], "s", target=PARTS_OF_EXACT, is_less_better=True, **exact),
        figure("peak_memory", whole["peak_gb"], "GB", target=MOST_GB, is_less_better=True),
        figure("recall_at_50", whole["recall_at_50"], "", target=LEAST_RECALL),
        figure("reading_a_row_p99", whole["read_p99_ms"], "ms", target=MOST_MS, is_less_better=True),
    ]
    return (
        [*held, figure("growth_exponent", _exponent(rows), "", target=1.5, is_less_better=True)]
        if len(rows) > 1
        else held
    )


def _exponent(rows: list[dict[str, Any]]) -> float:
    """p of seconds ~ dealings^p, by least squares over all sizes; a score for every pair has 2."""
    sizes, seconds = (np.log([row[name] for row in rows]) for name in ("dealings", "seconds"))
    return float(np.polyfit(sizes, seconds, 1)[0])


def main(shares: list[float], *, sampled: int, picture: Path | None, as_json: bool) -> None:
    """Run every size, the smallest first."""
    with tempfile.TemporaryDirectory(prefix="fenxiao-bench-") as scratch:
        rows = [point(share, Path(scratch), sampled=sampled) for share in sorted(shares)]
    if picture:
        picture.write_text(plot(rows))
    report("matching_scale", figures_of(rows), as_json=as_json, seed=SEED, sizes=rows, load=os.getloadavg())


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--share", type=float, nargs="+", default=list(SHARES), help="sizes, as parts of the whole")
    options.add_argument("--sampled", type=int, default=SAMPLED, help="creators scored against every good")
    options.add_argument("--plot", type=Path, help="write the growth of cost as an SVG picture")
    options.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = options.parse_args()
    main(given.share, sampled=given.sampled, picture=given.plot, as_json=given.json)

"""A whole night of matching, from tables: `fenxiao bench matching_nightly [--part P …] [--scratch DIR] [--json]`.

The generated market of `matching_scale` (a part of 1 is 3.5 million creators, 10 million goods and over 100 million
dealings) is laid into the real tables of a PostgreSQL of its own; then `fenxiao match` does what it does each night:
reads, learns, finds goods for creators, creators for goods and creators alike, counts audiences, writes. Laying and
matching have a process each; memory is the peak of the one that matches, without the database server's.
At a part of 0.1 it needs 8 GB of scratch space. There is no peer: no other house's night is public.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from figures import figure, report
from running import measured

STEPS: Final = str(Path(__file__).parent / "matching_nightly_steps.py")
CREATORS, GOODS, SEED = 3_500_000, 10_000_000, 1
PARTS: Final = (0.01, 0.03)
NIGHT: Final = 4 * 3_600  # seconds for the whole, in proportion for a part
MOST_GB: Final = 14  # for the whole
LEAST_PER_SECOND: Final = 150_000  # dealings read: 100 million in eleven minutes


def night(part: float, scratch: Path) -> dict[str, Any]:
    """What one size takes, step by step."""
    row: dict[str, Any] = {"part": part, "creators": round(CREATORS * part), "goods": round(GOODS * part)}
    folder = scratch / f"part-{part}"
    folder.mkdir(mode=0o755)
    for step in ("lay", "match"):
        took = measured([sys.executable, STEPS, step, str(row["creators"]), str(row["goods"]), str(SEED), str(folder)])
        row |= json.loads((folder / f"{step}.json").read_text())
        row[f"{step}_process"] = {name: round(value, 2) for name, value in took._asdict().items()}
    row["peak_gb"] = took.peak_gb
    print(json.dumps(row), flush=True)
    return row


def figures_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Of the largest part."""
    read = row["dealings"] / row["seconds_of"]["dealings read"]
    return [
        figure("night", row["seconds"], "s", target=NIGHT * row["part"], is_less_better=True),
        figure("dealings_read_per_s", read, "1/s", target=LEAST_PER_SECOND),
        figure("peak_memory", row["peak_gb"], "GB", target=MOST_GB, is_less_better=True),
    ]


def main(parts: list[float], *, scratch: Path | None, as_json: bool) -> None:
    """Every part, the smallest first."""
    with tempfile.TemporaryDirectory(prefix="fenxiao-bench-", dir=scratch) as folder:
        Path(folder).chmod(0o755)  # under root the server runs as nobody
        rows = [night(part, Path(folder)) for part in sorted(parts)]
    report("matching_nightly", figures_of(rows[-1]), as_json=as_json, seed=SEED, parts=rows, load=os.getloadavg())


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--part", type=float, nargs="+", default=list(PARTS), help="sizes, as parts of the whole")
    options.add_argument("--scratch", type=Path, help="where the tables may lie meanwhile")
    options.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = options.parse_args()
    main(given.part, scratch=given.scratch, as_json=given.json)

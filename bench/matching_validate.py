"""How the settings were chosen: each moved alone, on data held out from the training part. The test is not used.

`fenxiao bench matching --data FOLDER --validate gowalla` (or beauty) prints the quality of the settings in force and of
every neighbour; where a neighbour is better in both measures by more than chance, the settings should move there.
"""

from dataclasses import asdict, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from matching_cases import CASES, SEED, Case

from fenxiao.discovery.matching import Settings, best_for, fit, quality_of

PEOPLE = {"gowalla": 1_200, "beauty": 10_000}  # what a neighbour's ranking takes, a minute or less
NEIGHBOURS: dict[str, dict[str, list[Any]]] = {
    "gowalla": {
        "length_discount": [0.6, 0.8],
        "known_discount": [0.4, 0.6],
        "offered_discount": [0.15, 0.35],
        "rank": [0, 256, 700],
        "smooth_offered": [0.35, 0.65],
        "smooth_share": [0.2, 0.8],
    },
    "beauty": {
        "length_discount": [0.3],
        "known_discount": [0.2, 0.4],
        "offered_discount": [0.1, 0.3],
        "has_order": [False],
        "distance_discount": [0.25, 0.75],
        "backwards": [0.1, 0.5],
        "recency": [0.7, 1.3],
        "rank": [0, 128, 400],
        "smooth_offered": [0.2, 0.5],
        "smooth_share": [0.15, 0.6],
        "likeness_share": [0.0, 0.6, 1.4],
        "likeness_known": [0.1, 0.3],
    },
}


def validate(name: str, folder: Path) -> None:
    """Print the table of one case."""
    case = CASES[name](folder, is_test=False)
    asked = np.flatnonzero(np.diff(case.relevant.indptr))
    users = np.sort(np.random.default_rng(SEED).choice(asked, min(PEOPLE[name], len(asked)), replace=False))
    print(f"{name}: {len(users):,} users, held out of the training part; k = {case.k}\n{asdict(case.settings)}")
    _print("as they are", case, case.settings, users)
    for setting, values in NEIGHBOURS[name].items():
        for value in values:
            _print(f"{setting} = {value}", case, replace(case.settings, **{setting: value}), users)


def _print(label: str, case: Case, settings: Settings, users: Any) -> None:
    began = perf_counter()
    model = fit(case.learnt, settings, traits=case.traits)
    quality = quality_of(best_for(model, case.asked.of(users), k=case.k), case.relevant[users])
    print(f"{label:<28} {quality.recall:.4f} {quality.ndcg:.4f}  {perf_counter() - began:5.0f} s", flush=True)

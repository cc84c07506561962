"""How the settings were chosen: each moved alone, on data held out from the training part. The test is not used.

`fenxiao bench matching --data FOLDER --validate gowalla` (or beauty) prints the quality of the settings in force and of
every neighbour, on every part held out; where a neighbour is better in both measures on each, the settings should move
there.
"""

from dataclasses import asdict, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from matching_cases import HELD, SEED, Case, beauty, gowalla

from fenxiao.discovery.matching import Settings, best_for, fit, quality_of

PEOPLE = {"gowalla": 1_200, "beauty": 10_000}  # what a neighbour's ranking takes, a minute or less
NEIGHBOURS: dict[str, dict[str, list[Any]]] = {
    "gowalla": {
        "length_discount": [0.6, 0.8],
        "known_discount": [0.4, 0.6],
        "offered_discount": [0.35, 0.65],
        "rank": [0, 256, 700],
        "smooth_ridge": [0.01, 0.03],
        "smooth_offered": [0.35, 0.65],
        "smooth_share": [0.2, 0.6],
        "sharpening": [0.0, 1.5, 3.5],
        "people_share": [0.0, 0.2, 0.6],
        "people_known": [0.15, 0.4],
        "people_sharpness": [1.25, 2.0],
        "people_offered": [0.15, 0.35],
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
        "smooth_ridge": [0.03],
        "smooth_share": [0.15, 0.6],
        "people_share": [0.1, 0.3],
        "likeness_share": [0.0, 0.6, 1.4],
        "likeness_known": [0.1, 0.3],
    },
}


def validate(name: str, folder: Path) -> None:
    """Print the table of one data set: Recall@k and NDCG@k of each part held out, then their means."""
    parts = [(case, _asked(case, PEOPLE[name])) for case in _cases(name, folder)]
    case, users = parts[0]
    print(f"{name}: {len(users):,} users of {len(parts)} parts held out; k = {case.k}\n{asdict(case.settings)}")
    _print("as they are", parts)
    for setting, values in NEIGHBOURS[name].items():
        for value in values:
            _print(f"{setting} = {value}", parts, **{setting: value})


def _cases(name: str, folder: Path) -> list[Case]:
    if name == "gowalla":
        return [gowalla(folder, is_test=False, held=held) for held in HELD]
    return [beauty(folder, is_test=False)]


def _asked(case: Case, most: int) -> Any:
    """Some of those of whom something is held out."""
    asked = np.flatnonzero(np.diff(case.relevant.indptr))
    return np.sort(np.random.default_rng(SEED).choice(asked, min(most, len(asked)), replace=False))


def _print(label: str, parts: list[tuple[Case, Any]], **moved: Any) -> None:
    began = perf_counter()
    found = [_quality(case, users, replace(case.settings, **moved)) for case, users in parts]
    found.append(np.mean(found, axis=0))
    told = "   ".join(f"{recall:.4f} {ndcg:.4f}" for recall, ndcg in found)
    print(f"{label:<28} {told}  {perf_counter() - began:5.0f} s", flush=True)


def _quality(case: Case, users: Any, settings: Settings) -> Any:
    """Recall and NDCG."""
    model = fit(case.learnt, settings, traits=case.traits)
    return np.array(quality_of(best_for(model, case.asked.of(users), k=case.k), case.relevant[users])[:2])

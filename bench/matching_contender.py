"""One contender on one case, in a process of its own: `matching_contender.py WHO CASE DATA INTO [SETTING=VALUE …]`.

Writes its quality and seconds to INTO. Settings given replace those of the case (to validate); with them, or with
`--validate`, the training data's own held-out part is asked for and the test is not read beyond its size.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from matching_cases import CASES, SEED, Case

from fenxiao.discovery.matching import Histories, best_for, best_of, fit, quality_of, without
from fenxiao.discovery.matching.factors import FactorSettings, factors_of

Best = Callable[[Histories], Any]
BATCH = 512  # users scored at once
SAMPLE = 5_000  # users, when many settings are compared


def ours(case: Case, chosen: dict[str, Any]) -> Best:
    """The method of the house."""
    model = fit(case.learnt, replace(case.settings, **chosen), traits=case.traits)
    return lambda asked: best_for(model, asked, k=case.k)


def vectors(case: Case, chosen: dict[str, Any]) -> Best:
    """What a large house does instead, every good scored: someone stands where what he has had puts him."""
    settings = FactorSettings(**chosen)
    goods = factors_of(case.learnt, settings).goods
    known = np.maximum(case.learnt.known_by, 1)
    places = goods * (known ** -(settings.known + settings.offered))[:, None]

    def best(asked: Histories) -> Any:
        parts = ((batch.matrix @ places, batch) for batch in asked.batches(BATCH))
        return np.concatenate([best_of(without(seen @ goods.T, batch.matrix), case.k) for seen, batch in parts])

    return best


def popularity(case: Case, chosen: dict[str, Any]) -> Best:
    """The same best-known items for all, less what each has had."""
    order = np.argsort(-case.learnt.known_by, kind="stable")

    def best(asked: Histories) -> Any:
        had = np.split(asked.items, asked.starts[1:-1])
        longest = order[: case.k + int(asked.lengths.max(initial=0))]
        return np.stack([longest[~np.isin(longest, items)][: case.k] for items in had]).astype(np.int32)

    return best


def item_knn(case: Case, chosen: dict[str, Any]) -> Best:
    """Cosine between items, the nearest of each (`implicit`)."""
    from implicit.nearest_neighbours import CosineRecommender

    return _of_implicit(CosineRecommender(**{"K": 200, "num_threads": 1} | chosen), case)


def als(case: Case, chosen: dict[str, Any]) -> Best:
    """Alternating least squares (Hu, Koren, Volinsky 2008; `implicit`)."""
    from implicit.als import AlternatingLeastSquares

    wanted = {"factors": 128, "regularization": 0.01, "alpha": 10.0, "iterations": 15, "random_state": SEED}
    return _of_implicit(AlternatingLeastSquares(**wanted | {"num_threads": 1} | chosen), case)


def _of_implicit(recommender: Any, case: Case) -> Best:
    recommender.fit(case.learnt.matrix.sorted_indices(), show_progress=False)
    again = {"recalculate_user": True} if hasattr(recommender, "user_factors") else {}  # from all they have had

    def best(asked: Histories) -> Any:
        had = asked.matrix.sorted_indices()
        return recommender.recommend(np.arange(asked.user_count), had, N=case.k, **again)[0]

    return best


CONTENDERS = {"ours": ours, "vectors": vectors, "popularity": popularity, "item_knn": item_knn, "als": als}


def measure(who: str, case: Case, chosen: dict[str, Any], *, users: Any) -> dict[str, Any]:
    """Learn, rank for the users, compare."""
    began = perf_counter()
    best = CONTENDERS[who](case, chosen)
    learnt = perf_counter()
    found = best(case.asked.of(users))
    ranked = perf_counter()
    quality = quality_of(found, case.relevant[users])
    return {**quality._asdict(), "fit_s": round(learnt - began, 1), "rank_s": round(ranked - learnt, 1)}


def value_of(word: str) -> Any:
    """A setting's value from the command line."""
    return json.loads(word.lower())


def main() -> None:
    """Measure as asked."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("who", choices=CONTENDERS)
    options.add_argument("case", choices=CASES)
    options.add_argument("data", type=Path)
    options.add_argument("into", type=Path)
    options.add_argument("chosen", nargs="*")
    options.add_argument("--validate", action="store_true")
    given = options.parse_args()
    case = CASES[given.case](given.data, is_test=not given.validate)
    users = np.flatnonzero(np.diff(case.relevant.indptr))
    if given.validate:
        users = np.sort(np.random.default_rng(SEED).choice(users, min(SAMPLE, len(users)), replace=False))
    chosen = {name: value_of(value) for name, value in (word.split("=") for word in given.chosen)}
    given.into.write_text(json.dumps(measure(given.who, case, chosen, users=users)))


if __name__ == "__main__":
    main()

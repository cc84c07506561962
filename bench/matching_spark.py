"""Vectors learnt on Spark beside those learnt in process: `fenxiao bench matching_spark --master spark://… [--json]`.

Recall@20 of what was held out, and how many of the first 20 both find, on every second person (`--every N`) of
Gowalla's validation part (`--data DIR`) and on a small generated market, by the same settings and the same ranking.
Needs a running master with a worker on this machine.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
from figures import figure, report
from matching_cases import gowalla
from matching_world import world_of
from scipy import sparse

from fenxiao.discovery.matching import Histories, best_of, histories_of, quality_of, without
from fenxiao.discovery.matching.engines import IN_PROCESS, factors_by
from fenxiao.discovery.matching.factors import Factors, FactorSettings

RANK, K, EVERY, BATCH, SEED = 128, 20, 2, 500, 3
COMPARABLE: Final = 0.99  # of the recall in process: the same iteration, in double precision


def places(folder: Path, *, every: int) -> tuple[Histories, Any]:
    """Some of Gowalla's people, and what was held out of them."""
    case = gowalla(folder, is_test=False)
    people = np.arange(0, case.learnt.user_count, every)
    return case.learnt.of(people), case.relevant[people]


def market() -> tuple[Histories, Any]:
    """A small generated market, and one dealing drawn from each creator who has five or more, held out."""
    drawn = world_of(creators=6_000, goods=8_000, seed=SEED).histories
    asked = np.flatnonzero(drawn.lengths >= 5)
    dice = np.random.default_rng(SEED)
    held = drawn.starts[asked] + (dice.random(len(asked)) * drawn.lengths[asked]).astype(np.int64)
    stays = np.ones(len(drawn.items), dtype=bool)
    stays[held] = False
    owners = np.repeat(np.arange(drawn.user_count), drawn.lengths)
    counts = {"user_count": drawn.user_count, "item_count": drawn.item_count}
    had = histories_of(owners[stays], drawn.items[stays], **counts)
    ones = np.ones(len(asked), dtype=np.float32)
    return had, sparse.csr_matrix((ones, (asked, drawn.items[held])), shape=tuple(counts.values()))


def ranked(factors: Factors, had: Histories, asked: Any) -> Any:
    """The 20 best goods that each of those asked has not had, by a score for every good."""
    parts = [asked[at : at + BATCH] for at in range(0, len(asked), BATCH)]
    scores = ((factors.users[part] @ factors.goods.T, had.of(part).matrix) for part in parts)
    return np.concatenate([best_of(without(*each), K) for each in scores])


def compared(name: str, had: Histories, relevant: Any, *, master: str) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """How good both engines are on one case, how far they find the same, and the seconds of each."""
    asked = np.flatnonzero(np.diff(relevant.indptr))
    best, took = {}, {}
    for engine, where in ((master, "Spark"), (IN_PROCESS, "in process")):
        began = perf_counter()
        factors = factors_by(engine, had, FactorSettings(rank=RANK))
        took[f"{name}, {where}"] = round(perf_counter() - began, 1)
        best[where] = ranked(factors, had, asked)
    theirs, ours = (quality_of(each, relevant[asked]).recall for each in best.values())
    same = [len(np.intersect1d(*rows)) / K for rows in zip(*best.values(), strict=True)]
    return [
        figure(f"{name}_recall_at_20", theirs, "", target=COMPARABLE, peer="in process", peer_value=ours),
        figure(f"{name}_same_of_20", float(np.mean(same)), "", target=COMPARABLE),
    ], took


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare on both cases."""
    parser = argparse.ArgumentParser(prog="fenxiao bench matching_spark", description=__doc__)
    parser.add_argument("--master", required=True)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--every", type=int, default=EVERY, help="of Gowalla's people every so many-th is learnt from")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    cases = {"market": market(), "gowalla": places(asked.data, every=asked.every)}
    figures, seconds = [], {}
    for name, case in cases.items():
        found, took = compared(name, *case, master=asked.master)
        figures += found
        seconds |= took
        print(took, flush=True)
    report("matching_spark", figures, as_json=asked.json, seconds=seconds, every=asked.every)


if __name__ == "__main__":
    main()

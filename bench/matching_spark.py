"""Vectors learnt on Spark beside those learnt in process: `fenxiao bench matching_spark --master spark://… [--json]`.

Recall@20 of what was held out, on every second person of Gowalla's validation part (`--data DIR`) and on a small
generated market, by the same settings and the same ranking. Needs a running master with a worker on this machine.
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


def places(folder: Path) -> tuple[Histories, Any]:
    """Some of Gowalla's people, and what was held out of them."""
    case = gowalla(folder, is_test=False)
    people = np.arange(0, case.learnt.user_count, EVERY)
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


def recall(factors: Factors, had: Histories, relevant: Any) -> float:
    """Recall@20 of those who have something held out, by a score for every good."""
    asked = np.flatnonzero(np.diff(relevant.indptr))
    best = [_best(factors, had, asked[at : at + BATCH]) for at in range(0, len(asked), BATCH)]
    return quality_of(np.concatenate(best), relevant[asked]).recall


def _best(factors: Factors, had: Histories, users: Any) -> Any:
    return best_of(without(factors.users[users] @ factors.goods.T, had.of(users).matrix), K)


def figures_of(name: str, had: Histories, relevant: Any, *, master: str) -> list[dict[str, Any]]:
    """How good and how slow both engines are on one case."""
    found, took = [], []
    for engine in (master, IN_PROCESS):
        began = perf_counter()
        factors = factors_by(engine, had, FactorSettings(rank=RANK))
        took.append(perf_counter() - began)
        found.append(recall(factors, had, relevant))
    print(f"{name}: Spark {took[0]:.1f} s, in process {took[1]:.1f} s", flush=True)
    return [figure(f"{name}_recall_at_20", found[0], "", target=COMPARABLE, peer="in process", peer_value=found[1])]


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare on both cases."""
    parser = argparse.ArgumentParser(prog="fenxiao bench matching_spark", description=__doc__)
    parser.add_argument("--master", required=True)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    figures = figures_of("market", *market(), master=asked.master)
    figures += figures_of("gowalla", *places(asked.data), master=asked.master)
    report("matching_spark", figures, as_json=asked.json)


if __name__ == "__main__":
    main()

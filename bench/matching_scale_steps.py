"""One step of `matching_scale` in a process of its own: `matching_scale_steps.py STEP CREATORS GOODS SEED FOLDER`.

draw: a world, into the folder. match: what a large house does with it each night for its creators, by the same code;
then the factors are laid beside, for the judge. judge: the rows served against a score for every good.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
from matching_world import World, read_world, told, world_of
from numpy.typing import NDArray

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fenxiao.cli.site.settings")

MATCHES: Final = 50
HIT_OF: Final = 5_000  # creators of whom something was held out
SERVED: Final = 2_000  # rows read one by one
AT_ONCE: Final = 100  # creators scored against everything


def draw(folder: Path, creators: int, goods: int, seed: int) -> dict[str, Any]:
    """Draw the world; returns what it is like."""
    world = world_of(creators=creators, goods=goods, seed=seed)
    world.save(folder)
    return told(world)


def match(folder: Path, creators: int, goods: int, _seed: int) -> dict[str, Any]:
    """Learn, find the best for every creator, swap them in; returns the seconds of both."""
    from fenxiao.discovery import match_factors, match_files
    from fenxiao.discovery.match_ground import Ground
    from fenxiao.discovery.matching.factors import FactorSettings, factors_of

    histories = read_world(folder, goods=goods).histories
    ground = Ground(
        creator_ids=np.arange(creators) + 1,
        product_ids=np.arange(goods) + 1,
        is_offered=np.ones(goods, dtype=bool),
        histories=histories,
        traits=None,
        profiles=None,
    )
    started = perf_counter()
    factors = factors_of(histories, FactorSettings())
    learnt = perf_counter()
    with match_files.making() as made:
        match_factors.write_goods(made, ground, factors, k=MATCHES)
    ended = perf_counter()
    for name in ("users", "goods"):
        np.save(folder / f"{name}.npy", getattr(factors, name))
    return {"learning_seconds": learnt - started, "finding_seconds": ended - learnt}


def judge(folder: Path, creators: int, goods: int, seed: int, *, sampled: int) -> dict[str, Any]:
    """Recall@50 against exact scores of all goods, what was held out, and how long a row takes to be read."""
    world = read_world(folder, goods=goods)
    users, offers = np.load(folder / "users.npy", mmap_mode="r"), np.load(folder / "goods.npy")
    asked = np.random.default_rng(seed + 100).choice(creators, size=min(sampled, creators), replace=False)
    asked = asked[np.argsort(world.histories.lengths[asked], kind="stable")]
    started = perf_counter()
    exact = [
        best for at in range(0, len(asked), AT_ONCE) for best in _exact(world, users, offers, asked[at : at + AT_ONCE])
    ]
    seconds = perf_counter() - started
    rows = _served(asked + 1)
    hits = world.asked[:HIT_OF], world.held_out[:HIT_OF]
    best_known = np.argsort(-world.histories.known_by, kind="stable")[: 50 + 2_000]
    return {
        "sampled": len(asked),
        "recall_at_50": float(
            np.mean([len(set(row) & set(best)) / MATCHES for row, best in zip(rows, exact, strict=True)])
        ),
        "exact_seconds_for_all": seconds / len(asked) * creators,
        "hit_at_50": float(np.mean([item in row for item, row in zip(hits[1], _served(hits[0] + 1), strict=True)])),
        "hit_at_50_of_the_best_known": _best_known_hits(world, *hits, best_known),
        **_reading(creators, seed),
    }


def _exact(world: World, users: Any, offers: NDArray[np.float32], asked: NDArray[np.int64]) -> list[list[int]]:
    """The best of every good there is, less what each has had."""
    import faiss

    histories = world.histories
    wanted = min(MATCHES + int(histories.lengths[asked].max()), len(offers))
    _scores, places = faiss.knn(np.asarray(users[asked]), offers, wanted, metric=faiss.METRIC_INNER_PRODUCT)
    had = [histories.items[histories.starts[user] : histories.starts[user + 1]] for user in asked]
    return [row[~np.isin(row, own)][:MATCHES].tolist() for row, own in zip(places, had, strict=True)]


def _served(creator_ids: NDArray[np.int64]) -> list[list[int]]:
    """The places of the goods that the house serves to each."""
    from fenxiao.discovery import match_files

    table = match_files.table(match_files.Kind.GOODS_FOR_CREATOR)
    return [[product - 1 for product, _score in table.of(int(creator))] for creator in creator_ids]


def _best_known_hits(
    world: World, asked: NDArray[np.int64], held_out: NDArray[np.int32], best_known: NDArray[np.int64]
) -> float:
    found = 0
    for user, item in zip(asked, held_out, strict=True):
        had = world.histories.items[world.histories.starts[user] : world.histories.starts[user + 1]]
        found += item in best_known[~np.isin(best_known, had)][:MATCHES]
    return found / len(asked)


def _reading(creators: int, seed: int) -> dict[str, float]:
    """Milliseconds of reading a row through the door the pages use, each for a creator drawn anew."""
    from fenxiao.discovery import match_files

    taken = []
    for creator in np.random.default_rng(seed).integers(creators, size=SERVED) + 1:
        started = perf_counter()
        match_files.table(match_files.Kind.GOODS_FOR_CREATOR).of(int(creator))
        taken.append((perf_counter() - started) * 1_000)
    return {"read_p50_ms": float(np.percentile(taken, 50)), "read_p99_ms": float(np.percentile(taken, 99))}


def main() -> None:
    """Run the step and write what it says beside its world."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("step", choices=["draw", "match", "judge"])
    for name in ("creators", "goods", "seed"):
        options.add_argument(name, type=int)
    options.add_argument("folder", type=Path)
    options.add_argument("--sampled", type=int, default=2_000)
    given = options.parse_args()
    os.environ["FENXIAO_HOME"] = str(given.folder)
    import django

    django.setup()
    size = given.folder, given.creators, given.goods, given.seed
    steps = {"draw": draw, "match": match}
    said = judge(*size, sampled=given.sampled) if given.step == "judge" else steps[given.step](*size)
    (given.folder / f"{given.step}.json").write_text(json.dumps(said))


if __name__ == "__main__":
    sys.exit(main())

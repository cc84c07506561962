"""A generated world of creators and goods for `bench matching_scale`: who dealt with what, with a long tail.

Goods lie in 1,000 third-level categories (sizes by Zipf) and in eight styles each; within a style the r-th best-known
good is drawn as 1/r. A creator has one to three categories and mostly one style in each; one dealing in ten is
with anything at all, the well-known first. Histories are log-normal, 38 drawn dealings in the mean. Numbers of goods
are shuffled, so that a place says nothing about a category, and none of this is told to the method.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery.matching import Histories

CATEGORIES, STYLES = 1_000, 8
MEAN_DEALINGS, SPREAD = 38.0, 1.1  # of a history's length; and of its logarithm
MOST_DEALINGS = 2_000
ANYTHING = 0.1
OWN_STYLE = 0.7
CHUNK = 100_000  # creators drawn at once


@dataclass(frozen=True, kw_only=True)
class World:
    """What was drawn: histories to learn from, and one later dealing of each of some creators."""

    histories: Histories
    asked: NDArray[np.int64]  # creators with something held out
    held_out: NDArray[np.int32]  # one good of each

    def save(self, folder: Path) -> None:
        """Write it where `read_world` finds it."""
        arrays = {"starts": self.histories.starts, "items": self.histories.items}
        for name, array in (arrays | {"asked": self.asked, "held_out": self.held_out}).items():
            np.save(folder / f"{name}.npy", array)


def world_of(*, creators: int, goods: int, seed: int) -> World:
    """Draw a world. A dealing that is drawn twice counts once, so that fewer stand in it than were drawn."""
    dice = np.random.default_rng(seed)
    shelves = _Shelves.of(goods, dice)
    parts = [_drawn(shelves, min(CHUNK, creators - at), at, dice) for at in range(0, creators, CHUNK)]
    owners, items = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
    del parts
    starts = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=creators))]).astype(np.int64)
    return _split(owners, items, starts, goods=goods, dice=dice)


def categories_of(goods: int, *, seed: int) -> NDArray[np.int64]:
    """The category of each good of the world of this seed, by its number."""
    shelves = _Shelves.of(goods, np.random.default_rng(seed))
    categories = np.empty(goods, dtype=np.int64)
    categories[shelves.numbers] = np.repeat(np.arange(CATEGORIES * STYLES) // STYLES, np.diff(shelves.starts))
    return categories


def read_world(folder: Path, *, goods: int) -> World:
    """A world that was saved."""
    starts, items, asked, held_out = (
        np.load(folder / f"{name}.npy") for name in ("starts", "items", "asked", "held_out")
    )
    weights = np.ones(len(items), dtype=np.float32)
    histories = Histories(starts=starts, items=items, weights=weights, item_count=goods)
    return World(histories=histories, asked=asked, held_out=held_out)


def told(world: World) -> dict[str, Any]:
    """What the world is like, to be printed."""
    known, lengths = np.sort(world.histories.known_by)[::-1], world.histories.lengths
    return {
        "dealings": len(world.histories.items),
        "goods_nobody_has": float((known == 0).mean()),
        "of_the_best_known_percent_of_goods": float(known[: max(len(known) // 100, 1)].sum() / known.sum()),
        "history_length_at_10_50_90_99_percent": np.percentile(lengths, [10, 50, 90, 99]).tolist(),
    }


@dataclass(frozen=True, kw_only=True)
class _Shelves:
    """Goods by style of category: those of shelf s stand from starts[s] on, the best known first."""

    starts: NDArray[np.int64]  # CATEGORIES × STYLES + 1
    numbers: NDArray[np.int32]  # of goods as they are known to the method
    often: NDArray[np.float64]  # CATEGORIES: the chance of a creator's choosing it

    @classmethod
    def of(cls, goods: int, dice: np.random.Generator) -> "_Shelves":
        chances = 1.0 / np.arange(1, CATEGORIES + 1) ** 0.7
        chances /= chances.sum()
        sizes = dice.multinomial(goods, np.repeat(chances / STYLES, STYLES))
        starts = np.concatenate([[0], np.cumsum(sizes)])
        return cls(starts=starts, numbers=dice.permutation(goods).astype(np.int32), often=chances)

    def drawn(self, shelves: NDArray[np.int64], dice: np.random.Generator) -> NDArray[np.int32]:
        """A good of each of the shelves: the r-th with a chance of about 1/r."""
        sizes = self.starts[shelves + 1] - self.starts[shelves]
        ranks = (np.maximum(sizes, 1) + 1.0) ** dice.random(len(shelves)) - 1.0
        places = np.minimum(self.starts[shelves] + ranks.astype(np.int64), len(self.numbers) - 1)
        return self.numbers[places]


def _drawn(
    shelves: _Shelves, creators: int, first: int, dice: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Owners and goods of some creators, each pair once, in order of owners and in no order within one."""
    tastes = dice.choice(CATEGORIES, size=(creators, 3), p=shelves.often)
    styles = dice.integers(STYLES, size=(creators, 3))
    many = dice.choice([1, 2, 3], size=creators, p=[0.5, 0.3, 0.2])
    mean = np.log(MEAN_DEALINGS) - SPREAD**2 / 2
    lengths = np.clip(dice.lognormal(mean, SPREAD, creators), 1, MOST_DEALINGS).astype(np.int64)
    owners = np.repeat(np.arange(creators), lengths)
    which = (dice.random(len(owners)) ** 1.5 * many[owners]).astype(np.int64)  # the first taste most often
    is_own = dice.random(len(owners)) < OWN_STYLE
    style = np.where(is_own, styles[owners, which], dice.integers(STYLES, size=len(owners)))
    shelf = tastes[owners, which] * STYLES + style
    is_any = dice.random(len(owners)) < ANYTHING
    anything = dice.choice(CATEGORIES, size=int(is_any.sum()), p=shelves.often) * STYLES
    shelf[is_any] = anything + dice.integers(STYLES, size=len(anything))
    pairs = np.unique((owners << 32) | shelves.drawn(shelf, dice))
    return (pairs >> 32).astype(np.int32) + first, (pairs & 0xFFFFFFFF).astype(np.int32)


def _split(
    owners: NDArray[np.int32], items: NDArray[np.int32], starts: NDArray[np.int64], *, goods: int, dice: Any
) -> World:
    """Hold out one good of every hundredth creator with five or more: pairs are sorted, so any place is as good."""
    lengths = np.diff(starts)
    asked = np.flatnonzero(lengths >= 5)[::100]
    places = starts[asked] + (dice.random(len(asked)) * lengths[asked]).astype(np.int64)
    held_out = items[places]
    stays = np.ones(len(items), dtype=bool)
    stays[places] = False
    lengths[asked] -= 1
    histories = Histories(
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        items=items[stays],
        weights=np.ones(int(stays.sum()), dtype=np.float32),
        item_count=goods,
    )
    return World(histories=histories, asked=asked, held_out=held_out)

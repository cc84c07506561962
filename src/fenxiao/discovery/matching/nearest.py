"""What suits every seeker best by factors, where seekers times offers are too many to be scored one by one.

Creators seek goods, goods seek creators, creators seek their like: the same search. Offers are narrowed level by
level, for groups of seekers and for groups within them, then scored exactly for each seeker of the last. One at
distance d from his group's centre c gives an offer g at most c·g + d |g| (Cauchy and Schwarz). Few offers point just
where he stands off, so a part of that is enough:

    an offer's hope = c·g + reach × radius × |g|

The offers of most hope are kept. What is lost so is measured against every offer (`fenxiao bench matching_scale`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from fenxiao.discovery.matching.groups import Group, directions_of, groups_of, lengths_of
from fenxiao.discovery.matching.histories import Histories
from fenxiao.discovery.matching.ranking import NOTHING
from fenxiao.discovery.matching.threads import in_threads

HOPES: Final = 1 << 25  # worked out at once, in each thread: 128 MB
LENGTHS: Final = (16, 64, 256)  # of histories: who had more must be asked for more, since what was had comes first


@dataclass(frozen=True, kw_only=True)
class Level:
    """How one level narrows."""

    size: int  # seekers of a group, in the mean
    reach: float  # the part of its radius that is hoped for
    part: float  # of the offers left by the level before …
    least: int  # … and never fewer than this are kept


# Chosen on creators of the generated market at full size other than those its bench asks about.
LEVELS: Final = (
    Level(size=60_000, reach=0.1, part=0.03, least=100_000),
    Level(size=110, reach=0.4, part=0.04, least=8_000),
)


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Where the k best of every seeker are written: NOTHING and minus infinity where fewer are left."""

    places: NDArray[np.int32]  # U × k
    scores: NDArray[np.float32]  # U × k: as of a seeker of length 1, so that rows compare


def write_best(
    seekers: NDArray[np.float32],
    offers: NDArray[np.float32],
    *,
    had: Histories,
    offered: NDArray[np.int32],
    into: Rows,
    levels: Sequence[Level] = LEVELS,
) -> None:
    """Write the k best offers (of I × R) for every seeker (U × R), best first, of those `offered` (places).

    What a seeker had is left out; one without a vector gets nothing. Memory: the directions of seekers beside what is
    given, the offered vectors if they are not all, and per thread what a group of the first level keeps.
    """
    into.places[:], into.scores[:] = NOTHING, -np.inf
    directions = directions_of(seekers)
    members = np.flatnonzero(directions.any(axis=1))
    if len(offered) and len(members):
        search = _Search(directions=directions, had=had, into=into, levels=levels)
        search.serve_all(members, _Offers.of(offers, offered))


@dataclass(frozen=True, kw_only=True)
class _Offers:
    """Some offers: their places, vectors and lengths."""

    places: NDArray[np.int32]
    vectors: NDArray[np.float32]
    lengths: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: NDArray[np.float32], places: NDArray[np.int32]) -> "_Offers":
        own = vectors if len(places) == len(vectors) else vectors[places]
        return cls(places=places, vectors=own, lengths=lengths_of(own))

    def hopes(self, groups: Sequence[Group], reach: float) -> NDArray[np.float32]:
        """Groups × offers."""
        hopes: NDArray[np.float32] = np.stack([group.centre for group in groups]) @ self.vectors.T
        for at, group in enumerate(groups):
            hopes[at] += np.float32(reach * group.radius) * self.lengths
        return hopes

    def at(self, kept: NDArray[np.int64]) -> "_Offers":
        if len(kept) == len(self.places):
            return self
        return _Offers(places=self.places[kept], vectors=self.vectors[kept], lengths=self.lengths[kept])


@dataclass(frozen=True, kw_only=True)
class _Search:
    directions: NDArray[np.float32]
    had: Histories
    into: Rows
    levels: Sequence[Level]

    def serve_all(self, members: NDArray[np.int64], offers: _Offers) -> None:
        """The groups of the first level are shared among threads, the largest first, so that they end together."""
        groups = groups_of(self.directions, members, size=self.levels[0].size)
        groups.sort(key=lambda group: (-len(group.members), int(group.members[0])))
        with threadpool_limits(limits=1):  # two libraries' threads would hinder each other
            in_threads(lambda group: self._serve_groups([group], offers, self.levels), groups, first=_alone)

    def _serve_groups(self, groups: Sequence[Group], offers: _Offers, levels: Sequence[Level]) -> None:
        count = max(int(len(offers.places) * levels[0].part), levels[0].least)
        at_once = max(HOPES // len(offers.places), 1)
        for first in range(0, len(groups), at_once):
            some = groups[first : first + at_once]
            for group, hopes in zip(some, offers.hopes(some, levels[0].reach), strict=True):
                self._serve_group(group, offers.at(_most(hopes, count)), levels[1:])

    def _serve_group(self, group: Group, offers: _Offers, levels: Sequence[Level]) -> None:
        if levels:
            self._serve_groups(groups_of(self.directions, group.members, size=levels[0].size), offers, levels)
            return
        for members, had_most in self._by_length(group.members):
            self._serve_members(members, offers, had_most)

    def _by_length(self, members: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], int]]:
        lengths = self.had.lengths[members]
        which = np.searchsorted(LENGTHS, lengths)
        for each in np.unique(which):
            here = which == each
            yield members[here], int(lengths[here].max())

    def _serve_members(self, members: NDArray[np.int64], offers: _Offers, had_most: int) -> None:
        """Score these offers exactly, leave out what each has had, write the best."""
        import faiss  # 40 MB, and only who makes matches needs it

        k = self.into.places.shape[1]
        asked = min(k + had_most, len(offers.places))
        product = faiss.METRIC_INNER_PRODUCT
        scores, at = faiss.knn(self.directions[members], offers.vectors, asked, metric=product)
        places = offers.places[at]
        is_left = ~_had(places, members, self.had)
        rank = np.cumsum(is_left, axis=1) - 1  # among what is left
        rows, columns = np.nonzero(is_left & (rank < k))
        into = members[rows], rank[rows, columns]
        self.into.places[into], self.into.scores[into] = places[rows, columns], scores[rows, columns]


def _most(hopes: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """The places of the largest, in order of places."""
    if count >= len(hopes):
        return np.arange(len(hopes))
    return np.sort(np.argpartition(hopes, len(hopes) - count)[len(hopes) - count :])


def _had(places: NDArray[np.int32], members: NDArray[np.int64], had: Histories) -> NDArray[np.bool_]:
    """B × k: whether the seeker of the row has had the offer."""
    rows = np.arange(len(members), dtype=np.int64)[:, None] * had.item_count
    return np.isin(places + rows, _own_keys(members, had))


def _own_keys(members: NDArray[np.int64], had: Histories) -> NDArray[np.int64]:
    """Every pair of a row and what its seeker has had, as one number each."""
    lengths = had.lengths[members]
    ends = np.cumsum(lengths)
    within = np.arange(int(lengths.sum())) - np.repeat(ends - lengths, lengths)
    items: NDArray[np.int64] = had.items[np.repeat(had.starts[members], lengths) + within].astype(np.int64)
    items += np.repeat(np.arange(len(members), dtype=np.int64), lengths) * had.item_count
    return items


def _alone() -> None:
    import faiss  # 40 MB, and only who makes matches needs it

    faiss.omp_set_num_threads(1)

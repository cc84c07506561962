"""What a run publishes of a peer group: its size, its priors and, per indicator, who stands where."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fenxiao.quality.rules.gates import WHOLE
from fenxiao.quality.rules.indicators import INDICATORS
from fenxiao.quality.rules.policy import PolicyBody
from fenxiao.quality.rules.raw import RawFacts

NO_BAND = -1


@dataclass(frozen=True, kw_only=True, slots=True)
class Stand:
    """Peers with values from `low` to `high`: so many others are worse, so many are worse or here.

    One value in groups of up to ten thousand peers; in larger ones the values of one basis point stand together.
    """

    low: float
    high: float
    below: int
    upto: int


class Places:
    """The peers with evidence for one indicator, from the worst to the best."""

    def __init__(self, code: str, stands: Sequence[Stand]) -> None:
        self.sign = 1 if INDICATORS[code].higher_is_better else -1
        self.stands = sorted(stands, key=lambda stand: stand.upto)
        self.among = self.stands[-1].upto if self.stands else 0
        self._worst_of = [self.sign * (one.low if self.sign > 0 else one.high) for one in self.stands]
        self._best_of = [self.sign * (one.high if self.sign > 0 else one.low) for one in self.stands]

    def best(self) -> float | None:
        """The best value that any peer has."""
        return self.sign * self._best_of[-1] if self._best_of else None

    def rank(self, value: float, *, instead_of: float | None) -> tuple[int, int, int]:
        """(worse, worse or equal, all) for a product at `value`, itself counted; `instead_of` is where it stands now.

        None stands nowhere yet: it had no evidence.
        """
        below, upto = self._others(self.sign * value)
        if instead_of is None:
            return below, upto + 1, self.among + 1
        now, then = self.sign * instead_of, self.sign * value
        return below - (now < then), upto - (now <= then) + 1, self.among

    def percentile(self, value: float, *, instead_of: float | None) -> int:
        """The percentile in bp: the middle of those it shares its place with."""
        below, upto, among = self.rank(value, instead_of=instead_of)
        return (below + upto) * WHOLE // max(among * 2, 1)

    def _others(self, key: float) -> tuple[int, int]:
        found = bisect_left(self._best_of, key)
        if found == len(self.stands):
            return self.among, self.among
        one = self.stands[found]
        return (one.below, one.upto) if self._worst_of[found] <= key else (one.below, one.below)


@dataclass(frozen=True, kw_only=True)
class Peers:
    """One peer group as published. Priors are in the unit of the numerators (see `measuring`)."""

    kind: int  # as `Grade.peer_kind`
    category: str
    band: int
    size: int
    median_unit: float | None  # of the prices paid
    priors: Mapping[str, float]
    places: Mapping[str, Places]


def band_of(price_fen: int, *, policy: PolicyBody) -> int:
    """The number of the price band, from 0."""
    return sum(price_fen >= edge for edge in policy.price_bands_fen)


def group_keys(raw: RawFacts, *, policy: PolicyBody) -> list[tuple[int, str, int]]:
    """The groups that a product may be compared with, nearest first; its own is the first that was published."""
    band = band_of(raw.price_fen, policy=policy)
    return [(0, raw.third_id, band), (1, raw.second_id, band), (2, "", band), (3, "", NO_BAND)]

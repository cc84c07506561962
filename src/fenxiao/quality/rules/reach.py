"""How far an indicator's value can honestly go, and in which steps people think of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from fenxiao.quality.rules.grades import Measure, MeasuredGrade
from fenxiao.quality.rules.indicators import INDICATORS, Indicator, Unit
from fenxiao.quality.rules.measuring import scale_of, strength_of
from fenxiao.quality.rules.peers import Peers
from fenxiao.quality.rules.policy import PolicyBody
from fenxiao.quality.rules.shown import value_words

STEPS: Final[Mapping[Unit, float]] = {
    Unit.POINTS: 1.0,
    Unit.SHARE: 0.001,
    Unit.RATIO: 0.01,
    Unit.CREATORS: 1.0,
    Unit.FEN: 100.0,
    Unit.STARS: 0.01,
}
BOUNDS: Final[Mapping[Unit, tuple[float, float | None]]] = {
    Unit.POINTS: (0.0, 100.0),
    Unit.SHARE: (0.0, 1.0),
    Unit.RATIO: (0.2, 5.0),
    Unit.CREATORS: (0.0, None),
    Unit.FEN: (0.0, None),
    Unit.STARS: (1.0, 5.0),
}
# What the merchant's own record gives in whole points, and what the whole category decides: no dial to turn.
WITHOUT_STEPS: Final = frozenset({"brand_standing"})


@dataclass(frozen=True, kw_only=True)
class Reach:
    """The values that an indicator of one product may be brought to, one better than the other."""

    code: str
    now: float
    values: tuple[float, ...] | range
    step: float

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, number: int) -> float:
        return self.values[number] if isinstance(self.values, tuple) else round(self.values[number] * self.step, 6)

    @property
    def best(self) -> float:
        """The end of it."""
        return self[len(self) - 1]

    def effort(self, value: float) -> float:
        """How hard `value` is: the part of the room up to the best possible that it takes; of amounts, the growth."""
        one = INDICATORS[self.code]
        if BOUNDS[one.unit][1] is None:
            return abs(value - self.now) / max(abs(self.now), self.step)
        bound = _natural_best(one)
        return abs(value - self.now) / max(abs(bound - self.now), self.step)


def reach_of(
    code: str, grade: MeasuredGrade, *, peers: Peers, policy: PolicyBody, at_most: Mapping[str, float]
) -> Reach | None:
    """What the value of a known indicator can become on the evidence there is; None where nothing better is possible.

    A shrunk value cannot pass what perfect facts would make of it. An amount need not pass the best of the peers by
    more than a step, or the bound of a gate. `at_most` names limits of this product (its commission, its points).
    """
    one, measure = INDICATORS[code], grade.measures[code]
    step = STEPS[one.unit]
    if code in WITHOUT_STEPS:
        better = tuple(points for points in _possible_points(policy) if points > measure.value)
        return Reach(code=code, now=measure.value, values=better, step=step) if better else None
    limit = _limit(one, measure, peers=peers, policy=policy)
    if code in at_most:
        limit = min(limit, at_most[code])
    steps = _steps(one, measure.value, limit, step)
    return Reach(code=code, now=measure.value, values=steps, step=step) if len(steps) else None


def _possible_points(policy: PolicyBody) -> list[float]:
    fame = policy.tier_points
    return sorted({float(points + more) for points in policy.standing_points[1:] for more in fame})


def _limit(one: Indicator, measure: Measure, *, peers: Peers, policy: PolicyBody) -> float:
    if BOUNDS[one.unit][1] is None:
        bounds = [gate.bound for gate in (*policy.gates, *policy.label_gates) if gate.of == one.code]
        return max(peers.places[one.code].best() or 0.0, *bounds, 0.0) + STEPS[one.unit]
    bound = _natural_best(one)
    if not one.strength or one.code == "brand_share":
        return bound
    strength = strength_of(one, policy=policy)
    prior = 1.0 if one.code == "price_position" else peers.priors[one.code] / scale_of(one)
    return (bound * measure.evidence + prior * strength) / (measure.evidence + strength)


def _natural_best(one: Indicator) -> float:
    low, high = BOUNDS[one.unit]
    return high if one.higher_is_better and high is not None else low


def _steps(one: Indicator, now: float, limit: float, step: float) -> range:
    """Whole steps from just better than `now` to `limit`, each shown with another figure than `now`."""
    if one.higher_is_better:
        first, last, way = floor(now / step) + 1, floor(limit / step + 1e-9), 1
    else:
        first, last, way = ceil(now / step) - 1, ceil(limit / step - 1e-9), -1
    shown = value_words(one, now)
    while (last - first) * way >= 0 and value_words(one, first * step) == shown:
        first += way
    return range(first, last + way, way)


@dataclass(frozen=True, kw_only=True)
class Dial:
    """One indicator for people to play with."""

    code: str
    now: float
    low: float
    high: float
    step: float


def dials_of(grade: MeasuredGrade, *, peers: Peers) -> Iterator[Dial]:
    """A dial per indicator, from its natural least to its natural most (of amounts: twice the best of the peers)."""
    for code, one in INDICATORS.items():
        now, (low, high) = grade.measures[code].value, BOUNDS[one.unit]
        most = high if high is not None else 2 * max(now, peers.places[code].best() or 0.0, STEPS[one.unit])
        yield Dial(code=code, now=now, low=low, high=most, step=STEPS[one.unit])

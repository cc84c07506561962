"""From what a product shows to its level. The engine says the same in its expressions; tests compare the two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fenxiao.quality.rules.gates import ORDERS, PLACED, WHOLE, Gate, RedLine
from fenxiao.quality.rules.indicators import INDICATORS, Power, of_power
from fenxiao.quality.rules.policy import PolicyBody

MIDDLE = WHOLE // 2  # the percentile of what is not known: the middle of its peers
LABEL_FROM = 3


class Step(StrEnum):
    """How a product came by its level in a run."""

    FIRST = "first"  # it had none: placed at what it scores
    RED_LINE = "red_line"  # at once
    KEPT = "kept"
    UP = "up"
    ONE_UP = "one_up"  # it scores higher still: one level a run
    FALL_WAITS = "fall_waits"  # below for the first time: one more run decides
    FALL = "fall"  # below for the second time


class Why(StrEnum):
    """What decided the scored level."""

    RED_LINE = "red_line"
    TOO_LITTLE = "too_little_evidence"
    COVERAGE = "coverage"  # what is known covers too little for more than L2
    SCORE = "score"  # the next level's threshold
    GATE = "gate"  # one of the next level's gates
    TOP = "top"


@dataclass(frozen=True, kw_only=True)
class Showing:
    """What the level is decided on."""

    score_bp: int
    coverage_bp: int
    orders: int
    powers: Mapping[str, int | None]  # in bp; None without evidence
    values: Mapping[str, float]  # of the indicators
    evidence: Mapping[str, float]
    violations: int = 0  # found and not lifted

    def of(self, name: str) -> float | None:
        """What a gate looks at."""
        if name == ORDERS:
            return self.orders
        return self.values[name] if name in INDICATORS else self.powers[name]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """The level a product scores, before the rule of steps, and what kept it from the next one."""

    level: int
    why: Why


@dataclass(frozen=True, kw_only=True)
class Before:
    """What the run before said: the level it set and the one it scored."""

    level: int
    scored: int


def weigh_powers(
    percentiles: Mapping[str, int], evidence: Mapping[str, float], *, policy: PolicyBody
) -> tuple[dict[str, int | None], int, int]:
    """Powers, score and coverage, in bp. A power without evidence is left out and the rest weighed again."""
    powers: dict[str, int | None] = {}
    for power in Power:
        weighed = sum(policy.indicators[one.code] * percentiles[one.code] for one in of_power(power))
        powers[power] = weighed // WHOLE if any(evidence[one.code] > 0 for one in of_power(power)) else None
    known = {power: points for power, points in powers.items() if points is not None}
    weight = sum(policy.powers[power] for power in known)
    score = sum(policy.powers[power] * points for power, points in known.items()) // weight if weight else 0
    return powers, score, sum(policy.weight(code) for code in INDICATORS if evidence[code] > 0) // WHOLE


def level_for(showing: Showing, *, policy: PolicyBody) -> Scored:
    """The level that `showing` scores: each level asks for all that those below it ask for."""
    if is_beyond_red_line(showing, policy=policy):
        return Scored(level=0, why=Why.RED_LINE)
    level = 1
    for wanted in PLACED:
        if why := _obstacle(showing, level=wanted, policy=policy):
            return Scored(level=level, why=why)
        level = wanted
    return Scored(level=level, why=Why.TOP)


def is_beyond_red_line(showing: Showing, *, policy: PolicyBody) -> bool:
    """Whether a violation stands, or any red line is crossed on enough evidence."""
    return showing.violations > 0 or any(is_crossed(showing, line) for line in policy.red_lines)


def is_crossed(showing: Showing, line: RedLine) -> bool:
    """Whether this red line is crossed on enough evidence."""
    has_evidence = showing.evidence[line.of] >= line.least_evidence
    return has_evidence and _is_worse(line.of, showing.values[line.of], line.bound)


def _is_worse(code: str, value: float, bound: float) -> bool:
    return value < bound if INDICATORS[code].higher_is_better else value > bound


def _obstacle(showing: Showing, *, level: int, policy: PolicyBody) -> Why | None:
    if showing.coverage_bp < policy.least_coverage_bp:
        return Why.TOO_LITTLE
    if level > 2 and showing.coverage_bp < policy.quality_coverage_bp:
        return Why.COVERAGE
    if showing.score_bp < policy.thresholds[level]:
        return Why.SCORE
    failed = [gate for gate in policy.gates if gate.level == level and not passes(showing, gate)]
    if not failed:
        return None
    return Why.TOO_LITTLE if level == 2 and all(gate.of == ORDERS for gate in failed) else Why.GATE


def passes(showing: Showing, gate: Gate) -> bool:
    """Whether `showing` passes one gate."""
    value = showing.of(gate.of)
    return value is not None and (value <= gate.bound if gate.is_upper else value >= gate.bound)


def next_level(scored: int, *, before: Before | None, is_red: bool) -> tuple[int, Step]:
    """One level up a run at most; two runs below before a fall; red lines at once; without a past, directly."""
    if before is None:
        return scored, Step.RED_LINE if is_red else Step.FIRST
    if is_red:
        return 0, Step.RED_LINE
    if scored > before.level:
        return before.level + 1, Step.UP if scored == before.level + 1 else Step.ONE_UP
    if scored == before.level:
        return scored, Step.KEPT
    if before.scored < before.level:
        return scored, Step.FALL
    return before.level, Step.FALL_WAITS


def has_label(level: int, showing: Showing, *, gates: Sequence[Gate]) -> bool:
    """Whether a product of this level carries 「精选好物」."""
    return level >= LABEL_FROM and all(passes(showing, gate) for gate in gates)

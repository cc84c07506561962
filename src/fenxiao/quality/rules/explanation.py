"""Why a product has its level, from its grade and the policy alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fenxiao.quality.rules.gates import PLACED, WHOLE
from fenxiao.quality.rules.grades import MeasuredGrade
from fenxiao.quality.rules.indicators import INDICATORS, POWER_WORDS, Indicator, Power
from fenxiao.quality.rules.levels import Scored, Step, Why, is_crossed, level_for, passes
from fenxiao.quality.rules.peers import Peers
from fenxiao.quality.rules.policy import PolicyBody
from fenxiao.quality.rules.shown import (
    evidence_words,
    gate_words,
    group_words,
    measure_place,
    place_words,
    subject_words,
    value_words,
)
from fenxiao.quality.rules.ways_up import Way, ways_up
from fenxiao.quality.rules.words import Words

LEVEL_WORDS: Final = (
    Words("未达标", "Unqualified"),
    Words("新品上线", "New"),
    Words("达标分销商品", "Qualified"),
    Words("优质好物", "Quality goods"),
    Words("行业爆款", "Category hit"),
    Words("行业尖货", "Top goods"),
)

STEP_WORDS: Final = {
    Step.FIRST: Words("首次评级，直接定级", "first grading, placed at once"),
    Step.RED_LINE: Words("触及红线，立即降为 L0", "a red line means L0 at once"),
    Step.KEPT: Words("", ""),
    Step.UP: Words("上升一级", "up one level"),
    Step.ONE_UP: Words("得分已够 L{scored}，每次最多升一级", "it scores L{scored}, but rises one level a run"),
    Step.FALL_WAITS: Words("本次只够 L{scored}，再低一次即下调", "it scores only L{scored}: once more and it falls"),
    Step.FALL: Words("连续两次低于原等级，下调", "below its level twice in a row, so it falls"),
}


@dataclass(frozen=True, kw_only=True)
class IndicatorLine:
    """One indicator. `contribution` is what it adds to the score, in points; all of them sum to the score."""

    code: str
    power: str
    name: Words
    formula: Words
    value: float
    shown: Words
    evidence: float
    evidence_shown: Words
    is_known: bool  # False: the value is the prior
    higher_is_better: bool
    percentile: float  # 0 to 100 of the peers with evidence, higher is better
    place: Words | None
    weight: float  # in the score, 0 to 1
    contribution: float


@dataclass(frozen=True, kw_only=True)
class PowerLine:
    """One power, 0 to 100; `points` is None without evidence, and its weight then 0."""

    code: str
    name: Words
    points: float | None
    weight: float
    contribution: float


@dataclass(frozen=True, kw_only=True)
class GateLine:
    """One gate of a level (0: a gate of the label) and whether it is passed."""

    level: int
    asks: Words
    shown: Words
    passed: bool


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Everything that made a product's level."""

    product_id: int
    level: int
    level_name: Words
    scored: int  # by the score alone, before the rule of one step a run
    reason: Words
    is_select: bool
    score: float
    coverage: float
    orders: int
    peers: int
    peer_group: Words
    place: Words
    powers: tuple[PowerLine, ...]
    indicators: tuple[IndicatorLine, ...]
    gates: tuple[GateLine, ...]
    label_gates: tuple[GateLine, ...]
    ways_up: tuple[Words, ...]
    ways: tuple[Way, ...]  # the same, to work with
    thresholds: tuple[tuple[int, float], ...] = ()  # the least score of each level, 0 to 100
    is_confirmed: bool | None = None  # whether a recount from raw facts says the same; None: the facts are forgotten


def explanation_of_grade(
    grade: MeasuredGrade,
    *,
    policy: PolicyBody,
    category: Words | None,
    peers: Peers | None,
    at_most: Mapping[str, float] | None = None,
) -> Explanation:
    """The explanation of `grade`.

    `category` is the name of the peer group's category, where it has one. Without `peers` (their files are forgotten)
    no ways up are told. `at_most` limits them (see `ways_up`).
    """
    policy = policy.under(grade.override)
    ways = ways_up(grade, peers=peers, policy=policy, at_most=at_most) if peers else ()
    return Explanation(
        product_id=grade.product_id,
        level=grade.level,
        level_name=LEVEL_WORDS[grade.level],
        scored=grade.scored,
        reason=reason_of(grade, policy=policy),
        is_select=grade.is_select,
        score=grade.score,
        coverage=grade.coverage,
        orders=grade.orders,
        peers=grade.peers,
        peer_group=group_words(grade, category=category, policy=policy),
        place=place_words(grade.place, grade.peers, kind=grade.peer_kind),
        powers=tuple(_power_line(power, grade, policy) for power in Power),
        indicators=tuple(_indicator_line(one, grade, policy) for one in INDICATORS.values()),
        gates=tuple(_gate_lines(grade, policy)),
        label_gates=tuple(_label_gate_lines(grade, policy)),
        ways_up=tuple(way.words for way in ways),
        ways=ways,
        thresholds=tuple((level, policy.thresholds[level] / 100) for level in PLACED),
    )


def weights_in_score(grade: MeasuredGrade, *, policy: PolicyBody) -> dict[str, float]:
    """Each power's weight in this product's score: powers without evidence weigh nothing, the rest all of it."""
    policy = policy.under(grade.override)
    known = sum(policy.powers[power] for power, points in grade.powers_bp.items() if points is not None)
    return {
        power: policy.powers[power] / known if known and points is not None else 0.0
        for power, points in grade.powers_bp.items()
    }


def _power_line(power: Power, grade: MeasuredGrade, policy: PolicyBody) -> PowerLine:
    weight, points = weights_in_score(grade, policy=policy)[power], grade.powers[power]
    return PowerLine(
        code=power.value, name=POWER_WORDS[power], points=points, weight=weight, contribution=weight * (points or 0.0)
    )


def _indicator_line(one: Indicator, grade: MeasuredGrade, policy: PolicyBody) -> IndicatorLine:
    measure = grade.measures[one.code]
    weight = weights_in_score(grade, policy=policy)[one.power] * policy.indicators[one.code] / WHOLE
    return IndicatorLine(
        code=one.code,
        power=one.power.value,
        name=one.words,
        formula=one.formula,
        value=measure.value,
        shown=value_words(one, measure.value),
        evidence=measure.evidence,
        evidence_shown=evidence_words(one, measure.evidence),
        is_known=measure.is_known,
        higher_is_better=one.higher_is_better,
        percentile=measure.percentile_bp / 100,
        place=measure_place(measure, kind=grade.peer_kind),
        weight=weight,
        contribution=weight * measure.percentile_bp / 100,
    )


def _gate_lines(grade: MeasuredGrade, policy: PolicyBody) -> Iterator[GateLine]:
    for level in PLACED:
        yield _bound(
            level,
            Words("得分", "Score"),
            f"{policy.thresholds[level] / 100:.0f}",
            f"{grade.score:.1f}",
            passed=grade.score_bp >= policy.thresholds[level],
        )
        least = policy.quality_coverage_bp if level > 2 else policy.least_coverage_bp
        yield _bound(
            level,
            Words("证据覆盖", "Evidence coverage"),
            f"{least / WHOLE:.0%}",
            f"{grade.coverage:.0%}",
            passed=grade.coverage_bp >= least,
        )
        for gate in policy.gates:
            if gate.level == level:
                shown = subject_words(gate.of, grade.showing.of(gate.of))
                yield GateLine(level=level, asks=gate_words(gate), shown=shown, passed=passes(grade.showing, gate))


def _bound(level: int, name: Words, bound: str, shown: str, *, passed: bool) -> GateLine:
    asks = Words(f"{name.zh} ≥ {bound}", f"{name.en} ≥ {bound}")
    return GateLine(level=level, asks=asks, shown=Words(shown, shown), passed=passed)


def _label_gate_lines(grade: MeasuredGrade, policy: PolicyBody) -> Iterator[GateLine]:
    for gate in policy.label_gates:
        shown = subject_words(gate.of, grade.showing.of(gate.of))
        yield GateLine(level=0, asks=gate_words(gate), shown=shown, passed=passes(grade.showing, gate))


def reason_of(grade: MeasuredGrade, *, policy: PolicyBody) -> Words:
    """The level's reason in a sentence: what was scored, what stood in the way, how the rule of steps applied."""
    policy = policy.under(grade.override)
    scored = level_for(grade.showing, policy=policy)
    why, step = _why_words(grade, scored, policy), _step_words(grade)
    return Words(f"{why.zh}；{step.zh}" if step.zh else why.zh, f"{why.en}; {step.en}" if step.en else why.en)


def _why_words(grade: MeasuredGrade, scored: Scored, policy: PolicyBody) -> Words:
    wanted = min(scored.level + 1, PLACED[-1])
    match scored.why:
        case Why.RED_LINE:
            return _red_words(grade, policy)
        case Why.TOO_LITTLE:
            return Words(
                f"证据太少：覆盖 {grade.coverage:.0%}，成交 {grade.orders} 行",
                f"Too little evidence: coverage {grade.coverage:.0%}, {grade.orders} paid lines",
            )
        case Why.COVERAGE:
            return Words(
                f"证据覆盖 {grade.coverage:.0%} 不足 {policy.quality_coverage_bp / WHOLE:.0%}，最高 L2",
                f"Evidence covers {grade.coverage:.0%}, below {policy.quality_coverage_bp / WHOLE:.0%}: L2 at most",
            )
        case Why.SCORE:
            return Words(
                f"得分 {grade.score:.1f}，L{wanted} 需要 {policy.thresholds[wanted] / 100:.0f}",
                f"Scores {grade.score:.1f}, and L{wanted} needs {policy.thresholds[wanted] / 100:.0f}",
            )
        case Why.GATE:
            failed = [g for g in policy.gates if g.level == wanted and not passes(grade.showing, g)]
            asked = [gate_words(gate) for gate in failed]
            return Words(
                f"得分 {grade.score:.1f}，未过 L{wanted} 门槛：{'、'.join(words.zh for words in asked)}",
                f"Scores {grade.score:.1f}, short of L{wanted}: {', '.join(words.en for words in asked)}",
            )
        case Why.TOP:
            return Words(f"得分 {grade.score:.1f}，通过全部门槛", f"Scores {grade.score:.1f} and passes every gate")


def _red_words(grade: MeasuredGrade, policy: PolicyBody) -> Words:
    lines = [line for line in policy.red_lines if is_crossed(grade.showing, line)]
    told = [_violation_words(grade.violations)] if grade.violations else []
    for line in lines:
        one, value = INDICATORS[line.of], grade.measures[line.of].value
        now, bound = value_words(one, value), value_words(one, line.bound)
        told.append(Words(f"{one.words.zh} {now.zh} 越过红线 {bound.zh}", f"{one.words.en} {now.en} beyond {bound.en}"))
    return Words("、".join(words.zh for words in told), ", ".join(words.en for words in told))


def _violation_words(count: int) -> Words:
    return Words(f"有 {count} 项违规尚未解除", f"{count} violation{'s' if count > 1 else ''} standing")


def _step_words(grade: MeasuredGrade) -> Words:
    words = STEP_WORDS[Step(grade.step)]
    return Words(words.zh.format(scored=grade.scored), words.en.format(scored=grade.scored))

"""What would lift a product to the next level: the shortest honest ways, from weights and gates."""

from collections.abc import Iterator

from fenxiao.quality.rules.grades import MeasuredGrade
from fenxiao.quality.rules.indicators import INDICATORS, of_power
from fenxiao.quality.rules.levels import is_beyond_red_line, passes
from fenxiao.quality.rules.policy import ORDERS, PLACED, WHOLE, Gate, PolicyBody
from fenxiao.quality.rules.shown import name_of, subject_words, value_words
from fenxiao.quality.rules.words import Words

MOST_WAYS = 3  # of lifting a score: more would be a list, not advice
LOST_BY_ROUNDING = 2  # bp: the power and the score are each rounded down


def ways_up(grade: MeasuredGrade, *, policy: PolicyBody) -> list[Words]:
    """All that stands between the scored level and the next; for a score, the indicators that lift it soonest."""
    if is_beyond_red_line(grade.showing, policy=policy):
        return list(_back_over_red_lines(grade, policy))
    if grade.scored > grade.level:
        return [
            Words(
                "保持下去：得分已够更高等级，每次评估升一级",
                "Keep it up: it scores higher, and each run lifts one level",
            )
        ]
    if grade.scored >= PLACED[-1]:
        return []
    return list(_to_level(grade, grade.scored + 1, policy))


def _back_over_red_lines(grade: MeasuredGrade, policy: PolicyBody) -> Iterator[Words]:
    for line in policy.red_lines:
        yield _change(line.of, grade.measures[line.of].value, line.bound)


def _to_level(grade: MeasuredGrade, level: int, policy: PolicyBody) -> Iterator[Words]:
    least_coverage = policy.quality_coverage_bp if level > 2 else policy.least_coverage_bp
    if grade.coverage_bp < least_coverage:
        yield _more_evidence(grade, policy, least_coverage)
    if (missing := policy.thresholds[level] - grade.score_bp) > 0:
        yield from _by_score(grade, missing, policy)
    for gate in policy.gates:
        if gate.level == level and not passes(grade.showing, gate):
            yield from _by_gate(grade, gate, policy)


def _more_evidence(grade: MeasuredGrade, policy: PolicyBody, least: int) -> Words:
    unknown = sorted((c for c, m in grade.measures.items() if not m.is_known), key=lambda code: -policy.weight(code))
    first = unknown[:MOST_WAYS]
    zh, en = "、".join(name_of(code).zh for code in first), ", ".join(name_of(code).en for code in first)
    return Words(
        f"积累证据：覆盖从 {grade.coverage:.0%} 到 {least / WHOLE:.0%}，先补 {zh}",
        f"Gather evidence: coverage from {grade.coverage:.0%} to {least / WHOLE:.0%}, first of {en}",
    )


def _by_gate(grade: MeasuredGrade, gate: Gate, policy: PolicyBody) -> Iterator[Words]:
    if gate.of == ORDERS or gate.of in INDICATORS:
        yield _change(gate.of, grade.showing.of(gate.of), gate.bound)
        return
    points = grade.powers_bp[gate.of]
    lifts = {one.code: policy.indicators[one.code] * WHOLE for one in of_power(gate.of)}
    title = _change(gate.of, points, gate.bound)
    for way in _lifts(grade, lifts, missing=int(gate.bound) - (points or 0)):
        yield Words(f"{title.zh}：{way.zh}", f"{title.en}: {way.en}")
        return
    yield title


def _by_score(grade: MeasuredGrade, missing: int, policy: PolicyBody) -> Iterator[Words]:
    title = Words(f"得分还差 {missing / 100:.1f}", f"{missing / 100:.1f} points of score are missing")
    ways = list(_lifts(grade, lifts_of_score(grade, policy=policy), missing=missing))
    for way in ways[:MOST_WAYS]:
        yield Words(f"{title.zh}：{way.zh}", f"{title.en}: {way.en}")
    if not ways:
        yield Words(f"{title.zh}：需同时提升多项指标", f"{title.en}: several indicators must rise together")


def _lifts(grade: MeasuredGrade, lifts: dict[str, int], *, missing: int) -> Iterator[Words]:
    for code, wanted in needed_percentiles(grade, lifts, missing=missing).items():
        name, now = name_of(code), grade.measures[code].percentile_bp // 100
        then = -(-wanted // 100)
        yield Words(
            f"把{name.zh}从超过 {now}% 的同类提到超过 {then}%",
            f"{name.en} from above {now} % of its peers to above {then} %",
        )


def needed_percentiles(grade: MeasuredGrade, lifts: dict[str, int], *, missing: int) -> dict[str, int]:
    """The percentile that each indicator would need to close the gap alone, if it can, the smallest step first.

    `lifts` is what one whole percentile point lifts, in bp × bp; what rounding down may take away is added.
    """
    percentiles = {code: grade.measures[code].percentile_bp for code, weight in lifts.items() if weight}
    steps = {code: -(-(missing + LOST_BY_ROUNDING) * WHOLE * WHOLE // lifts[code]) for code in percentiles}
    ordered = sorted(steps, key=lambda code: steps[code])
    return {code: percentiles[code] + steps[code] for code in ordered if percentiles[code] + steps[code] <= WHOLE}


def lifts_of_score(grade: MeasuredGrade, *, policy: PolicyBody) -> dict[str, int]:
    """What each indicator's percentile lifts the score by, in bp × bp; powers without evidence lift nothing."""
    known = sum(policy.powers[power] for power, points in grade.powers_bp.items() if points is not None)
    return {
        code: policy.weight(code) * WHOLE // known
        for code, one in INDICATORS.items()
        if known and grade.powers_bp[one.power] is not None
    }


def _change(subject: str, value: float | None, bound: float) -> Words:
    name = name_of(subject)
    if subject in INDICATORS:
        now, then = value_words(INDICATORS[subject], value or 0.0), value_words(INDICATORS[subject], bound)
    else:
        now, then = subject_words(subject, value), subject_words(subject, bound)
    verb = "降到" if subject in INDICATORS and not INDICATORS[subject].higher_is_better else "提到"
    return Words(f"{name.zh}从 {now.zh} {verb} {then.zh}", f"{name.en} from {now.en} to {then.en}")

"""What would lift a product to the next level: the shortest honest ways, from weights and gates."""

from collections.abc import Iterator

from fenxiao.quality.rules.grades import Grade
from fenxiao.quality.rules.indicators import INDICATORS, of_power
from fenxiao.quality.rules.levels import is_beyond_red_line, passes
from fenxiao.quality.rules.policy import ORDERS, PLACED, WHOLE, Gate, PolicyBody
from fenxiao.quality.rules.shown import name_of, subject_words, value_words
from fenxiao.quality.rules.words import Words

MOST_WAYS = 3  # of lifting a score: more would be a list, not advice
ENOUGH = 100 * WHOLE


def ways_up(grade: Grade, *, policy: PolicyBody) -> list[Words]:
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


def _back_over_red_lines(grade: Grade, policy: PolicyBody) -> Iterator[Words]:
    for line in policy.red_lines:
        yield _change(line.of, grade.measures[line.of].value, line.bound)


def _to_level(grade: Grade, level: int, policy: PolicyBody) -> Iterator[Words]:
    least_coverage = policy.quality_coverage_bp if level > 2 else policy.least_coverage_bp
    if grade.coverage_bp < least_coverage:
        yield _more_evidence(grade, policy, least_coverage)
    if (missing := policy.thresholds[level] - grade.score_bp) > 0:
        yield from _by_score(grade, missing, policy)
    for gate in policy.gates:
        if gate.level == level and not passes(grade.showing, gate):
            yield from _by_gate(grade, gate, policy)


def _more_evidence(grade: Grade, policy: PolicyBody, least: int) -> Words:
    unknown = sorted((c for c, m in grade.measures.items() if not m.is_known), key=lambda code: -policy.weight(code))
    first = unknown[:MOST_WAYS]
    zh, en = "、".join(name_of(code).zh for code in first), ", ".join(name_of(code).en for code in first)
    return Words(
        f"积累证据：覆盖从 {grade.coverage:.0%} 到 {least / WHOLE:.0%}，先补 {zh}",
        f"Gather evidence: coverage from {grade.coverage:.0%} to {least / WHOLE:.0%}, first of {en}",
    )


def _by_gate(grade: Grade, gate: Gate, policy: PolicyBody) -> Iterator[Words]:
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


def _by_score(grade: Grade, missing: int, policy: PolicyBody) -> Iterator[Words]:
    known = sum(policy.powers[power] for power, points in grade.powers_bp.items() if points is not None)
    lifts = {
        code: policy.weight(code) * WHOLE // known
        for code, one in INDICATORS.items()
        if known and grade.powers_bp[one.power] is not None
    }
    title = Words(f"得分还差 {missing / 100:.1f}", f"{missing / 100:.1f} points of score are missing")
    ways = list(_lifts(grade, lifts, missing=missing))
    for way in ways[:MOST_WAYS]:
        yield Words(f"{title.zh}：{way.zh}", f"{title.en}: {way.en}")
    if not ways:
        yield Words(f"{title.zh}：需同时提升多项指标", f"{title.en}: several indicators must rise together")


def _lifts(grade: Grade, lifts: dict[str, int], *, missing: int) -> Iterator[Words]:
    """Indicators that alone close the gap, those that need to pass the fewest peers first."""
    needed = {}
    for code, weight in lifts.items():
        wanted = grade.measures[code].percentile_bp + (-(-missing * ENOUGH // weight) if weight else WHOLE * 2)
        if wanted <= WHOLE:
            needed[code] = wanted
    for code, wanted in sorted(needed.items(), key=lambda item: item[1] - grade.measures[item[0]].percentile_bp):
        now = grade.measures[code].percentile_bp
        name = name_of(code)
        yield Words(
            f"把{name.zh}从超过 {now / 100:.0f}% 的同类提到超过 {wanted / 100:.0f}%",
            f"{name.en} from above {now / 100:.0f} % of its peers to above {wanted / 100:.0f} %",
        )


def _change(subject: str, value: float | None, bound: float) -> Words:
    name = name_of(subject)
    if subject in INDICATORS:
        now, then = value_words(INDICATORS[subject], value or 0.0), value_words(INDICATORS[subject], bound)
    else:
        now, then = subject_words(subject, value), subject_words(subject, bound)
    verb = "降到" if subject in INDICATORS and not INDICATORS[subject].higher_is_better else "提到"
    return Words(f"{name.zh}从 {now.zh} {verb} {then.zh}", f"{name.en} from {now.en} to {then.en}")

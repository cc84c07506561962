"""From places to levels, as expressions: what `rules.levels` says, for every row at once."""

from collections.abc import Callable
from functools import partial
from typing import Any

import ibis
from ibis import _

from fenxiao.quality.engine.goods import WHOLE
from fenxiao.quality.rules import INDICATORS, Gate, PolicyBody, Power, Step
from fenxiao.quality.rules.gates import ORDERS, PLACED
from fenxiao.quality.rules.indicators import of_power
from fenxiao.quality.rules.levels import LABEL_FROM


def with_scores(members: Any, *, policy: PolicyBody) -> Any:
    """Members with powers, score and coverage."""
    powers = {power: by_override(partial(_power, power), policy=policy) for power in Power}
    powered = members.mutate(**{f"power_{power}": points for power, points in powers.items()})
    return powered.mutate(
        score_bp=by_override(_score, policy=policy), coverage_bp=by_override(_coverage, policy=policy)
    )


def by_override(expressed: Callable[[PolicyBody], Any], *, policy: PolicyBody) -> Any:
    """What is expressed of a policy, for each product by the override that counts for it."""
    if not policy.overrides:
        return expressed(policy)
    cases = ((_.override == key, expressed(policy.under(key))) for key in sorted(policy.overrides))
    return ibis.cases(*cases, else_=expressed(policy))


def places_by_score(scored: Any) -> Any:
    """The place of each score in its group: one more than have a better one."""
    counted = scored.group_by("group_id", "score_bp").agg(ties=_.count())
    window = ibis.cumulative_window(group_by=counted.group_id, order_by=counted.score_bp.desc())
    upto = counted.ties.sum().over(window)
    return counted.mutate(upto=upto).select("group_id", "score_bp", place=(_.upto - _.ties + 1).cast("int32"))


def _power(power: Power, policy: PolicyBody) -> Any:
    ones = of_power(power)
    weighed = _sum(_[f"p_{one.code}"].cast("int64") * policy.indicators[one.code] for one in ones)
    is_known = _any(_[f"e_{one.code}"] > 0 for one in ones)
    return ibis.ifelse(is_known, weighed // WHOLE, ibis.null("int64")).cast("int32")


def _score(policy: PolicyBody) -> Any:
    points = _sum(_[f"power_{power}"].fill_null(0).cast("int64") * policy.powers[power] for power in Power)
    weight = _sum(_[f"power_{power}"].notnull().cast("int64") * policy.powers[power] for power in Power)
    return (points // ibis.greatest(weight, 1)).cast("int32")


def _coverage(policy: PolicyBody) -> Any:
    return (_sum((_[f"e_{code}"] > 0).cast("int64") * policy.weight(code) for code in INDICATORS) // WHOLE).cast(
        "int32"
    )


def with_levels(grades: Any, *, policy: PolicyBody) -> Any:
    """Grades with the scored level, the level after the rule of steps, and the label."""
    judged = grades.mutate(is_red=by_override(_is_red, policy=policy))
    judged = judged.mutate(scored=by_override(_scored, policy=policy))
    stepped = judged.mutate(step=_step()).mutate(level=_level())
    return stepped.mutate(is_select=by_override(_has_label, policy=policy))


def _has_label(policy: PolicyBody) -> Any:
    return _all([_.level >= LABEL_FROM, *(_passes(gate) for gate in policy.label_gates)])


def _is_red(policy: PolicyBody) -> Any:
    crossed = [_.violations > 0]
    for line in policy.red_lines:
        value = _[f"v_{line.of}"]
        is_worse = value < line.bound if INDICATORS[line.of].higher_is_better else value > line.bound
        crossed.append((_[f"e_{line.of}"] >= line.least_evidence) & is_worse)
    return _any(crossed)


def _scored(policy: PolicyBody) -> Any:
    """0 beyond a red line; else 1 and one more for each level in turn that is reached."""
    steps, reached = [], ibis.literal(True)
    for level in PLACED:
        least_coverage = policy.quality_coverage_bp if level > 2 else policy.least_coverage_bp
        gates = [_passes(gate) for gate in policy.gates if gate.level == level]
        enough = [_.coverage_bp >= least_coverage, _.score_bp >= policy.thresholds[level]]
        reached = _all([reached, *enough, *gates])
        steps.append(reached.cast("int64"))
    return ibis.ifelse(_.is_red, 0, 1 + _sum(steps)).cast("int64")


def _passes(gate: Gate) -> Any:
    name = gate.of if gate.of == ORDERS else f"v_{gate.of}" if gate.of in INDICATORS else f"power_{gate.of}"
    return (_[name] <= gate.bound if gate.is_upper else _[name] >= gate.bound).fill_null(False)


def _step() -> Any:
    is_new = _.before_level.isnull()
    return ibis.cases(
        (_.is_red, Step.RED_LINE.value),
        (is_new, Step.FIRST.value),
        (_.scored == _.before_level + 1, Step.UP.value),
        (_.scored > _.before_level, Step.ONE_UP.value),
        (_.scored == _.before_level, Step.KEPT.value),
        (_.before_scored < _.before_level, Step.FALL.value),
        else_=Step.FALL_WAITS.value,
    )


def _level() -> Any:
    moved = ibis.cases(
        (_.step.isin([Step.UP.value, Step.ONE_UP.value]), _.before_level + 1),
        (_.step == Step.FALL_WAITS.value, _.before_level),
        else_=_.scored,
    )
    return moved.cast("int64")


def _sum(terms: Any) -> Any:
    first, *rest = terms
    for term in rest:
        first = first + term
    return first


def _any(tests: Any) -> Any:
    found = ibis.literal(False)
    for test in tests:
        found = found | test
    return found


def _all(tests: Any) -> Any:
    found = ibis.literal(True)
    for test in tests:
        found = found & test
    return found

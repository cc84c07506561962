"""The grade of one product worked out again from its raw facts, and what it would be with other values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fenxiao.quality.rules.grades import MEASURED, Measure, MeasuredGrade
from fenxiao.quality.rules.indicators import INDICATORS
from fenxiao.quality.rules.levels import (
    MIDDLE,
    Before,
    Showing,
    Step,
    has_label,
    is_beyond_red_line,
    level_for,
    next_level,
    weigh_powers,
)
from fenxiao.quality.rules.measuring import count, values_of
from fenxiao.quality.rules.peers import Peers, band_of
from fenxiao.quality.rules.policy import PolicyBody
from fenxiao.quality.rules.raw import RawFacts


def recount(raw: RawFacts, *, peers: Peers, before: Before | None, policy: PolicyBody, place: int = 0) -> MeasuredGrade:
    """The grade of a product among its peers. Its place by score is the run's to say: it hangs on all peers' scores."""
    counted = count(raw, policy=policy)
    values = values_of(counted, peers=peers, brands=raw.category.brands, policy=policy)
    evidence = {code: part.evidence for code, part in counted.parts.items()}
    return _decided(
        MeasuredGrade(
            product_id=raw.product_id,
            level=0,
            scored=0,
            step="",
            is_select=False,
            before_level=before.level if before else None,
            score_bp=0,
            coverage_bp=0,
            orders=counted.orders,
            place=place,
            peers=peers.size,
            peer_kind=peers.kind,
            third_id=raw.third_id,
            second_id=raw.second_id,
            band=band_of(raw.price_fen, policy=policy),
            override=raw.override,
            violations=raw.violations,
            powers_bp={},
            measures={code: _measure(code, values[code], evidence[code], peers) for code in INDICATORS},
        ),
        before=before,
        policy=policy,
    )


def _measure(code: str, value: float, evidence: float, peers: Peers) -> Measure:
    is_known = evidence > 0
    percentile = peers.places[code].percentile(value, instead_of=value) if is_known else MIDDLE
    measure = Measure(value=value, evidence=evidence, percentile_bp=percentile)
    place, among = _place(code, measure, peers)
    return replace(measure, place=place, among=among)


def placed(grade: MeasuredGrade, *, peers: Peers) -> MeasuredGrade:
    """The grade with the place of each measure among these peers, which a run need not store."""
    measures = {
        code: replace(measure, place=place, among=among)
        for code, measure in grade.measures.items()
        for place, among in [_place(code, measure, peers)]
    }
    return replace(grade, measures=measures)


def _place(code: str, measure: Measure, peers: Peers) -> tuple[int, int]:
    places = peers.places[code]
    if not measure.is_known:
        return 0, places.among
    _below, upto, among = places.rank(measure.value, instead_of=measure.value)
    return among - upto + 1, among


def _decided(grade: MeasuredGrade, *, before: Before | None, policy: PolicyBody) -> MeasuredGrade:
    """The grade with powers, score, coverage, level and label as its measures have them."""
    policy = policy.under(grade.override)
    weighed = _weighed(grade, policy=policy)
    scored, is_red = level_for(weighed.showing, policy=policy), is_beyond_red_line(weighed.showing, policy=policy)
    level, step = next_level(scored.level, before=before, is_red=is_red)
    label = has_label(level, weighed.showing, gates=policy.label_gates)
    return replace(weighed, scored=scored.level, level=level, step=step.value, is_select=label)


def _weighed(grade: MeasuredGrade, *, policy: PolicyBody) -> MeasuredGrade:
    percentiles = {code: measure.percentile_bp for code, measure in grade.measures.items()}
    evidence = {code: measure.evidence for code, measure in grade.measures.items()}
    powers, score, coverage = weigh_powers(percentiles, evidence, policy=policy)
    return replace(grade, powers_bp=powers, score_bp=score, coverage_bp=coverage)


@dataclass(frozen=True, kw_only=True)
class Supposed:
    """What is supposed of a product: values of indicators, more paid lines, evidence where there was none."""

    values: Mapping[str, float]
    orders: int | None = None
    proven: frozenset[str] = frozenset()  # indicators taken to have evidence, at the value they are shown with


def showing_if(grade: MeasuredGrade, supposed: Supposed, *, peers: Peers, policy: PolicyBody) -> Showing:
    """What the level would be decided on; peers stay as they are."""
    return grade_if(grade, supposed, peers=peers, policy=policy).showing


def grade_if(grade: MeasuredGrade, supposed: Supposed, *, peers: Peers, policy: PolicyBody) -> MeasuredGrade:
    """The grade with what is supposed, at the level it would score, which is not always the one of the next run."""
    measures = dict(grade.measures)
    for code in {*supposed.values, *supposed.proven}:
        measures[code] = _moved(measures[code], code, supposed.values.get(code, measures[code].value), peers)
    orders = grade.orders if supposed.orders is None else supposed.orders
    placed = _decided(replace(grade, measures=measures, orders=orders), before=None, policy=policy)
    return placed if placed.scored == 0 else replace(placed, step=Step.KEPT.value)  # there is no first time to tell of


def _moved(measure: Measure, code: str, value: float, peers: Peers) -> Measure:
    places, now = peers.places[code], measure.value if measure.is_known else None
    _below, upto, among = places.rank(value, instead_of=now)
    return Measure(
        value=value,
        evidence=max(measure.evidence, 1.0),
        percentile_bp=places.percentile(value, instead_of=now),
        place=among - upto + 1,
        among=among,
    )


COMPARED = (
    *("level", "scored", "step", "is_select", "score_bp", "coverage_bp", "orders", "peers", "peer_kind"),
    *("override", "violations"),
)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Something that a run stored of a product and a recount does not find."""

    product_id: int
    what: str
    stored: object
    recounted: object


def differences_of(stored: MeasuredGrade, recounted: MeasuredGrade) -> list[Difference]:
    """All in which two grades of one product differ; places are not stored, so not compared."""
    pairs = [(name, getattr(stored, name), getattr(recounted, name)) for name in COMPARED]
    pairs += [(f"power_{p}", bp, recounted.powers_bp[p]) for p, bp in stored.powers_bp.items()]
    for code, measure in stored.measures.items():
        other = recounted.measures[code]
        pairs += [(f"{code}_{name}", getattr(measure, name), getattr(other, name)) for name in MEASURED]
    return [
        Difference(product_id=stored.product_id, what=what, stored=a, recounted=b) for what, a, b in pairs if a != b
    ]

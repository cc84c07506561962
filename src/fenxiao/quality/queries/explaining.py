"""Why a product has its level, and what it would have with other values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite

from fenxiao.catalog.models import Category
from fenxiao.kernel.errors import BadInput
from fenxiao.quality.errors import NotGraded
from fenxiao.quality.models import GradingRun
from fenxiao.quality.queries.grades import measured_grades, published_by, run_in_force
from fenxiao.quality.rules import INDICATORS, Explanation, Grade, MeasuredGrade, PolicyBody, Words, explanation_of_grade
from fenxiao.quality.rules.levels import Before
from fenxiao.quality.rules.peers import Peers
from fenxiao.quality.rules.raw import RawFacts
from fenxiao.quality.rules.reach import BOUNDS, Dial, dials_of
from fenxiao.quality.rules.recount import Supposed, differences_of, grade_if, placed, recount
from fenxiao.quality.rules.shown import value_words

MOST_COMMISSION = 0.9  # of the price: no plan may give more


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that one product's level was decided on, read once. Without `peers` the run's facts are forgotten."""

    run: GradingRun
    grade: MeasuredGrade
    policy: PolicyBody
    raw: RawFacts | None
    peers: Peers | None
    before: Before | None

    def explained(self, grade: MeasuredGrade) -> Explanation:
        """The explanation of this product's grade, or of one supposed for it."""
        limits = {"commission_appeal": self.raw.price_fen * MOST_COMMISSION} if self.raw else {}
        return explanation_of_grade(
            grade, policy=self.policy, category=_category_of(grade), peers=self.peers, at_most=limits
        )

    @property
    def dials(self) -> list[Dial]:
        """Each indicator's value now, its least, its most and its step; none once the run's facts are forgotten."""
        return list(dials_of(self.grade, peers=self.peers)) if self.peers else []

    def what_if(self, changes: Mapping[str, float]) -> "WhatIf":
        """The explanation with other values of some indicators; see `what_if`."""
        for code, value in changes.items():
            _check(code, value)
        if self.peers is None:
            raise NotGraded(product=self.grade.product_id)
        now = grade_if(self.grade, Supposed(values={}), peers=self.peers, policy=self.policy)
        then = grade_if(self.grade, Supposed(values=changes), peers=self.peers, policy=self.policy)
        return WhatIf(now=self.explained(now), then=self.explained(then), changes=dict(changes))

    @property
    def is_confirmed(self) -> bool | None:
        """Whether the raw facts give the stored grade again."""
        if self.raw is None or self.peers is None:
            return None
        again = recount(self.raw, peers=self.peers, before=self.before, policy=self.policy, place=self.grade.place)
        return not differences_of(self.grade, again)


def explanation_of(product_id: int) -> Explanation:
    """Why a product has its level. Refuses (`NotGraded`) one that the run in force did not grade."""
    case = case_of(product_id)
    return replace(case.explained(case.grade), is_confirmed=case.is_confirmed)


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """A product as it is and as it would be; the peers stay as they are. Levels are as scored, without steps."""

    now: Explanation
    then: Explanation
    changes: Mapping[str, float]


def what_if(product_id: int, changes: Mapping[str, float]) -> WhatIf:
    """The explanation with other values of some indicators (by code, in their unit as shown).

    Refuses a product without a grade, an unknown indicator and a value that cannot be.
    """
    return case_of(product_id).what_if(changes)


def dials_of_product(product_id: int) -> list[Dial]:
    """The dials of a what-if: each indicator's value now, its least, its most and its step."""
    return case_of(product_id).dials


def _check(code: str, value: float) -> None:
    if code not in INDICATORS:
        raise BadInput(field=code, reason_zh="没有这项指标", reason_en="there is no such indicator")
    one, (low, high) = INDICATORS[code], BOUNDS[INDICATORS[code].unit]
    if not isfinite(value) or value < low or (high is not None and value > high):
        least, most = value_words(one, low), value_words(one, high) if high is not None else None
        raise BadInput(
            field=one.words.zh,
            reason_zh=f"应不小于 {least.zh}" + (f"且不大于 {most.zh}" if most else ""),
            reason_en=f"at least {least.en}" + (f" and at most {most.en}" if most else ""),
        )


def case_of(product_id: int) -> Case:
    """All that a product's level was decided on. Refuses (`NotGraded`) one that the run in force did not grade."""
    run = run_in_force()
    grade = measured_grades(run, [product_id]).get(product_id) if run else None
    if run is None or grade is None:
        raise NotGraded(product=product_id)
    body, known = PolicyBody.from_json(run.policy.body), published_by(run)
    raw = known.raw([product_id]).get(product_id) if known else None
    peers = known.peers(raw, policy=body) if known and raw else None
    return Case(
        run=run,
        grade=placed(grade, peers=peers) if peers else grade,
        policy=body,
        raw=raw,
        peers=peers,
        before=known.before([product_id]).get(product_id) if known else None,
    )


def _category_of(grade: Grade) -> Words | None:
    if grade.peer_kind > 1:
        return None
    found = Category.objects.filter(pk=grade.second_id if grade.peer_kind else grade.third_id).first()
    return Words(found.name_zh, found.name_en) if found else None

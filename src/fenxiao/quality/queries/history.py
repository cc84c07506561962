"""How a product came by its levels."""

from dataclasses import dataclass
from datetime import date, datetime

from fenxiao.catalog.models import LevelChange
from fenxiao.kernel.errors import Unavailable
from fenxiao.quality.models import GradingRun
from fenxiao.quality.queries.grades import measured_grades
from fenxiao.quality.rules import PolicyBody, Step, Words
from fenxiao.quality.rules.explanation import STEP_WORDS, reason_of

MOST_CHANGES = 50
NOT_TOLD = Words("当次评估的记录已不在", "the record of that run is gone")


@dataclass(frozen=True, kw_only=True)
class LevelStep:
    """One change of a product's level or label, with the run that made it and why."""

    at: datetime
    before: int | None  # the level until then; None for the first
    level: int
    is_select: bool
    run: int
    as_of: date | None  # facts of days before this one were read; None where the run is unknown
    policy: int | None
    score: float | None
    reason: Words


def history_of(product_id: int, *, most: int = MOST_CHANGES) -> list[LevelStep]:
    """The changes of a product's level, the latest first."""
    changes = list(LevelChange.objects.filter(product=product_id).order_by("-from_at", "-pk")[: most + 1])
    runs = GradingRun.objects.select_related("policy").in_bulk({change.run for change in changes})
    earlier = [change.level for change in changes[1:]] + [None]
    return [
        _step(change, before=before, run=runs.get(change.run))
        for change, before in zip(changes[:most], earlier, strict=False)
    ]


def _step(change: LevelChange, *, before: int | None, run: GradingRun | None) -> LevelStep:
    score, reason = _told(change, run)
    return LevelStep(
        at=change.from_at,
        before=before,
        level=change.level,
        is_select=change.is_select,
        run=change.run,
        as_of=run.as_of if run else None,
        policy=run.policy.number if run else None,
        score=score,
        reason=reason,
    )


def _told(change: LevelChange, run: GradingRun | None) -> tuple[float | None, Words]:
    """The reason as the run's own grade tells it; where that is gone, the step alone."""
    try:
        grade = measured_grades(run, [change.product_id]).get(change.product_id) if run else None
    except Unavailable:
        grade = None
    if run is None or grade is None:
        words = STEP_WORDS.get(Step(change.reason)) if change.reason in set(Step) else None
        return None, words if words and words.zh else NOT_TOLD
    return grade.score, reason_of(grade, policy=PolicyBody.from_json(run.policy.body))

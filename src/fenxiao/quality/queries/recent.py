"""What the last runs changed, as lists show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from fenxiao.catalog.models import LevelChange, ProductQuerySet
from fenxiao.kernel.errors import Unavailable
from fenxiao.quality.models import GradingRun, RunState
from fenxiao.quality.queries.grades import measured_grades
from fenxiao.quality.queries.history import NOT_TOLD
from fenxiao.quality.rules import PolicyBody, Step, Words
from fenxiao.quality.rules.explanation import STEP_WORDS, reason_of

RUNS: Final = 7  # a week of daily runs


class Moved(StrEnum):
    """How a product's level went in the last runs."""

    ANY = "any"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True)
class LevelMove:
    """A product's last change of level, with its reason."""

    before: int
    level: int
    at: datetime
    run: int
    reason: Words

    @property
    def rise(self) -> int:
        """Levels gained; negative when lost."""
        return self.level - self.before


def moved_lately(products: ProductQuerySet, *, how: Moved) -> ProductQuerySet:
    """Those whose level is another (or higher, or lower) than it was before the last runs."""
    runs = recent_runs()
    if not runs:
        return products.none()
    changes = LevelChange.objects.filter(product=OuterRef("pk"))
    begun = GradingRun.objects.get(pk=runs[-1]).started_at  # by moments: a violation's fall belongs to no run
    earlier = changes.filter(from_at__lt=begun).order_by("-from_at", "-pk")
    first = changes.order_by("from_at", "pk")  # where one of these runs graded it first
    was = Coalesce(Subquery(earlier.values("level")[:1]), Subquery(first.values("level")[:1]))
    rows = products.filter(Exists(changes.filter(from_at__gte=begun))).annotate(level_was=was)
    match how:
        case Moved.UP:
            return rows.filter(level__gt=F("level_was"))
        case Moved.DOWN:
            return rows.filter(level__lt=F("level_was"))
        case Moved.ANY:
            return rows.exclude(level=F("level_was"))


def recent_runs() -> list[int]:
    """The numbers of the last runs whose levels counted, the latest first."""
    done = GradingRun.objects.filter(state=RunState.DONE).order_by("-pk")
    return list(done.values_list("pk", flat=True)[:RUNS])


def last_moves(product_ids: Sequence[int]) -> dict[int, LevelMove]:
    """Each product's last change from one level to another; those that had one level only are left out."""
    found: dict[int, tuple[int, LevelChange]] = {}
    before: dict[int, int] = {}
    for change in LevelChange.objects.filter(product_id__in=product_ids).order_by("from_at", "pk"):
        was = before.get(change.product_id)
        if was is not None and was != change.level:
            found[change.product_id] = (was, change)
        before[change.product_id] = change.level
    reasons = _reasons([change for _, change in found.values()])
    return {
        pk: LevelMove(before=was, level=change.level, at=change.from_at, run=change.run, reason=reasons[pk])
        for pk, (was, change) in found.items()
    }


def _reasons(changes: Sequence[LevelChange]) -> dict[int, Words]:
    """The reasons as the runs' own grades tell them, one look into each run."""
    told = {change.product_id: _step_words(change) for change in changes}
    runs = GradingRun.objects.select_related("policy").in_bulk({change.run for change in changes})
    for number, run in runs.items():
        told |= _told_by(run, [change.product_id for change in changes if change.run == number])
    return told


def _told_by(run: GradingRun, product_ids: Sequence[int]) -> Mapping[int, Words]:
    try:
        grades = measured_grades(run, product_ids) if run.grades_path else {}
    except Unavailable:
        return {}
    policy = PolicyBody.from_json(run.policy.body) if grades else None
    return {pk: reason_of(grade, policy=policy) for pk, grade in grades.items() if policy}


def _step_words(change: LevelChange) -> Words:
    words = STEP_WORDS[Step(change.reason)] if change.reason in set(Step) else NOT_TOLD
    return words if words.zh else NOT_TOLD

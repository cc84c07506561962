"""What begins later is made known when it begins: exactly once, however many workers there are and whoever dies."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from fenxiao.deals import news
from fenxiao.deals.models import Plan, PlanDifferential, PlanRate, PlanSpell, Step
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor

MOST_TOLD = 1_000  # of a kind in one transaction: no lock is held for long, and little is done again after a death


@transaction.atomic
def tell_what_begins(*, by: Actor, now: datetime) -> int:
    """Publish plan.opened, plan.changed and plan.closed for what began or ended by `now` and was not told; how many.

    At most a batch of each kind: call again until it returns 0. What another worker holds is left to it.
    """
    began = PlanSpell.objects.filter(opening_told_at=None, opens_at__lte=now).exclude(closes_at=F("opens_at"))
    opened = _told(began, "opening_told_at", "plan_id", now)
    changed = [
        *_told(PlanRate.objects.untold(now), "told_at", "row__plan_id", now),
        *_told(PlanDifferential.objects.untold(now), "told_at", "plan_id", now),
        *_told(Step.objects.untold(now), "told_at", "window__plan_id", now),
    ]
    ended = PlanSpell.objects.filter(closing_told_at=None, closes_at__lte=now)
    closed = _told(ended, "closing_told_at", "plan_id", now)
    for name, plan_ids in (("plan.opened", opened), ("plan.changed", changed), ("plan.closed", closed)):
        _publish(name, plan_ids, by=by, now=now)
    return len(opened) + len(changed) + len(closed)


def _told(due: QuerySet[Any], mark: str, plan: str, now: datetime) -> list[int]:
    """The plan of each due row that no other worker holds; the rows are marked as told."""
    rows = due.select_for_update(skip_locked=True, of=("self",)).order_by("pk").values_list("pk", plan)[:MOST_TOLD]
    found = list(rows)
    due.model.objects.filter(pk__in=[pk for pk, _ in found]).update(**{mark: now})
    return [plan_id for _, plan_id in found]


def _publish(name: str, plan_ids: list[int], *, by: Actor, now: datetime) -> None:
    plans = list(Plan.objects.filter(pk__in=plan_ids).order_by("pk"))
    if plans:
        audit.record_batch(f"tell {name}", Plan, ids=[plan.pk for plan in plans], by=by, now=now)
        news.tell_plans(name, plans)

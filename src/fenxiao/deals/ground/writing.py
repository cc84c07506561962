"""Drafts that were weighed, written: one plan and five thousand in the same number of statements."""

from collections.abc import Sequence
from datetime import datetime

from fenxiao.deals.ground import entering
from fenxiao.deals.ground.entering import NewRate
from fenxiao.deals.models import Plan, PlanRow, PlanSpell
from fenxiao.deals.queries.drafting import Entering
from fenxiao.deals.rules.drafts import PlanDraft
from fenxiao.parties.models import Organisation


def write(merchant: Organisation, *, entries: Sequence[Entering], now: datetime) -> list[Plan]:
    """Write what was weighed: plans, their spells, rows and rates, in a constant number of statements."""
    plans = _plans(merchant, entries, now)
    PlanSpell.objects.bulk_create(
        PlanSpell(plan=plan, opens_at=entry.opens_at, opening_told_at=now if entry.opens_at <= now else None)
        for plan, entry in zip(plans, entries, strict=True)
        if entry.opens_at is not None
    )
    wanted = [(plan, row, from_at) for plan, entry in zip(plans, entries, strict=True) for row, from_at in entry.rates]
    rows = write_rows([(plan, row.creator_id) for plan, row, _ in wanted], now=now)
    kept = [row.pk for row in rows.values()]
    opened = [plan for plan, entry in zip(plans, entries, strict=True) if entry.opens_at is not None]
    rates = [
        NewRate(row_id=rows[plan.pk, row.creator_id].pk, rate_bp=row.rate_bp, from_at=from_at)
        for plan, row, from_at in wanted
    ]
    entering.enter([*rates, *_left_out(opened, kept, now)], now=now)
    return plans


def _plans(merchant: Organisation, entries: Sequence[Entering], now: datetime) -> list[Plan]:
    plans = [entry.plan or _new_plan(merchant, entry.draft, now) for entry in entries]
    Plan.objects.bulk_create([plan for plan in plans if plan.pk is None])
    return plans


def _new_plan(merchant: Organisation, draft: PlanDraft, now: datetime) -> Plan:
    return Plan(
        type=draft.type,
        merchant=merchant,
        product_id=draft.product_id,
        made_at=now,
        entry=draft.entry,
        offered_rate_bp=draft.offered_rate_bp,
        floor_tier=draft.floor_tier,
        floor_score_centi=draft.floor_score_centi,
    )


def write_rows(wanted: Sequence[tuple[Plan, int | None]], *, now: datetime) -> dict[tuple[int, int | None], PlanRow]:
    """A row for each creator of each plan: the one there was, let in again if it was taken out, or a new one."""
    plan_ids = {plan.pk for plan, _ in wanted}
    standing = {(row.plan_id, row.creator_id): row for row in PlanRow.objects.filter(plan_id__in=plan_ids)}
    back = [standing[plan.pk, who].pk for plan, who in wanted if (plan.pk, who) in standing]
    PlanRow.objects.filter(pk__in=back, removed_at__isnull=False).update(removed_at=None)
    fresh = PlanRow.objects.bulk_create(
        PlanRow(plan=plan, creator_id=who, made_at=now) for plan, who in wanted if (plan.pk, who) not in standing
    )
    found = standing | {(row.plan_id, row.creator_id): row for row in fresh}
    return {(plan.pk, who): found[plan.pk, who] for plan, who in wanted}


def _left_out(opened: Sequence[Plan], kept: Sequence[int], now: datetime) -> list[NewRate]:
    """The end of the other rows of plans that open again: such a plan names those of its draft alone."""
    others = PlanRow.objects.filter(plan__in=opened, creator__isnull=False, removed_at=None).exclude(pk__in=kept)
    ended = [NewRate(row_id=pk, rate_bp=None, from_at=now) for pk in others.values_list("pk", flat=True)]
    PlanRow.objects.filter(pk__in=[rate.row_id for rate in ended]).update(removed_at=now)
    return ended

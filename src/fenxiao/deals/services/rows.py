"""Acts on the commission rows of plans: name creators, change a rate, close, open, take out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from fenxiao.catalog.models import Product
from fenxiao.deals import news, rules
from fenxiao.deals.errors import RowOfEverybody, RowsUnknown
from fenxiao.deals.ground import entering, joining
from fenxiao.deals.ground.entering import NewRate, Schedule
from fenxiao.deals.models import Plan, PlanRate, PlanRow
from fenxiao.deals.queries import drafting
from fenxiao.deals.queries.ceilings import heights_of_plans
from fenxiao.deals.rules import PlanAct, PlanState, RowAct, RowState
from fenxiao.deals.rules.drafts import RowDraft, shown
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.parties.models import Organisation


@transaction.atomic
def change_rate(plan: Plan | PlanRow, *, rate_bp: int, by: Actor, now: datetime) -> PlanRate:
    """Enter a new rate of a normal plan or of one creator's row: a raise begins at once, a cut at the next midnight.

    What had not begun is superseded. Refuses a closed plan or row, a rate out of bounds, the rate that stands or is
    coming already, a cut in the last ten minutes of a day, and what could cost more than the price.
    """
    owner = plan.plan if isinstance(plan, PlanRow) else plan
    goods = entering.lock_goods_of([owner])
    owner, spell, now = entering.lock_plan(owner, act=PlanAct.CHANGE, now=now)
    schedule = _schedule(owner, plan.pk if isinstance(plan, PlanRow) else None)
    now = entering.entered_after(now, [schedule])
    rules.check_rate(rate_bp)
    gets = {} if entering.state_of(spell, now) == PlanState.OPENING else joining.gets_of(owner, [schedule], now=now)
    begins_at = drafting.change_begins_at(schedule, rate_bp, now=now, gets_bp=gets.get(schedule.row.pk, 0))
    _check_rise(owner, rate_bp, goods=goods, now=now)
    entered = entering.enter([NewRate(row_id=schedule.row.pk, rate_bp=rate_bp, from_at=begins_at)], now=now)[0]
    before = {"rate_bp": schedule.current_bp(now), "pending_bp": [each.rate_bp for each in schedule.pending(now)]}
    audit.record(
        "change_rate", plan, by=by, now=now, before=before, after={"rate_bp": rate_bp, "from_at": begins_at.isoformat()}
    )
    news.tell_plan("plan.changed", owner)
    return entered


@transaction.atomic
def add_creators(plan: Plan, *, rows: Sequence[RowDraft], by: Actor, now: datetime) -> list[PlanRow]:
    """Name more creators in a targeted or exclusive plan; one who gets more today has their row begin at midnight.

    Refuses a normal plan, a closed one, goods that are not offered, creators who cannot be named or are in the plan
    already, rates out of bounds, and what could cost more than the price.
    """
    goods = entering.lock_goods_of([plan])
    plan, spell, now = entering.lock_plan(plan, act=PlanAct.CHANGE, now=now)
    added, now = joining.let_in(plan, spell, rows=rows, goods=goods, now=now)
    audit.record_batch("add_creators", PlanRow, ids=[row.pk for row in added], by=by, now=now)
    news.tell_named("plan.creators_named", added)
    news.tell_plan("plan.changed", plan)
    return added


@transaction.atomic
def close_rows(row_ids: Iterable[int], *, merchant: Organisation, by: Actor, now: datetime) -> list[PlanRow]:
    """Close rows at the next midnight; one that had not begun never will. All or none.

    Refuses rows that are another's, closed or taken out, closed plans, and the last ten minutes of a day.
    """
    rows, _ = _act_on(_locked(row_ids, merchant, now), RowAct.CLOSE, enter=_end_of, by=by)
    news.tell_named("plan.creators_unnamed", rows)
    return rows


@transaction.atomic
def open_rows(row_ids: Iterable[int], *, merchant: Organisation, by: Actor, now: datetime) -> list[PlanRow]:
    """Open closed rows at their last rate; one whose creator gets more today begins at midnight. All or none.

    Refuses rows that are another's, open or taken out, closed plans, and what could cost more than the price.
    """
    ground = _locked(row_ids, merchant, now)
    gets: dict[int, int] = {}
    for plan, schedules in ground.by_plan():
        top_bp = max(schedule.last_bp() or 0 for schedule in schedules)
        _check_rise(plan, top_bp, goods=ground.goods, now=ground.now, is_new=True)
        gets |= joining.gets_of(plan, schedules, now=ground.now)

    def begin(schedule: Schedule, now: datetime) -> NewRate:
        rate_bp, row_id = schedule.last_bp() or 0, schedule.row.pk
        return NewRate(
            row_id=row_id,
            rate_bp=rate_bp,
            from_at=rules.beginning(rate_bp, gets_bp=max(gets.get(row_id, 0), schedule.current_bp(now) or 0), now=now),
        )

    rows, _ = _act_on(ground, RowAct.OPEN, enter=begin, by=by)
    news.tell_named("plan.creators_named", rows)
    return rows


@transaction.atomic
def remove_rows(row_ids: Iterable[int], *, merchant: Organisation, by: Actor, now: datetime) -> list[PlanRow]:
    """Take creators out of plans; what is in force holds until the next midnight. All or none.

    Refuses rows that are another's, taken out already or a normal plan's, closed plans, and the last ten minutes of a
    day for rows in force.
    """
    ground = _locked(row_ids, merchant, now)
    if of_all := next((each.row for each in ground.schedules if each.row.creator_id is None), None):
        raise RowOfEverybody(row=of_all.pk)
    # Who was in a row that ends already was told of it then.
    standing = [each.row for each in ground.schedules if each.state(ground.now) in {RowState.OPEN, RowState.OPENING}]
    rows, now = _act_on(ground, RowAct.REMOVE, enter=_end_of, by=by)
    news.tell_named("plan.creators_unnamed", standing)
    PlanRow.objects.filter(pk__in=[row.pk for row in rows]).update(removed_at=now)
    return rows


@dataclass(kw_only=True)
class _Ground:
    """Rows with their plans, all locked."""

    now: datetime
    goods: Sequence[Product]
    plans: Mapping[int, Plan]
    schedules: Sequence[Schedule]

    def by_plan(self) -> list[tuple[Plan, list[Schedule]]]:
        """The rows of each plan."""
        return [
            (plan, [each for each in self.schedules if each.row.plan_id == plan.pk]) for plan in self.plans.values()
        ]


def _locked(row_ids: Iterable[int], merchant: Organisation, now: datetime) -> _Ground:
    """The merchant's rows with their plans. Refuses unknown rows and plans that may not be changed."""
    asked = set(row_ids)
    owned = PlanRow.objects.filter(pk__in=asked, plan__merchant=merchant)
    plan_ids = set(owned.values_list("plan_id", flat=True))
    goods = entering.lock_goods_of(Plan.objects.filter(pk__in=plan_ids))
    plans, spells = entering.lock_plans(plan_ids), entering.last_spells(plan_ids)
    schedules = list(entering.schedules_of(owned.order_by("pk")).values())
    if missing := sorted(asked - {each.row.pk for each in schedules}) or ([] if asked else [0]):
        raise RowsUnknown(ids=shown(missing))
    now = entering.entered_after(now, schedules)
    for plan in plans:
        entering.check_plan(plan, spells[plan.pk], act=PlanAct.CHANGE, now=now)
    return _Ground(now=now, goods=goods, plans={plan.pk: plan for plan in plans}, schedules=schedules)


def _act_on(
    ground: _Ground, act: RowAct, *, enter: Callable[[Schedule, datetime], NewRate | None], by: Actor
) -> tuple[list[PlanRow], datetime]:
    """Do one act to every row in a constant number of statements; also tells when it counts as entered."""
    for schedule in ground.schedules:
        schedule.check(act, now=ground.now)
    rates = [rate for schedule in ground.schedules if (rate := enter(schedule, ground.now))]
    entering.enter(rates, now=ground.now)
    rows = [schedule.row for schedule in ground.schedules]
    audit.record_batch(f"{act}_rows", PlanRow, ids=[row.pk for row in rows], by=by, now=ground.now)
    plans = list(ground.plans.values())
    if len(plans) == 1:
        news.tell_plan("plan.changed", plans[0])
    else:
        news.tell_plans("plan.changed", plans)
    return rows, ground.now


def _end_of(schedule: Schedule, now: datetime) -> NewRate | None:
    """A row in force ends at midnight, one that had not begun never begins; what ends or has ended stays as it is."""
    match schedule.state(now):
        case RowState.OPEN:
            return NewRate(row_id=schedule.row.pk, rate_bp=None, from_at=rules.cut_begins_at(now))
        case RowState.OPENING:
            return NewRate(row_id=schedule.row.pk, rate_bp=None, from_at=now)
        case _:
            return None


def _schedule(plan: Plan, row_id: int | None) -> Schedule:
    """The row of a plan with its rates: everybody's unless one is named. Refuses what is not the plan's."""
    rows = PlanRow.objects.filter(plan=plan)
    row = rows.filter(creator=None).first() if row_id is None else rows.filter(pk=row_id).first()
    if row is None:
        raise RowsUnknown(ids=shown([row_id or 0]))
    return entering.schedules_of([row])[row.pk]


def _check_rise(plan: Plan, rate_bp: int, *, goods: Sequence[Product], now: datetime, is_new: bool = False) -> None:
    """Refuses a rise beyond what a sale may cost; what stands or is lowered was agreed."""
    if is_new or rate_bp > heights_of_plans([plan.pk], now)[plan.pk].rate_bp:
        ground = drafting.ground_of(plan.merchant, drafts=[], goods=goods, now=now)
        joining.check_top(plan, rate_bp, ground)

"""Step commission: windows in which orders are counted, and ladders that only rise once they are live."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from fenxiao.catalog.models import Product
from fenxiao.deals import news, rules
from fenxiao.deals.errors import StepWindowBad, StepWindowBegun, StepWindowOver, StepWindowsOverlap
from fenxiao.deals.ground import entering
from fenxiao.deals.models import Plan, PlanType, Step, StepWindow
from fenxiao.deals.queries import drafting
from fenxiao.deals.queries.ceilings import heights_of_plans
from fenxiao.deals.rules import Heights, PlanAct
from fenxiao.deals.rules.terms import Ladder
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.settings import settings

TICK = timedelta(microseconds=1)  # the least by which a ladder stands after the one before it


@transaction.atomic
def open_step_window(
    plan: Plan, *, from_at: datetime, until_at: datetime, ladder: Ladder, by: Actor, now: datetime
) -> StepWindow:
    """Count each creator's orders from `from_at` to `until_at`; those after the N-th earn the rung's extra.

    Refuses a closed plan, a time that is past or without length or meets another window, a ladder that does not rise,
    and what could cost more than the price.
    """
    goods = entering.lock_goods_of([plan])
    asked_at = now
    plan, _, now = entering.lock_plan(plan, act=PlanAct.CHANGE, now=now)
    from_at = now if from_at == asked_at else from_at  # one that was to begin at once begins when it is entered
    rules.check_window(from_at, until_at=until_at, now=now)
    rules.check_ladder(ladder)
    _check_apart(plan, from_at, until_at, besides=0)
    _check_top(plan, ladder, goods, now)
    window = StepWindow.objects.create(plan=plan, from_at=from_at, until_at=until_at, entered_at=now)
    _write_ladder(window, ladder, from_at=from_at, now=now)
    after = {"window": window.pk, "ladder": _listed(ladder)} | _times(window)
    audit.record("open_step_window", plan, by=by, now=now, after=after)
    news.tell_plan("plan.changed", plan)
    return window


@transaction.atomic
def raise_steps(
    window: StepWindow, *, ladder: Ladder, until_at: datetime | None = None, by: Actor, now: datetime
) -> StepWindow:
    """Enter a window's ladder anew, whole, and perhaps a later end; a live one gives at no count less than it gave.

    Before the window begins any ladder may be entered. Refuses a window that is over or cancelled, an end before the
    one it has, and as `open_step_window` does.
    """
    plan, window, goods, now = _lock(window, now)
    _check_not_over(window, now)
    rules.check_ladder(ladder)
    standing = _standing(window)
    now = rules.entered_after(now, earlier=(step.entered_at for step in standing))
    is_live = window.from_at <= now
    before = {"window": window.pk, "ladder": _listed(_ladder(standing))} | _times(window)
    if is_live:
        rules.check_only_rises(ladder, live=_ladder(standing))
    _extend(window, until_at, plan)
    _check_top(plan, ladder, goods, now)
    Step.objects.filter(window=window, superseded_at=None, from_at__gt=now).update(superseded_at=now)
    latest = max(step.from_at for step in standing)
    _write_ladder(window, ladder, from_at=max(now, latest + TICK) if is_live else window.from_at, now=now)
    after = {"window": window.pk, "ladder": _listed(ladder)} | _times(window)
    audit.record("raise_steps", plan, by=by, now=now, before=before, after=after)
    news.tell_plan("plan.changed", plan)
    return window


@transaction.atomic
def cancel_step_window(window: StepWindow, *, by: Actor, now: datetime) -> StepWindow:
    """Take a window back before it begins. Refuses one that has begun, is over or was cancelled."""
    plan, window, _, now = _lock(window, now)
    _check_not_over(window, now)
    if window.from_at <= now:
        zone = settings().zone
        raise StepWindowBegun(from_at=window.from_at.astimezone(zone), until_at=window.until_at.astimezone(zone))
    window.cancelled_at = now
    window.save(update_fields=["cancelled_at"])
    before, after = {"window": window.pk} | _times(window), {"window": window.pk, "cancelled_at": now.isoformat()}
    audit.record("cancel_step_window", plan, by=by, now=now, before=before, after=after)
    news.tell_plan("plan.changed", plan)
    return window


def _lock(window: StepWindow, now: datetime) -> tuple[Plan, StepWindow, Sequence[Product], datetime]:
    goods = entering.lock_goods_of([window.plan])
    plan, _, now = entering.lock_plan(window.plan, act=PlanAct.CHANGE, now=now)
    window = StepWindow.objects.get(pk=window.pk)  # its plan is locked, and with it all of its windows
    return plan, window, goods, rules.entered_after(now, earlier=[window.entered_at])


def _check_not_over(window: StepWindow, now: datetime) -> None:
    if window.cancelled_at is not None or window.until_at <= now:
        raise StepWindowOver()


def _check_apart(plan: Plan, from_at: datetime, until_at: datetime, *, besides: int) -> None:
    others = StepWindow.objects.filter(plan=plan, cancelled_at=None).exclude(pk=besides)
    met = others.filter(Q(from_at__lt=until_at) & Q(until_at__gt=from_at)).order_by("from_at").first()
    if met is not None:
        zone = settings().zone
        raise StepWindowsOverlap(from_at=met.from_at.astimezone(zone), until_at=met.until_at.astimezone(zone))


def _extend(window: StepWindow, until_at: datetime | None, plan: Plan) -> None:
    if until_at is None or until_at == window.until_at:
        return
    if until_at < window.until_at:
        raise StepWindowBad(until_at=f"{window.until_at.astimezone(settings().zone):%Y-%m-%d %H:%M}")
    _check_apart(plan, window.from_at, until_at, besides=window.pk)
    window.until_at = until_at
    window.save(update_fields=["until_at"])


def _check_top(plan: Plan, ladder: Ladder, goods: Sequence[Product], now: datetime) -> None:
    if plan.type == PlanType.EXCLUSIVE:  # under it no service fee is due
        return
    of_plan = heights_of_plans([plan.pk], now)[plan.pk]
    higher = Heights(differential_bp=of_plan.differential_bp, step_bp=max(extra_bp for _, extra_bp in ladder))
    ground = drafting.ground_of(plan.merchant, drafts=[], goods=goods, now=now)
    drafting.check_top(drafting.top_of(plan, of_plan), higher, product_id=plan.product_id, ground=ground)


def _standing(window: StepWindow) -> list[Step]:
    """The rungs of the ladder that holds, or will when the window begins."""
    steps = list(Step.objects.filter(window=window).standing())
    latest = max(step.from_at for step in steps)
    return [step for step in steps if step.from_at == latest]


def _ladder(steps: Sequence[Step]) -> Ladder:
    return tuple(sorted((step.after_orders, step.extra_bp) for step in steps))


def _write_ladder(window: StepWindow, ladder: Ladder, *, from_at: datetime, now: datetime) -> None:
    Step.objects.bulk_create(
        Step(window=window, after_orders=after, extra_bp=extra_bp, entered_at=now, from_at=from_at)
        for after, extra_bp in ladder
    )


def _listed(ladder: Ladder) -> list[list[int]]:
    return [list(rung) for rung in ladder]


def _times(window: StepWindow) -> dict[str, str]:
    return {"from_at": window.from_at.isoformat(), "until_at": window.until_at.isoformat()}

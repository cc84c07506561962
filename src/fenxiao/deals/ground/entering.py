"""Commission rows with their schedules, locked, and the entry of new rates: the common ground of acts on plans.

Locks are taken in one order everywhere: goods by rising id, then plans by rising id. An act that waited for another's
counts as entered after it, so no entry ever rewrites what stood between them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fenxiao.catalog.models import Product
from fenxiao.deals import rules
from fenxiao.deals.errors import PlanClosed, PlanStandsOpen
from fenxiao.deals.models import Plan, PlanRate, PlanRow, PlanSpell, PlanType
from fenxiao.deals.rules import PlanAct, PlanState, RowAct, RowState
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.settings import settings


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A commission row with its standing rates, in the order in which they hold."""

    row: PlanRow
    entries: Sequence[PlanRate]

    def current_bp(self, now: datetime) -> int | None:
        """The rate that holds."""
        begun = [entry.rate_bp for entry in self.entries if entry.from_at <= now]
        return begun[-1] if begun else None

    def pending(self, now: datetime) -> list[PlanRate]:
        """Entries that have not begun."""
        return [entry for entry in self.entries if entry.from_at > now]

    def last_bp(self) -> int | None:
        """The last rate entered that was one."""
        return next((entry.rate_bp for entry in reversed(self.entries) if entry.rate_bp is not None), None)

    def state(self, now: datetime) -> RowState:
        """Where the row stands."""
        pending = self.pending(now)
        return rules.row_state(
            current_bp=self.current_bp(now),
            coming=pending[-1].rate_bp if pending else None,
            is_pending=bool(pending),
            is_removed=self.row.removed_at is not None,
        )

    def check(self, act: RowAct, *, now: datetime) -> None:
        """Refuses an act that does not fit the row's state."""
        after = rules.NEXT_ROW[self.state(now), act]
        if isinstance(after, type):
            raise after(row=self.row.pk)


@dataclass(frozen=True, kw_only=True)
class NewRate:
    """A rate to enter for a row, and from when it holds."""

    row_id: int
    rate_bp: int | None
    from_at: datetime


def lock_goods(product_ids: Iterable[int] | None, *, merchant_id: int) -> list[Product]:
    """A merchant's products of these ids, or all of them, locked by rising id."""
    goods = Product.objects.select_for_update(no_key=True).filter(merchant_id=merchant_id)
    if product_ids is not None:
        goods = goods.filter(pk__in=list(product_ids))
    return list(goods.order_by("pk"))


def lock_goods_of(plans: Iterable[Plan]) -> list[Product]:
    """The goods that one merchant's plans are about; a plan of the shop is about all of them."""
    about = list(plans)
    if not about:
        return []
    ids = {plan.product_id for plan in about}
    wanted = None if None in ids else [each for each in ids if each is not None]
    return lock_goods(wanted, merchant_id=about[0].merchant_id)


def lock_plans(plan_ids: Iterable[int]) -> list[Plan]:
    """Plans by rising id; their goods are locked before."""
    return list(Plan.objects.select_for_update(no_key=True).filter(pk__in=list(plan_ids)).order_by("pk"))


def lock_plan(plan: Plan, *, act: PlanAct, now: datetime) -> tuple[Plan, PlanSpell, datetime]:
    """One plan after its goods, its last spell, and when the act counts as entered. Refuses by the plan's state."""
    lock_goods_of([plan])
    plan = lock_plans([plan.pk])[0]
    spell = last_spells([plan.pk])[plan.pk]
    now = rules.entered_after(now, earlier=spell_entries(spell))
    check_plan(plan, spell, act=act, now=now)
    return plan, spell, now


def spell_entries(spell: PlanSpell) -> list[datetime]:
    """The moment at which a spell that began at once was entered; one that begins later was entered before."""
    return [spell.opens_at] if spell.opening_told_at == spell.opens_at else []


def check_plan(plan: Plan, spell: PlanSpell, *, act: PlanAct, now: datetime) -> None:
    """Refuses an act that does not fit the plan's state."""
    after = rules.NEXT_PLAN[state_of(spell, now), act]
    if not isinstance(after, PlanState):
        raise refusal_of(after, spell)


def state_of(spell: PlanSpell, now: datetime) -> PlanState:
    """Where a plan stands, by its last spell."""
    return rules.plan_state(opens_at=spell.opens_at, closes_at=spell.closes_at, now=now)


def refusal_of(refusal: type[Refused], spell: PlanSpell) -> Refused:
    """The refusal of the table, with the spell's times."""
    zone = settings().zone
    if refusal is PlanClosed and spell.closes_at is not None:
        return PlanClosed(closes_at=spell.closes_at.astimezone(zone))
    return PlanStandsOpen(from_at=spell.opens_at.astimezone(zone))


def last_spells(plan_ids: Iterable[int]) -> dict[int, PlanSpell]:
    """The last spell of each plan."""
    last = PlanSpell.objects.filter(plan_id__in=list(plan_ids)).order_by("plan_id", "-opens_at", "-id")
    return {spell.plan_id: spell for spell in last.distinct("plan_id")}


def schedules_of(rows: Iterable[PlanRow]) -> dict[int, Schedule]:
    """The rows with their standing rates, by id of the row."""
    by_id = {row.pk: row for row in rows}
    entries: Mapping[int, list[PlanRate]] = defaultdict(list)
    for entry in PlanRate.objects.filter(row_id__in=list(by_id)).standing():
        entries[entry.row_id].append(entry)
    return {pk: Schedule(row=row, entries=entries[pk]) for pk, row in by_id.items()}


def entered_after(now: datetime, schedules: Iterable[Schedule]) -> datetime:
    """When an act on these rows counts as entered."""
    return rules.entered_after(now, earlier=(entry.entered_at for schedule in schedules for entry in schedule.entries))


def enter(rates: Sequence[NewRate], *, now: datetime) -> list[PlanRate]:
    """Write new rates in two statements; what had not begun of their rows is superseded."""
    rows = [rate.row_id for rate in rates]
    PlanRate.objects.filter(row_id__in=rows, superseded_at=None, from_at__gt=now).update(superseded_at=now)
    return PlanRate.objects.bulk_create(
        PlanRate(row_id=rate.row_id, rate_bp=rate.rate_bp, entered_at=now, from_at=rate.from_at) for rate in rates
    )


def opens_later(plan_type: int) -> bool:
    """Whether a plan of this type bars others, and so opens at the next midnight only."""
    return plan_type == PlanType.EXCLUSIVE

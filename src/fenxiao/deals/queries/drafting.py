"""Drafts of plans held against what stands: what each would enter, or why it is refused.

One plan and five thousand go the same way, in the same number of statements.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fenxiao.catalog.models import Product
from fenxiao.deals import rules
from fenxiao.deals.errors import (
    CreatorsInPlanAlready,
    PlanAlreadyOpen,
    ProductNotOffered,
    ProductNotOwn,
    RateUnchanged,
)
from fenxiao.deals.ground import entering
from fenxiao.deals.ground.entering import Schedule
from fenxiao.deals.models import Plan, PlanRow, PlanSpell, PlanType
from fenxiao.deals.queries.ceilings import heights_of_plans, highest_service_fees
from fenxiao.deals.queries.takings import Takings, takings
from fenxiao.deals.rules import Heights, PlanAct, PlanState, RowAct
from fenxiao.deals.rules.drafts import PlanDraft, RowDraft, Unfit, check_entry, check_fit, check_rows, shown, top_rate
from fenxiao.kernel.money import Rate
from fenxiao.parties.models import Kind, Organisation

PROMOTING = {Kind.CREATOR, Kind.AFFILIATE, Kind.CLIP_AGENCY}
TARGETED = {PlanType.ITEM_TARGETED, PlanType.SHOP_TARGETED}


@dataclass(kw_only=True)
class Ground:
    """What stands where drafts are to be entered."""

    now: datetime
    products: Mapping[int, Product]
    offered: frozenset[int]
    fees: Mapping[int, int]
    creators: Mapping[int, Organisation]
    takings: Takings
    plans: Mapping[tuple[int, int | None], Plan] = field(default_factory=dict)  # one for ever per type and product
    spells: Mapping[int, PlanSpell] = field(default_factory=dict)
    heights: Mapping[int, Heights] = field(default_factory=dict)
    rows: Mapping[int, Mapping[int | None, Schedule]] = field(default_factory=dict)  # by plan, then creator


@dataclass(frozen=True, kw_only=True)
class Entering:
    """What one draft enters: into which plan (None: a new one), opened again when, and rates by creator."""

    draft: PlanDraft
    plan: Plan | None
    opens_at: datetime | None
    rates: Sequence[tuple[RowDraft, datetime]]


def ground_of(
    merchant: Organisation, *, drafts: Sequence[PlanDraft], goods: Sequence[Product], now: datetime
) -> Ground:
    """Everything that the drafts are held against. `goods` are those of the drafts, locked by an act."""
    creator_ids = {row.creator_id for draft in drafts for row in draft.rows if row.creator_id is not None}
    targeted = [draft.product_id for draft in drafts if draft.type in TARGETED]
    ground = Ground(
        now=now,
        products={product.pk: product for product in goods},
        offered=frozenset(
            Product.objects.offered().filter(pk__in=[each.pk for each in goods]).values_list("pk", flat=True)
        ),
        fees=highest_service_fees([product.pk for product in goods], now),
        creators=Organisation.objects.in_bulk(creator_ids),
        takings=_takings(merchant, targeted, creator_ids, now),
    )
    return _with_plans(ground, [draft for draft in drafts if draft.type not in TARGETED])


def _takings(merchant: Organisation, targeted: Sequence[int | None], creators: set[int], now: datetime) -> Takings:
    if not targeted:
        return Takings()
    goods = None if None in targeted else [each for each in targeted if each is not None]
    return takings(creators, merchant_id=merchant.pk, product_ids=goods, now=now)


def _with_plans(ground: Ground, drafts: Sequence[PlanDraft]) -> Ground:
    """With the plans of which there is one for ever: normal and exclusive ones."""
    wanted = {(draft.type, draft.product_id) for draft in drafts}
    if not wanted:
        return ground
    of_goods = Plan.objects.filter(product_id__in=ground.products, type__in={each for each, _ in wanted})
    plans = {(plan.type, plan.product_id): plan for plan in of_goods}
    ground.plans = {key: plan for key, plan in plans.items() if key in wanted}
    if not ground.plans:
        return ground
    ids = [plan.pk for plan in ground.plans.values()]
    ground.spells, ground.heights = entering.last_spells(ids), heights_of_plans(ids, ground.now)
    ground.rows = rows_of(ids)
    entered = [entry for spell in ground.spells.values() for entry in entering.spell_entries(spell)]
    schedules = (schedule for rows in ground.rows.values() for schedule in rows.values())
    ground.now = entering.entered_after(rules.entered_after(ground.now, earlier=entered), schedules)
    return ground


def rows_of(plan_ids: Iterable[int]) -> Mapping[int, Mapping[int | None, Schedule]]:
    """All rows of the plans with their schedules, by plan and creator."""
    found: dict[int, dict[int | None, Schedule]] = defaultdict(dict)
    for schedule in entering.schedules_of(PlanRow.objects.filter(plan_id__in=list(plan_ids))).values():
        found[schedule.row.plan_id][schedule.row.creator_id] = schedule
    return found


def weigh(draft: PlanDraft, ground: Ground, *, may_change: bool = False) -> Entering:
    """What the draft would enter. Refuses what may not be; an open plan is changed where that is said."""
    check_rows(draft.rows)
    check_entry(draft.entry, offered_rate_bp=draft.offered_rate_bp)
    check_goods(draft.product_id, ground)
    check_fit(unfit_of(draft.rows, ground.creators))
    plan = ground.plans.get((draft.type, draft.product_id))
    check_heights(draft, ground, plan)
    if plan is not None and entering.state_of(ground.spells[plan.pk], ground.now) != PlanState.CLOSED:
        return _change(draft, ground, plan, may_change=may_change)
    opens_at = rules.cut_begins_at(ground.now) if entering.opens_later(draft.type) else ground.now
    return Entering(draft=draft, plan=plan, opens_at=opens_at, rates=_beginnings(draft, ground))


def check_goods(product_id: int | None, ground: Ground) -> None:
    """Refuses a product that is another's or is not offered; the whole shop is its merchant's."""
    if product_id is None:
        return
    product = ground.products.get(product_id)
    if product is None:
        raise ProductNotOwn(product_id=product_id)
    if product.pk not in ground.offered:
        raise ProductNotOffered(title=product.title)


def unfit_of(rows: Sequence[RowDraft], creators: Mapping[int, Organisation]) -> list[Unfit]:
    """The named who are unknown, suspended, or of a kind that does not promote."""
    found = []
    for row in rows:
        if row.creator_id is None:
            continue
        creator = creators.get(row.creator_id)
        if creator is None:
            found.append(Unfit(creator_id=row.creator_id, name="", zh="不存在", en="unknown"))
        elif creator.kind not in PROMOTING:
            found.append(Unfit(creator_id=creator.pk, name=creator.name, zh="不是推广者", en="does not promote"))
        elif not creator.is_active:
            found.append(Unfit(creator_id=creator.pk, name=creator.name, zh="已停用", en="suspended"))
    return found


def check_heights(draft: PlanDraft, ground: Ground, plan: Plan | None) -> None:
    """Refuses a draft whose highest rate could cost the merchant more than the price of some product."""
    if draft.type == PlanType.EXCLUSIVE:  # under it no service fee is due
        return
    of_plan = ground.heights.get(plan.pk, Heights()) if plan else Heights()
    check_top(top_rate(draft), of_plan, product_id=draft.product_id, ground=ground)


def check_top(rate_bp: int, of_plan: Heights, *, product_id: int | None, ground: Ground) -> None:
    """Refuses a rate that, with what its plan adds and the dearest service fee it may meet, exceeds the price."""
    fees = ground.fees if product_id is None else {product_id: ground.fees.get(product_id, 0)}
    if not fees:
        return
    dearest = max(fees, key=lambda each: fees[each])
    heights = Heights(
        rate_bp=rate_bp,
        differential_bp=of_plan.differential_bp,
        step_bp=of_plan.step_bp,
        service_fee_bp=fees[dearest],
    )
    rules.check_ceiling(heights, title=ground.products[dearest].title)


def top_of(plan: Plan, of_plan: Heights) -> int:
    """The highest rate of a plan: of its rows, or what it offers to those who ask to join."""
    return max(of_plan.rate_bp, plan.offered_rate_bp or 0)


def _change(draft: PlanDraft, ground: Ground, plan: Plan, *, may_change: bool) -> Entering:
    """The draft entered into a plan that has not ended."""
    spell = ground.spells[plan.pk]
    if not may_change:
        if draft.type == PlanType.NORMAL and draft.product_id is not None:
            raise PlanAlreadyOpen(title=ground.products[draft.product_id].title)
        entering.check_plan(plan, spell, act=PlanAct.OPEN_AGAIN, now=ground.now)
    entering.check_plan(plan, spell, act=PlanAct.CHANGE, now=ground.now)
    if draft.type == PlanType.NORMAL:
        rates = [(draft.rows[0], change_begins_at(ground.rows[plan.pk][None], draft.rows[0].rate_bp, now=ground.now))]
    else:
        check_absent(draft.rows, ground.rows.get(plan.pk, {}), ground=ground)
        rates = [(row, ground.now) for row in draft.rows]
    return Entering(draft=draft, plan=plan, opens_at=None, rates=rates)


def change_begins_at(schedule: Schedule, rate_bp: int, *, now: datetime, gets_bp: int = 0) -> datetime:
    """When a new rate of a row begins. `gets_bp` is what its creator gets by other terms while the row is idle."""
    schedule.check(RowAct.CHANGE_RATE, now=now)
    current, pending = schedule.current_bp(now), schedule.pending(now)
    pending_bp = pending[-1].rate_bp if pending else None
    if current is not None:
        return rules.begins_at(rate_bp, current_bp=current, pending_bp=pending_bp, now=now)
    if pending_bp == rate_bp:
        raise RateUnchanged(rate=Rate(rate_bp))
    return rules.beginning(rate_bp, gets_bp=gets_bp, now=now)


def check_absent(rows: Sequence[RowDraft], standing: Mapping[int | None, Schedule], *, ground: Ground) -> None:
    """Refuses creators who have a row in the plan already."""
    present = [
        ground.creators[row.creator_id]
        for row in rows
        if row.creator_id is not None and row.creator_id in standing and standing[row.creator_id].row.removed_at is None
    ]
    if present:
        raise CreatorsInPlanAlready(names=shown(f"{each.pk} {each.name}" for each in present))


def _beginnings(draft: PlanDraft, ground: Ground) -> list[tuple[RowDraft, datetime]]:
    """When each row of a plan that opens begins."""
    if draft.type not in TARGETED:
        return [(row, ground.now) for row in draft.rows]
    return [(row, joins_at(row, draft.product_id, ground=ground)) for row in draft.rows]


def joins_at(row: RowDraft, product_id: int | None, *, ground: Ground) -> datetime:
    """When a targeted row begins: at once, unless its creator gets more today."""
    gets_bp = ground.takings.of(row.creator_id, product_id=product_id) if row.creator_id else 0
    return rules.beginning(row.rate_bp, gets_bp=gets_bp, now=ground.now)

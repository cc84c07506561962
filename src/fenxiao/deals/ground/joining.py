"""How creators come into a plan that stands: named by the merchant, or let in after they asked."""

from collections.abc import Sequence
from datetime import datetime

from fenxiao.catalog.models import Product
from fenxiao.deals import rules
from fenxiao.deals.errors import CreatorsInPlanAlready, NormalPlanIsForAll
from fenxiao.deals.ground import entering, writing
from fenxiao.deals.ground.entering import NewRate, Schedule
from fenxiao.deals.models import Plan, PlanRow, PlanSpell, PlanType
from fenxiao.deals.queries import drafting
from fenxiao.deals.queries.ceilings import heights_of_plans
from fenxiao.deals.queries.drafting import TARGETED, Ground
from fenxiao.deals.queries.takings import takings
from fenxiao.deals.rules import PlanState
from fenxiao.deals.rules.drafts import PlanDraft, RowDraft, check_fit, check_rows, top_rate
from fenxiao.parties.models import Organisation


def let_in(
    plan: Plan, spell: PlanSpell, *, rows: Sequence[RowDraft], goods: Sequence[Product], now: datetime
) -> tuple[list[PlanRow], datetime]:
    """Write rows for more creators of a locked plan; also tells when that counts as entered.

    Refuses a normal plan, goods that are not offered, creators who cannot be named or are in already, rates out of
    bounds, and what could cost more than the price.
    """
    if plan.type == PlanType.NORMAL:
        raise NormalPlanIsForAll()
    check_rows(rows)
    draft = PlanDraft(type=plan.type, product_id=plan.product_id, rows=tuple(rows))
    ground = drafting.ground_of(plan.merchant, drafts=[draft], goods=goods, now=now)
    drafting.check_goods(plan.product_id, ground)
    check_fit(drafting.unfit_of(rows, ground.creators))
    standing = drafting.rows_of([plan.pk])[plan.pk]
    drafting.check_absent(rows, standing, ground=ground)
    check_top(plan, top_rate(draft), ground)
    ground.now = entering.entered_after(now, standing.values())
    is_ahead = entering.state_of(spell, ground.now) == PlanState.OPENING
    begins = {
        row.creator_id: ground.now if is_ahead else _begins_at(row, draft, ground, standing.get(row.creator_id))
        for row in rows
    }
    written = writing.write_rows([(plan, row.creator_id) for row in rows], now=ground.now)
    entering.enter(
        [
            NewRate(row_id=written[plan.pk, row.creator_id].pk, rate_bp=row.rate_bp, from_at=begins[row.creator_id])
            for row in rows
        ],
        now=ground.now,
    )
    return list(written.values()), ground.now


def check_may_join(plan: Plan, creator: Organisation) -> None:
    """Refuses who could not be named in a plan, or is in it."""
    row = RowDraft(creator_id=creator.pk, rate_bp=0)
    known = Organisation.objects.in_bulk([creator.pk])
    check_fit(drafting.unfit_of([row], known))
    if PlanRow.objects.filter(plan=plan, creator=creator, removed_at=None).exists():
        raise CreatorsInPlanAlready(names=f"{creator.pk} {creator.name}")


def check_top(plan: Plan, rate_bp: int, ground: Ground) -> None:
    """Refuses a rate that, with all that may come on top in its plan, could cost more than the price."""
    if plan.type != PlanType.EXCLUSIVE:
        heights = heights_of_plans([plan.pk], ground.now)[plan.pk]
        drafting.check_top(rate_bp, heights, product_id=plan.product_id, ground=ground)


def gets_of(plan: Plan, schedules: Sequence[Schedule], *, now: datetime) -> dict[int, int]:
    """By row, what the creators of a targeted plan's rows that give nothing get today by other terms."""
    idle = [each.row for each in schedules if each.current_bp(now) is None and each.row.creator_id is not None]
    if not idle or plan.type not in TARGETED:
        return {}
    goods = None if plan.product_id is None else [plan.product_id]
    creators = [row.creator_id for row in idle if row.creator_id is not None]
    today = takings(creators, merchant_id=plan.merchant_id, product_ids=goods, now=now)
    return {row.pk: today.of(row.creator_id or 0, product_id=plan.product_id) for row in idle}


def _begins_at(row: RowDraft, draft: PlanDraft, ground: Ground, standing: Schedule | None) -> datetime:
    """At once, unless the creator gets more today: by other terms, or by the row that was taken out today."""
    still_bp = (standing.current_bp(ground.now) if standing else None) or 0
    by_row = rules.beginning(row.rate_bp, gets_bp=still_bp, now=ground.now)
    if draft.type not in TARGETED:
        return by_row
    return max(by_row, drafting.joins_at(row, draft.product_id, ground=ground))

"""Acts on plans: open each kind, open again, close, and say how creators come in."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from fenxiao.catalog.models import Product
from fenxiao.deals import news, rules
from fenxiao.deals.errors import MerchantSuspended, NormalPlanIsForAll, ProductNotOwn
from fenxiao.deals.ground import entering, writing
from fenxiao.deals.models import Entry, Plan, PlanRequest, PlanRow, PlanSpell, PlanType
from fenxiao.deals.queries import drafting
from fenxiao.deals.queries.ceilings import heights_of_plans
from fenxiao.deals.rules import Heights, PlanAct
from fenxiao.deals.rules.drafts import PlanDraft, RowDraft, check_entry
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.parties.models import Organisation, Tier


@transaction.atomic
def open_plan(product: Product, *, rate_bp: int, by: Actor, now: datetime) -> Plan:
    """Open a normal plan at once. Refuses a product that is not offered, a rate out of bounds and a second plan."""
    draft = PlanDraft(type=PlanType.NORMAL, product_id=product.pk, rows=(RowDraft(creator_id=None, rate_bp=rate_bp),))
    plan, now = _enter(product.merchant, draft, now)
    audit.record("open_plan", plan, by=by, now=now, after={"product": product.pk, "rate_bp": rate_bp})
    news.tell_plan("plan.opened", plan)
    return plan


@transaction.atomic
def target_product(
    product: Product,
    *,
    rows: Sequence[RowDraft],
    entry: str = Entry.INVITED,
    offered_rate_bp: int | None = None,
    floor_tier: str = "",
    floor_score_centi: int | None = None,
    by: Actor,
    now: datetime,
) -> Plan:
    """Open a plan on one product for the creators named; a row below what its creator gets today begins at midnight.

    Refuses a product that is not offered, creators who cannot be named, rates out of bounds, and what could cost more
    than the price.
    """
    draft = PlanDraft(
        type=PlanType.ITEM_TARGETED,
        product_id=product.pk,
        rows=tuple(rows),
        entry=entry,
        offered_rate_bp=offered_rate_bp,
        floor_tier=floor_tier,
        floor_score_centi=floor_score_centi,
    )
    return _open_named(product.merchant, draft, act="target_product", by=by, now=now)


@transaction.atomic
def target_shop(
    merchant: Organisation,
    *,
    rows: Sequence[RowDraft],
    entry: str = Entry.INVITED,
    offered_rate_bp: int | None = None,
    floor_tier: str = "",
    floor_score_centi: int | None = None,
    by: Actor,
    now: datetime,
) -> Plan:
    """Open a plan on all goods of the shop for the creators named. Refuses as `target_product` does."""
    draft = PlanDraft(
        type=PlanType.SHOP_TARGETED,
        product_id=None,
        rows=tuple(rows),
        entry=entry,
        offered_rate_bp=offered_rate_bp,
        floor_tier=floor_tier,
        floor_score_centi=floor_score_centi,
    )
    return _open_named(merchant, draft, act="target_shop", by=by, now=now)


@transaction.atomic
def open_exclusive(product: Product, *, rows: Sequence[RowDraft], by: Actor, now: datetime) -> Plan:
    """Open the exclusive plan of a product at the next midnight: it is a cut for everybody it does not name.

    Opened again, it names those of `rows` alone. Refuses as `target_product` does, one that stands already, and the
    last ten minutes of a day.
    """
    draft = PlanDraft(type=PlanType.EXCLUSIVE, product_id=product.pk, rows=tuple(rows))
    return _open_named(product.merchant, draft, act="open_exclusive", by=by, now=now)


@transaction.atomic
def reopen_plan(plan: Plan, *, rate_bp: int | None = None, by: Actor, now: datetime) -> Plan:
    """Open a closed plan again with the rates its rows have; a normal one may be given another.

    An exclusive one, and a targeted one with a row below what its creator gets today, opens at the next midnight.
    Refuses a plan that has not ended, goods that are not offered, and what could cost more than the price.
    """
    goods = entering.lock_goods_of([plan])
    plan = entering.lock_plans([plan.pk])[0]
    spell = entering.last_spells([plan.pk])[plan.pk]
    entering.check_plan(plan, spell, act=PlanAct.OPEN_AGAIN, now=now)
    if plan.type == PlanType.NORMAL:
        return _reopen_normal(plan, rate_bp=rate_bp, by=by, now=now)
    opens_at = _reopens_at(plan, goods, now)
    PlanSpell.objects.create(plan=plan, opens_at=opens_at, opening_told_at=now if opens_at <= now else None)
    audit.record("reopen_plan", plan, by=by, now=now, after={"opens_at": opens_at.isoformat()})
    news.tell_plan("plan.opened", plan)
    return plan


@transaction.atomic
def close_plan(plan: Plan, *, by: Actor, now: datetime) -> PlanSpell:
    """Close a plan at the next midnight. Refuses one that is closed, and the last ten minutes of a day.

    Requests that wait for an answer are void from now on.
    """
    plan, spell, now = entering.lock_plan(plan, act=PlanAct.CLOSE, now=now)
    spell.closes_at = rules.cut_begins_at(now)
    spell.save(update_fields=["closes_at"])
    _void_requests(plan, now)
    audit.record("close_plan", plan, by=by, now=now, after={"closes_at": spell.closes_at.isoformat()})
    news.tell_plan("plan.closed", plan)
    return spell


@transaction.atomic
def change_entry(
    plan: Plan,
    *,
    entry: str,
    offered_rate_bp: int | None = None,
    floor_tier: str = "",
    floor_score_centi: int | None = None,
    by: Actor,
    now: datetime,
) -> Plan:
    """Say anew how creators come into a targeted plan, and at which rate. Those who are in keep what they have.

    Refuses plans of other types, closed ones, and an offered rate that is missing, out of bounds or too dear.
    """
    goods = entering.lock_goods_of([plan])
    plan, _, now = entering.lock_plan(plan, act=PlanAct.CHANGE, now=now)
    if plan.type not in drafting.TARGETED:
        raise NormalPlanIsForAll()
    check_entry(entry, offered_rate_bp=offered_rate_bp)
    ground = drafting.ground_of(plan.merchant, drafts=[], goods=goods, now=now)
    heights = heights_of_plans([plan.pk], now)[plan.pk]
    drafting.check_top(offered_rate_bp or 0, heights, product_id=plan.product_id, ground=ground)
    before = _entry_of(plan)
    plan.entry, plan.offered_rate_bp = entry, offered_rate_bp
    plan.floor_tier, plan.floor_score_centi = floor_tier, floor_score_centi
    plan.save(update_fields=["entry", "offered_rate_bp", "floor_tier", "floor_score_centi"])
    audit.record("change_entry", plan, by=by, now=now, before=before, after=_entry_of(plan))
    news.tell_plan("plan.changed", plan)
    return plan


def _entry_of(plan: Plan) -> dict[str, object]:
    return {
        "entry": str(plan.entry),
        "offered_rate_bp": plan.offered_rate_bp,
        "floor_tier": str(plan.floor_tier) and Tier(plan.floor_tier).value,
        "floor_score_centi": plan.floor_score_centi,
    }


def _open_named(merchant: Organisation, draft: PlanDraft, *, act: str, by: Actor, now: datetime) -> Plan:
    plan, now = _enter(merchant, draft, now)
    told = {"product": draft.product_id, "creators": len(draft.rows), "opens_at": _opens_at(plan).isoformat()}
    audit.record(act, plan, by=by, now=now, after=told)
    news.tell_named("plan.creators_named", PlanRow.objects.filter(plan=plan, removed_at=None))
    news.tell_plan("plan.opened", plan)
    return plan


def _opens_at(plan: Plan) -> datetime:
    return entering.last_spells([plan.pk])[plan.pk].opens_at


def _enter(merchant: Organisation, draft: PlanDraft, now: datetime) -> tuple[Plan, datetime]:
    """One draft, weighed on locked ground and written."""
    goods = entering.lock_goods(None if draft.product_id is None else [draft.product_id], merchant_id=merchant.pk)
    if draft.product_id is None and not Organisation.objects.filter(pk=merchant.pk, is_active=True).exists():
        raise MerchantSuspended(name=merchant.name)
    ground = drafting.ground_of(merchant, drafts=[draft], goods=goods, now=now)
    entry = drafting.weigh(draft, ground)
    return writing.write(merchant, entries=[entry], now=ground.now)[0], ground.now


def _reopen_normal(plan: Plan, *, rate_bp: int | None, by: Actor, now: datetime) -> Plan:
    """A normal plan opens again as it opened first, at its last rate unless told another."""
    if plan.product is None:
        raise ProductNotOwn(product_id=None)
    schedules = entering.schedules_of(PlanRow.objects.filter(plan=plan, creator=None))
    last_bp = next((schedule.last_bp() for schedule in schedules.values()), None)
    return open_plan(plan.product, rate_bp=rate_bp if rate_bp is not None else last_bp or 0, by=by, now=now)


def _reopens_at(plan: Plan, goods: Sequence[Product], now: datetime) -> datetime:
    """When a plan for named creators opens again: at once, unless that would lower what one of them gets today."""
    schedules = [each for each in drafting.rows_of([plan.pk])[plan.pk].values() if each.row.removed_at is None]
    rows = [
        RowDraft(creator_id=each.row.creator_id, rate_bp=rate_bp)
        for each in schedules
        if (rate_bp := each.current_bp(now)) is not None
    ]
    draft = PlanDraft(type=plan.type, product_id=plan.product_id, rows=tuple(rows))
    ground = drafting.ground_of(plan.merchant, drafts=[draft], goods=goods, now=now)
    drafting.check_goods(plan.product_id, ground)
    if plan.type != PlanType.EXCLUSIVE:
        of_plan = heights_of_plans([plan.pk], now).get(plan.pk, Heights())
        drafting.check_top(drafting.top_of(plan, of_plan), of_plan, product_id=plan.product_id, ground=ground)
    else:
        return rules.cut_begins_at(now)
    return max((drafting.joins_at(row, plan.product_id, ground=ground) for row in rows), default=now)


def _void_requests(plan: Plan, now: datetime) -> None:
    """Requests to a plan that closes are answered by that."""
    pending = PlanRequest.objects.select_for_update().filter(plan=plan, state=PlanRequest.State.PENDING).order_by("pk")
    ids = list(pending.values_list("pk", flat=True))
    if ids:
        PlanRequest.objects.filter(pk__in=ids).update(state=PlanRequest.State.VOID, decided_at=now)
        outbox.publish("plan_request.decided", requests=ids)

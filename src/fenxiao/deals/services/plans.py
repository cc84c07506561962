"""Acts on the normal plan of a product: open, change the rate, close.

An act that waited for another's lock counts as entered after it, so no entry ever rewrites what stood between them.
"""

from datetime import datetime

from django.db import transaction

from fenxiao.catalog.models import Product
from fenxiao.deals import rules
from fenxiao.deals.errors import PlanAlreadyOpen, PlanClosed, ProductNotOffered
from fenxiao.deals.models import Plan, PlanRate, PlanRow, PlanSpell, PlanType
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.settings import settings


@transaction.atomic
def open_plan(product: Product, *, rate_bp: int, by: Actor, now: datetime) -> Plan:
    """Open a normal plan at once. Refuses a product that is not offered, a rate out of bounds and a second plan."""
    product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    if not Product.objects.offered().filter(pk=product.pk).exists():
        raise ProductNotOffered(title=product.title)
    rules.check_rate(rate_bp)
    plan, _ = Plan.objects.get_or_create(
        product=product, type=PlanType.NORMAL, defaults={"merchant": product.merchant, "made_at": now}
    )
    if Plan.objects.filter(pk=plan.pk).open_at(now).exists():
        raise PlanAlreadyOpen(title=product.title)
    PlanSpell.objects.create(plan=plan, opens_at=now)
    row, _ = PlanRow.objects.get_or_create(plan=plan, creator=None, defaults={"made_at": now})
    PlanRate.objects.create(row=row, rate_bp=rate_bp, entered_at=now, from_at=now)
    audit.record("open_plan", plan, by=by, now=now, after={"product": product.pk, "rate_bp": rate_bp})
    outbox.publish("plan.opened", plan=plan.pk, product=product.pk)
    return plan


@transaction.atomic
def change_rate(plan: Plan, *, rate_bp: int, by: Actor, now: datetime) -> PlanRate:
    """Enter a new rate: a raise begins at once, a cut at the next midnight; what had not begun is superseded.

    Refuses a closed plan, a rate out of bounds, the rate that stands or is coming already, and a cut in the last ten
    minutes of a day.
    """
    plan = _lock_open(plan)[0]
    row = PlanRow.objects.get(plan=plan, creator=None)
    entries = list(PlanRate.objects.filter(row=row).standing())
    now = max([now, *(entry.entered_at for entry in entries)])
    current = [entry for entry in entries if entry.from_at <= now][-1]
    pending = [entry for entry in entries if entry.from_at > now]
    begins_at = rules.begins_at(
        rate_bp, current_bp=current.rate_bp, pending_bp=pending[-1].rate_bp if pending else None, now=now
    )
    PlanRate.objects.filter(pk__in=[entry.pk for entry in pending]).update(superseded_at=now)
    entered = PlanRate.objects.create(row=row, rate_bp=rate_bp, entered_at=now, from_at=begins_at)
    before = {"rate_bp": current.rate_bp, "pending_bp": [entry.rate_bp for entry in pending]}
    after = {"rate_bp": rate_bp, "from_at": begins_at.isoformat()}
    audit.record("change_rate", plan, by=by, now=now, before=before, after=after)
    outbox.publish("plan.changed", plan=plan.pk, product=plan.product_id)
    return entered


@transaction.atomic
def close_plan(plan: Plan, *, by: Actor, now: datetime) -> PlanSpell:
    """Close a plan at the next midnight. Refuses one that is closed, and the last ten minutes of a day."""
    plan, spell = _lock_open(plan)
    spell.closes_at = rules.cut_begins_at(max(now, spell.opens_at))
    spell.save(update_fields=["closes_at"])
    audit.record("close_plan", plan, by=by, now=now, after={"closes_at": spell.closes_at.isoformat()})
    outbox.publish("plan.closed", plan=plan.pk, product=plan.product_id)
    return spell


def _lock_open(plan: Plan) -> tuple[Plan, PlanSpell]:
    """The plan, locked, with its spell. Refuses one that has ended or is about to."""
    plan = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    spell = PlanSpell.objects.filter(plan=plan).latest("opens_at")
    if spell.closes_at is not None:
        raise PlanClosed(closes_at=spell.closes_at.astimezone(settings().zone))
    return plan, spell

"""What creators of a tier get of a plan on top of its rate."""

from datetime import datetime

from django.db import transaction

from fenxiao.deals import news, rules
from fenxiao.deals.errors import DifferentialUnchanged
from fenxiao.deals.ground import entering
from fenxiao.deals.models import Plan, PlanDifferential, PlanType
from fenxiao.deals.queries import drafting
from fenxiao.deals.queries.ceilings import heights_of_plans
from fenxiao.deals.rules import Heights, PlanAct
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.money import Rate
from fenxiao.parties.models import Tier
from fenxiao.parties.rules import IN_CHINESE


@transaction.atomic
def set_differential(plan: Plan, *, tier: Tier, extra_bp: int, by: Actor, now: datetime) -> PlanDifferential:
    """Give creators of a tier `extra_bp` on top: more begins at once, less at the next midnight, 0 ends it.

    What had not begun is superseded. Refuses a closed plan, an extra out of bounds, the one that stands or is coming
    already, a cut in the last ten minutes of a day, and what could cost more than the price.
    """
    tier, goods = Tier(tier), entering.lock_goods_of([plan])
    plan, _, now = entering.lock_plan(plan, act=PlanAct.CHANGE, now=now)
    entries = list(PlanDifferential.objects.filter(plan=plan, tier=tier).standing())
    now = rules.entered_after(now, earlier=(entry.entered_at for entry in entries))
    begun = [entry.extra_bp for entry in entries if entry.from_at <= now]
    pending = [entry for entry in entries if entry.from_at > now]
    current_bp = begun[-1] if begun else 0
    rules.check_rate(extra_bp)
    if extra_bp == (pending[-1].extra_bp if pending else current_bp):
        raise DifferentialUnchanged(tier=tier.label, tier_zh=IN_CHINESE[tier], extra=Rate(extra_bp))
    from_at = rules.beginning(extra_bp, gets_bp=current_bp, now=now)
    of_plan = heights_of_plans([plan.pk], now)[plan.pk]
    if plan.type != PlanType.EXCLUSIVE and extra_bp > of_plan.differential_bp:
        ground = drafting.ground_of(plan.merchant, drafts=[], goods=goods, now=now)
        higher = Heights(differential_bp=extra_bp, step_bp=of_plan.step_bp)
        drafting.check_top(drafting.top_of(plan, of_plan), higher, product_id=plan.product_id, ground=ground)
    PlanDifferential.objects.filter(pk__in=[entry.pk for entry in pending]).update(superseded_at=now)
    entered = PlanDifferential.objects.create(plan=plan, tier=tier, extra_bp=extra_bp, entered_at=now, from_at=from_at)
    before = {"tier": tier.value, "extra_bp": current_bp, "pending_bp": [entry.extra_bp for entry in pending]}
    after = {"tier": tier.value, "extra_bp": extra_bp, "from_at": from_at.isoformat()}
    audit.record("set_differential", plan, by=by, now=now, before=before, after=after)
    news.tell_plan("plan.changed", plan)
    return entered

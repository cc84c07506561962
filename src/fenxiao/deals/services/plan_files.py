"""Plans for many products at once, from a sheet or a page: all of them or none."""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from fenxiao.deals import news
from fenxiao.deals.errors import MerchantSuspended, PlanFileRefused
from fenxiao.deals.ground import entering, writing
from fenxiao.deals.models import Plan, PlanRow
from fenxiao.deals.queries import drafting
from fenxiao.deals.queries.drafting import Entering
from fenxiao.deals.queries.plan_files import HEADERS, Checked, Fault, read_plan_file, weighed
from fenxiao.deals.rules.drafts import PlanDraft
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.parties.models import Organisation


@transaction.atomic
def apply_plan_file(merchant: Organisation, *, file: BinaryIO, by: Actor, now: datetime) -> list[Plan]:
    """Enter every plan of a sheet. Refuses it whole for any fault: `check_plan_file` tells them all."""
    return _enter(merchant, read_plan_file(file), by=by, now=now)


@transaction.atomic
def enter_plans(merchant: Organisation, *, drafts: Sequence[PlanDraft], by: Actor, now: datetime) -> list[Plan]:
    """Enter plans for many products: open them, or change the rates of open ones, all or none.

    The refusal's `details["faults"]` names each fault by the draft's place, counted from 1.
    """
    places = range(1, len(drafts) + 1)
    return _enter(merchant, Checked(rows=len(drafts), drafts=drafts, places=places), by=by, now=now)


def _enter(merchant: Organisation, checked: Checked, *, by: Actor, now: datetime) -> list[Plan]:
    if not Organisation.objects.filter(pk=merchant.pk, is_active=True).exists():
        raise MerchantSuspended(name=merchant.name)
    products = {draft.product_id for draft in checked.drafts}
    wanted = None if None in products else [each for each in products if each is not None]
    goods = entering.lock_goods(wanted, merchant_id=merchant.pk)
    ground = drafting.ground_of(merchant, drafts=checked.drafts, goods=goods, now=now)
    checked, entries = weighed(checked, ground)
    if checked.faults or not entries:
        raise _refusal(checked.faults)
    plans = writing.write(merchant, entries=entries, now=ground.now)
    audit.record_batch("enter_plans", Plan, ids=[plan.pk for plan in plans], by=by, now=ground.now)
    _tell(plans, entries)
    return plans


def _tell(plans: Sequence[Plan], entries: Sequence[Entering]) -> None:
    opened = [plan for plan, entry in zip(plans, entries, strict=True) if entry.opens_at is not None]
    news.tell_named("plan.creators_named", PlanRow.objects.filter(plan__in=opened, removed_at=None))
    changed = [plan for plan, entry in zip(plans, entries, strict=True) if entry.opens_at is None]
    for name, some in (("plan.opened", opened), ("plan.changed", changed)):
        if some:
            news.tell_plans(name, some)


def _refusal(faults: Sequence[Fault]) -> PlanFileRefused:
    empty = Fault(row=2, column="product", zh="没有数据", en="there is no row")
    first = faults[0] if faults else empty
    return PlanFileRefused(
        count=len(faults) or 1,
        row=first.row,
        column=HEADERS[first.column][0],
        first_zh=first.zh,
        first_en=first.en,
        faults=list(faults) or [empty],
    )

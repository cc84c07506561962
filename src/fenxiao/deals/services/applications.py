"""Acts on applications: apply, audit, withdraw, end; and what ends by itself."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime

from django.db import transaction

from fenxiao.catalog.models import Product, ProductState
from fenxiao.deals import rules
from fenxiao.deals.errors import ApplicationsUnknown, MerchantsNotTaken, NotASide, ReasonTooLong, RejectionNeedsReason
from fenxiao.deals.ground import auditing, cooperating
from fenxiao.deals.ground.applying import check_products, lock_products
from fenxiao.deals.models import (
    Activity,
    ActivityType,
    Application,
    ApplicationState,
    ApplicationTerms,
    ExpiredBy,
)
from fenxiao.deals.rules.activity_states import ActivityAct
from fenxiao.deals.rules.application_states import ApplicationAct
from fenxiao.deals.rules.offered_terms import check_count, check_offer
from fenxiao.deals.rules.windows import check_cooperation, cooperation_begins
from fenxiao.kernel import audit
from fenxiao.kernel.actors import SYSTEM, Actor
from fenxiao.kernel.clock import next_midnight
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation

LONGEST_REASON = 200
MOST_AT_ONCE = 1_000  # of what ends by itself, in one transaction


@transaction.atomic
def apply_to_activity(
    activity: Activity,
    *,
    merchant: Organisation,
    products: Sequence[Product | int],
    rate_bp: int,
    service_fee_bp: int,
    until_at: datetime,
    from_at: datetime | None = None,
    guaranteed_orders: int = 0,
    shows_contact_to_creators: bool = False,
    by: Actor,
    now: datetime,
) -> list[Application]:
    """Apply with goods on one set of terms, all of them or none; a beginning in the past, or none, is now.

    Refuses activities that take none of merchants, a window outside the activity's, terms below its floors or above
    the price, and goods that may not apply, naming each with the reason.
    """
    ids = _ids_of(products)
    merchant = parties.active_of_kind(merchant, Kind.MERCHANT)
    goods = lock_products(ids)
    activity = _lock_open_to_merchants(activity, now=now)
    common = Application(
        activity=activity,
        merchant=merchant,
        from_at=_window_within(activity, from_at=from_at, until_at=until_at, now=now),
        until_at=until_at,
        guaranteed_orders=guaranteed_orders,
        shows_contact_to_creators=shows_contact_to_creators,
        applied_at=now,
    )
    rates = {"rate_bp": rate_bp, "service_fee_bp": service_fee_bp}
    check_offer(**rates, floor_fee_bp=activity.floor_service_fee_bp, guaranteed_orders=guaranteed_orders)
    cooperating.run_out_over(activity, ids, now=now)
    check_products(activity, ids, goods=goods, merchant=merchant, **rates, now=now)
    applications = _write([goods[pk] for pk in ids], common, **rates)
    audit.record_batch("apply_to_activity", Application, ids=[each.pk for each in applications], by=by, now=now)
    cooperating.tell("application.made", applications)
    return applications


@transaction.atomic
def audit_applications(
    activity: Activity | None,
    *,
    ids: Sequence[int],
    pass_: bool,
    reason: str = "",
    leader: Organisation,
    by: Actor,
    now: datetime,
) -> list[Application]:
    """Pass or reject applications, all of them or none; those of merchants and those of first leaders alike.

    Without an activity they may be of several of the leader's. Refuses other leaders' activities, what does not wait
    for audit, a rejection without a reason, and passing what may not stand: goods that are not offered, and a second's
    that exceeds the one it hangs on.
    """
    reason = _reason(reason, is_needed=not pass_)
    leader = parties.active_of_kind(leader, Kind.LEADER)
    activities = [activity] if activity else auditing.activities_named(ids, leader=leader)
    # Every activity before any application: an audit of seconds locks their firsts, which are of other activities.
    locked = [cooperating.lock_own_activity(each, leader=leader, act=ActivityAct.AUDIT, now=now) for each in activities]
    applications = auditing.lock_for_audit(locked, ids)
    act = ApplicationAct.PASS if pass_ else ApplicationAct.REJECT
    cooperating.check_applications(applications, act=act, now=now)
    if pass_:
        auditing.check_passable(applications, now=now)
    _decide(applications, pass_=pass_, reason=reason, now=now)
    name = "pass_applications" if pass_ else "reject_applications"
    audit.record_batch(name, Application, ids=[each.pk for each in applications], by=by, now=now)
    cooperating.tell("application.passed" if pass_ else "application.rejected", applications)
    return applications


@transaction.atomic
def withdraw_application(
    application: Application, *, merchant: Organisation, reason: str = "", by: Actor, now: datetime
) -> Application:
    """Take back what waits at once, and end what was passed at the next midnight, with all that hangs on it.

    Refuses other merchants' and leaders' applications, what is over, and ending in the last ten minutes of a day.
    """
    application = cooperating.lock_one(application)
    if application.depth != 1 or application.merchant_id != merchant.pk:
        raise ApplicationsUnknown(ids=application.pk)
    return _end(application, act=ApplicationAct.WITHDRAW, expired_by=ExpiredBy.MERCHANT, reason=reason, by=by, now=now)


@transaction.atomic
def end_application(
    application: Application, *, leader: Organisation, reason: str = "", by: Actor, now: datetime
) -> Application:
    """End what a leader has passed at the next midnight, with all that hangs on it.

    Refuses other leaders', what waits (it is rejected instead) or is over, and the last ten minutes of a day.
    """
    application = cooperating.lock_one(application)
    if application.activity.leader_id != leader.pk:
        raise NotASide(organisation=leader.name, side_zh="团长", side_en="leader")
    return _end(application, act=ApplicationAct.END, expired_by=ExpiredBy.LEADER, reason=reason, by=by, now=now)


@transaction.atomic
def expire_off_shelf(product_ids: Sequence[int], *, by: Actor = SYSTEM, now: datetime) -> int:
    """End the applications of goods that were taken down or refused; what was passed stands until midnight.

    Goods that are on the shelf are passed over. Returns how many applications ended.
    """
    goods = Product.objects.filter(pk__in=product_ids, state__in=[ProductState.OFF_SHELF, ProductState.REFUSED])
    gone = list(goods.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    live = Application.objects.live().filter(product_id__in=gone, until_at__gt=now)
    applications = cooperating.lock_applications(live) if gone else []
    ended = cooperating.end(applications, expired_by=ExpiredBy.OFF_SHELF, midnight=next_midnight(now), now=now)
    if ended:
        audit.record_batch("expire_off_shelf", Application, ids=[each.pk for each in ended], by=by, now=now)
    return len(ended)


@transaction.atomic
def expire_run_out(*, by: Actor = SYSTEM, now: datetime) -> int:
    """Note up to a thousand applications whose windows are over as expired; returns how many."""
    over = Application.objects.live().filter(until_at__lte=now)
    ids = list(over.order_by("depth", "id").values_list("pk", flat=True)[:MOST_AT_ONCE])
    applications = cooperating.lock_applications(over.filter(pk__in=ids))
    cooperating.run_out(applications, now=now)
    if applications:
        audit.record_batch("expire_run_out", Application, ids=[each.pk for each in applications], by=by, now=now)
    return len(applications)


def _end(
    application: Application, *, act: ApplicationAct, expired_by: ExpiredBy, reason: str, by: Actor, now: datetime
) -> Application:
    cooperating.check_applications([application], act=act, now=now)
    was = application.state
    midnight = rules.cut_begins_at(now) if was == ApplicationState.PASSED else now
    reason = _reason(reason, is_needed=False)
    ended = cooperating.end([application], expired_by=expired_by, midnight=midnight, now=now, reason=reason)
    name = "withdraw_application" if act == ApplicationAct.WITHDRAW else "end_application"
    after = {"state": int(application.state), "ends_at": midnight.isoformat(), "ended": [each.pk for each in ended]}
    audit.record(name, application, by=by, now=now, before={"state": was}, after=after)
    return application


def _ids_of(products: Sequence[Product | int]) -> list[int]:
    """Each product once, by its number. Refuses none and too many."""
    ids = sorted({each if isinstance(each, int) else each.pk for each in products})
    check_count(len(ids))
    return ids


def _lock_open_to_merchants(activity: Activity, *, now: datetime) -> Activity:
    activity = cooperating.lock_activity(activity, act=ActivityAct.APPLY, now=now)
    if activity.type == ActivityType.COOPERATIVE:
        raise MerchantsNotTaken(title=activity.title)
    return activity


def _window_within(activity: Activity, *, from_at: datetime | None, until_at: datetime, now: datetime) -> datetime:
    """When a cooperation begins; refuses a window outside the activity's."""
    begins = cooperation_begins(from_at, begins_at=activity.begins_at, now=now)
    times = {"begins_at": activity.begins_at, "ends_at": activity.ends_at}
    check_cooperation(from_at=begins, until_at=until_at, **times, now=now)
    return begins


def _decide(applications: Sequence[Application], *, pass_: bool, reason: str, now: datetime) -> None:
    decided = {
        "state": ApplicationState.PASSED if pass_ else ApplicationState.REJECTED,
        "decided_at": now,
        "passed_at": now if pass_ else None,
        "reason": reason,
    }
    for application in applications:
        for name, value in decided.items():
            setattr(application, name, value)
    Application.objects.filter(pk__in=[each.pk for each in applications]).update(**decided)


def _reason(reason: str, *, is_needed: bool) -> str:
    reason = reason.strip()
    if is_needed and not reason:
        raise RejectionNeedsReason()
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong(most=LONGEST_REASON, count=len(reason))
    return reason


def _write(goods: Sequence[Product], common: Application, *, rate_bp: int, service_fee_bp: int) -> list[Application]:
    """An application like `common` for each product, with its terms from the same moment on."""
    applications = [copy(common) for _ in goods]
    for application, product in zip(applications, goods, strict=True):
        application.product = product
    applications = Application.objects.bulk_create(applications)
    ApplicationTerms.objects.bulk_create(
        ApplicationTerms(
            application=each,
            commission_rate_bp=rate_bp,
            service_fee_rate_bp=service_fee_bp,
            entered_at=common.applied_at,
            from_at=common.applied_at,
        )
        for each in applications
    )
    return applications

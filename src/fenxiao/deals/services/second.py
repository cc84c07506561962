"""Second leaders: a first leader hands on what stands in its activities, the second audits, both end it together.

Locks are taken in the order of the whole floor: goods by rising id, then activities, then applications.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from fenxiao.catalog.models import Product
from fenxiao.deals.errors import ProductNotOffered
from fenxiao.deals.errors.second import (
    ChainOfThree,
    FirstNotStanding,
    NothingHandedOn,
    NotTheFirstLeader,
    OwnActivity,
    SecondFloorNotMet,
    SecondStandsAlready,
    SecondWindowTooLong,
    TakesNoSeconds,
)
from fenxiao.deals.models import Activity, Application, ApplicationState, ApplicationTerms
from fenxiao.deals.queries.second import fees_to_come, second_activities_open_to
from fenxiao.deals.queries.second_goods import commission_finding, commission_floors, least_rates
from fenxiao.deals.rules.second_states import (
    NEXT_SECOND,
    SecondAct,
    SecondPhase,
    Window,
    check_ceded,
    fit_window,
    second_phase,
)
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation


@transaction.atomic
def apply_to_second(
    first_application_ids: Sequence[int],
    *,
    activity: Activity,
    fee_bp: int,
    leader: Organisation,
    by: Actor,
    now: datetime,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
) -> list[Application]:
    """Hand on what stands in this leader's activities to another's, ceding `fee_bp` of the fee: all of it or nothing.

    A beginning that is too early is moved into what both allow; no end means the last there may be. Refuses what is
    not this leader's, is a second's already, has not passed or has ended, an activity that takes no seconds or is its
    own, goods not offered or below the floor of their category, a fee below the floor or above the first's, a window
    that does not fit, and a repetition.
    """
    if not first_application_ids:
        raise NothingHandedOn()
    activity, firsts = _lock(first_application_ids, activity=activity)
    _check_owned(firsts, wanted=first_application_ids, leader=leader)
    _check_takes(activity, leader=leader, now=now)
    _check_commissions(firsts, activity=activity, now=now)
    made = []
    for first in firsts:
        _check_handed_on(first, activity=activity, fee_bp=fee_bp, now=now)
        window = _window_of(first, activity=activity, from_at=from_at, until_at=until_at, now=now)
        made.append(_apply(first, activity=activity, fee_bp=fee_bp, window=window, by=by, now=now))
    return made


@transaction.atomic
def edit_second(application: Application, *, fee_bp: int, leader: Organisation, by: Actor, now: datetime) -> None:
    """Change the ceded fee: at once while it waits; what is over keeps it for the next time it is applied for.

    Refuses another leader's, one that has passed, and a fee below the floor or above the first's.
    """
    application = lock_second(application)
    _check_first_leader(application, leader=leader)
    phase = phase_of(application, now=now)
    check_second(application, SecondAct.EDIT, now=now)
    first = application.first
    assert first is not None  # noqa: S101  a second's hangs on a first's, says the database
    _check_fee(first, activity=application.activity, fee_bp=fee_bp, now=now)
    before = fees_to_come(application.pk, now=now)
    # What still stands until midnight keeps its fee so long.
    from_at = application.ends_at if phase is SecondPhase.ENDING and application.ends_at else now
    entries = ApplicationTerms.objects.filter(application=application)
    entries.filter(superseded_at=None, from_at__gt=now).update(superseded_at=now)
    entries.create(application=application, service_fee_rate_bp=fee_bp, entered_at=now, from_at=from_at)
    after = {"fee_bp": fee_bp, "from_at": from_at.isoformat()}
    audit.record("edit_second", application, by=by, now=now, before={"fee_bp": before}, after=after)
    outbox.publish("application.changed", applications=[application.pk], products=[application.product_id])


@transaction.atomic
def apply_again(application: Application, *, leader: Organisation, by: Actor, now: datetime) -> Application:
    """Apply again for what was rejected or has ended, with the fee that is stored; a new application, as a first time.

    Refuses another leader's, what waits or stands, and whatever `apply_to_second` refuses.
    """
    application = lock_second(application)
    _check_first_leader(application, leader=leader)
    check_second(application, SecondAct.APPLY_AGAIN, now=now)
    fee_bp = fees_to_come(application.pk, now=now)[-1]
    first = application.first
    assert first is not None  # noqa: S101  a second's hangs on a first's, says the database
    return apply_to_second([first.pk], activity=application.activity, fee_bp=fee_bp, leader=leader, by=by, now=now)[0]


# not one act: the first step of each act on it
def lock_second(application: Application) -> Application:
    """A second's application after its goods, its activity and what it hangs on, all locked."""
    return _lock([application.pk], activity=application.activity)[1][0]


# not one act: reads what is in hand
def phase_of(application: Application, *, now: datetime) -> SecondPhase:
    """Where it stands at `now`."""
    return second_phase(application.state, until_at=application.until_at, ends_at=application.ends_at, now=now)


# not one act: a check within an act, writes nothing
def check_second(application: Application, act: SecondAct, *, now: datetime) -> SecondPhase:
    """What becomes of it. Refuses an act that does not fit where it stands."""
    after = NEXT_SECOND[phase_of(application, now=now), act]
    if not isinstance(after, SecondPhase):
        raise after(application=application.pk)
    return after


def _lock(ids: Iterable[int], *, activity: Activity) -> tuple[Activity, list[Application]]:
    wanted = list(ids)
    goods = Application.objects.filter(pk__in=wanted).values("product_id")
    list(Product.objects.select_for_update(no_key=True).filter(pk__in=goods).order_by("pk").values_list("pk"))
    activity = Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
    list(
        Application.objects.select_for_update(no_key=True)
        .filter(pk__in=[*wanted, *_firsts_of(wanted)])
        .order_by("pk")
        .values_list("pk")
    )
    found = Application.objects.filter(pk__in=wanted).select_related(
        "activity__leader", "product", "first__activity__leader"
    )
    return activity, list(found.order_by("pk"))


def _firsts_of(ids: Iterable[int]) -> list[int]:
    firsts = Application.objects.filter(pk__in=list(ids), first__isnull=False).values_list("first_id", flat=True)
    return [pk for pk in firsts if pk is not None]


def _check_owned(firsts: Sequence[Application], *, wanted: Sequence[int], leader: Organisation) -> None:
    own = {first.pk for first in firsts if _hands_on(first).leader_id == leader.pk}
    if foreign := set(wanted) - own:
        raise NotTheFirstLeader(applications=_named(foreign), leader=leader.name)
    for first in firsts:
        if first.depth != 1:
            raise ChainOfThree(application=first.pk)


def _hands_on(application: Application) -> Activity:
    """The activity it stands in; a second's is its second leader's."""
    return application.activity


def _check_first_leader(application: Application, *, leader: Organisation) -> None:
    first = application.first
    if first is None or first.activity.leader_id != leader.pk:
        raise NotTheFirstLeader(applications=_named([application.pk]), leader=leader.name)


def _check_takes(activity: Activity, *, leader: Organisation, now: datetime) -> None:
    if activity.leader_id == leader.pk:
        raise OwnActivity(title=activity.title)
    if not second_activities_open_to(leader, now=now).filter(pk=activity.pk).exists():
        raise TakesNoSeconds(title=activity.title)


def _check_commissions(firsts: Sequence[Application], *, activity: Activity, now: datetime) -> None:
    floors = commission_floors(activity, [first.product for first in firsts])
    rates = least_rates([first.pk for first in firsts], now=now)
    for first in firsts:
        if finding := commission_finding(rates[first.pk][0], floor_bp=floors[first.product_id]):
            named = {"title": first.product.title, "activity": activity.title}
            raise SecondFloorNotMet(**named, why_zh=finding.zh, why_en=finding.en)


def _check_handed_on(first: Application, *, activity: Activity, fee_bp: int, now: datetime) -> None:
    _check_first_stands(first, now=now)
    if Application.objects.filter(first=first, activity=activity, until_at__gt=now).live().exists():
        raise SecondStandsAlready(title=first.product.title)
    _check_fee(first, activity=activity, fee_bp=fee_bp, now=now)


def _check_first_stands(first: Application, *, now: datetime) -> None:
    if not Product.objects.offered().filter(pk=first.product_id).exists():
        raise ProductNotOffered(title=first.product.title)
    passed = first.state == ApplicationState.PASSED and first.ends_at is None and first.until_at > now
    if not passed or first.activity.closes_at is not None or first.activity.ends_at <= now:
        raise FirstNotStanding(application=first.pk, title=first.product.title)


def _check_fee(first: Application, *, activity: Activity, fee_bp: int, now: datetime) -> None:
    first_bp = min(fees_to_come(first.pk, now=now), default=0)
    check_ceded(fee_bp, floor_bp=activity.floor_service_fee_bp, first_bp=first_bp, title=first.product.title)


def _window_of(
    first: Application, *, activity: Activity, from_at: datetime | None, until_at: datetime | None, now: datetime
) -> Window:
    within = Window(
        max(first.from_at, activity.begins_at), min(first.until_at, first.activity.ends_at, activity.ends_at)
    )
    if (window := fit_window(from_at=from_at, until_at=until_at, within=within, now=now)) is None:
        zone = settings().zone
        raise SecondWindowTooLong(
            title=first.product.title,
            from_at=within.from_at.astimezone(zone),
            until_at=within.until_at.astimezone(zone),
        )
    return window


def _apply(
    first: Application, *, activity: Activity, fee_bp: int, window: Window, by: Actor, now: datetime
) -> Application:
    # A window that ran out may not be stored as such yet, and the key is for what waits or stands.
    lapsed = Application.objects.filter(first=first, activity=activity, until_at__lte=now).live()
    lapsed.update(state=ApplicationState.EXPIRED, expired_by=3)
    application = Application.objects.create(
        activity=activity,
        product=first.product,
        merchant_id=first.merchant_id,
        first=first,
        depth=2,
        from_at=window.from_at,
        until_at=window.until_at,
        shows_contact_to_creators=first.shows_contact_to_creators,
        applied_at=now,
    )
    ApplicationTerms.objects.create(application=application, service_fee_rate_bp=fee_bp, entered_at=now, from_at=now)
    after = {"activity": activity.pk, "first": first.pk, "fee_bp": fee_bp, "until_at": window.until_at.isoformat()}
    audit.record("apply_to_second", application, by=by, now=now, after=after)
    outbox.publish("application.made", applications=[application.pk], products=[first.product_id])
    return application


def _named(ids: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(ids)))

"""Second leaders: activities a leader may hand its goods on to, which goods, and what it handed on."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from fenxiao.deals.models import (
    Activity,
    ActivityLeader,
    ActivityType,
    Application,
    ApplicationState,
    ApplicationTerms,
    LeaderEntry,
    Wish,
)
from fenxiao.deals.queries.second_goods import goods_for_second
from fenxiao.parties.models import Organisation


def second_activities_open_to(leader: Organisation, *, now: datetime) -> QuerySet[Activity]:
    """Activities of other leaders that take this leader's goods at `now`, the newest first, each with its leader."""
    names = Exists(ActivityLeader.objects.filter(activity=OuterRef("pk"), leader=leader))
    is_open = Q(leader_entry=LeaderEntry.ALL) | Q(leader_entry=LeaderEntry.NAMED) & names
    # A cooperative one is an invitation to leaders: to all of them, unless it names some.
    cooperative = Q(type=ActivityType.COOPERATIVE) & ~Q(leader_entry=LeaderEntry.NAMED)
    taking = Activity.objects.taking(now).exclude(leader=leader).filter(is_open | cooperative)
    return taking.select_related("leader").order_by("-published_at", "-id")


def products_for_second(leader: Organisation, activity: Activity, *, now: datetime) -> QuerySet[Application]:
    """This leader's applications that may be handed on to `activity`, each with its product and `fee_bp` as it is.

    Those are the ones of `goods_for_second` that nothing stands against.
    """
    goods = goods_for_second(leader, activity, now=now)
    free = [row.application.pk for row in goods if row.finding is None]
    fee = Subquery(fees_in_force(now).values("service_fee_rate_bp")[:1])
    rows = Application.objects.filter(pk__in=free).annotate(fee_bp=fee)
    return rows.select_related("product", "merchant", "activity").order_by("-passed_at", "-id")


def applied_second(leader: Organisation, *, now: datetime) -> QuerySet[Application]:
    """What this leader handed on, newest first, with product, both activities and what `_with_chain` adds."""
    handed_on = Application.objects.filter(depth=2, first__activity__leader=leader)
    return _with_chain(handed_on, now).annotate(first_activity_id=F("first__activity_id"))


def seconds_of(leader: Organisation, *, now: datetime) -> QuerySet[Application]:
    """What first leaders applied to this leader's activities, newest first, with the same."""
    return _with_chain(Application.objects.filter(depth=2, activity__leader=leader), now)


def _with_chain(seconds: QuerySet[Application], now: datetime) -> QuerySet[Application]:
    """With the ceded fee (`fee_bp`), the first's fee and commission (`first_fee_bp`, `commission_bp`), all in force.

    `end_is_asked` tells whether the first leader asks to end it.
    """
    of_first = ApplicationTerms.objects.filter(application=OuterRef("first"), superseded_at=None, from_at__lte=now)
    of_first = of_first.order_by("-from_at", "-id")
    asked = Wish.objects.filter(application=OuterRef("pk"), kind=Wish.Kind.CANCELLATION, state=Wish.State.OPEN)
    return (
        seconds.annotate(
            fee_bp=Subquery(fees_in_force(now).values("service_fee_rate_bp")[:1]),
            first_fee_bp=Subquery(of_first.values("service_fee_rate_bp")[:1]),
            commission_bp=Subquery(of_first.values("commission_rate_bp")[:1]),
            end_is_asked=Exists(asked),
        )
        .select_related("product", "merchant", "activity__leader", "first__activity__leader")
        .order_by("-applied_at", "-id")
    )


def highest_ceded_fee(first: Application, *, now: datetime) -> int:
    """The highest fee ceded of this application, standing, coming or waiting for audit: its own may not fall below."""
    seconds = Application.objects.filter(first=first).filter(
        Q(state__in=[ApplicationState.PENDING, ApplicationState.PASSED], until_at__gt=now)
        | Q(state=ApplicationState.EXPIRED, ends_at__gt=now)
    )
    fees = [fee for second in seconds.values_list("pk", flat=True) for fee in fees_to_come(second, now=now)]
    return max(fees, default=0)


def fees_to_come(application_id: int, *, now: datetime) -> list[int]:
    """The service fee of an application as it stands and each that is coming."""
    entries = list(ApplicationTerms.objects.filter(application_id=application_id).standing())
    coming = [entry.service_fee_rate_bp for entry in entries if entry.from_at > now]
    begun = [entry.service_fee_rate_bp for entry in entries if entry.from_at <= now]
    return [*begun[-1:], *coming]


def fees_in_force(now: datetime) -> QuerySet[ApplicationTerms]:
    """Terms of the outer query's application that began by `now`, the one in force first."""
    begun = ApplicationTerms.objects.filter(application=OuterRef("pk"), superseded_at=None, from_at__lte=now)
    return begun.order_by("-from_at", "-id")

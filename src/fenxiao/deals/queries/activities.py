"""What is asked of activities: as leaders list them, as merchants find them, with floors, creators and contacts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet

from fenxiao.catalog.models import Category, Product
from fenxiao.deals.models import (
    Activity,
    ActivityCreator,
    ActivityFloor,
    ActivityLeader,
    ActivityState,
    ActivityType,
    Application,
    ApplicationState,
    Trusteeship,
    Wish,
)
from fenxiao.deals.rules.activity_drafts import ActivityDraft
from fenxiao.deals.rules.activity_states import ActivityNumber, activity_state
from fenxiao.deals.rules.floors import CategoryPlace, Floor, Floors
from fenxiao.parties.models import Organisation


@dataclass(frozen=True, kw_only=True)
class LeaderRecord:
    """What merchants see of a leader before they apply; orders are counted by the facts above."""

    activities: int  # published ever
    products: int  # passed ever
    merchants: int
    average_price_fen: int | None  # of the products passed


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """One change of an exclusive activity's list of creators."""

    creator: Organisation
    is_added: bool
    at: datetime  # from when it holds
    by: str


def activities_of(
    leader: Organisation,
    *,
    now: datetime,
    type: int | None = None,
    state: int | None = None,
    title: str = "",
    activity_id: int | None = None,
) -> QuerySet[Activity]:
    """A leader's activities, newest first, with counts (see `with_counts`); deleted ones only if asked for."""
    rows = with_counts(Activity.objects.filter(leader=leader)).select_related("leader").order_by("-made_at", "-id")
    if type:
        rows = rows.filter(type=type)
    if title:
        rows = rows.filter(title__icontains=title)
    if activity_id:
        rows = rows.filter(pk=activity_id)
    return rows.filter(in_state(state, now)) if state else rows.exclude(state=ActivityState.DELETED)


def in_state(state: int, now: datetime) -> Q:
    """Activities in a state as the trade numbers it, told by time where it is."""
    published = Q(state__in=[ActivityState.PUBLISHED, ActivityState.INVALID])
    over = Q(ends_at__lte=now) | Q(closes_at__lte=now)
    return {
        ActivityNumber.PUBLISHED: published & Q(begins_at__gt=now) & ~over,
        ActivityNumber.PROMOTING: published & Q(begins_at__lte=now) & ~over,
        ActivityNumber.INVALID: published & over,
    }.get(ActivityNumber(state), Q(state=state))


def state_of(activity: Activity, *, now: datetime) -> ActivityNumber:
    """An activity's state as the trade numbers it."""
    return activity_state(
        activity.state, begins_at=activity.begins_at, ends_at=activity.ends_at, closes_at=activity.closes_at, now=now
    )


def with_counts(activities: QuerySet[Activity], merchant: Organisation | None = None) -> QuerySet[Activity]:
    """Activities with how many applications (of one merchant) there are, and wait or are passed, by depth."""
    own = Q(application__merchant=merchant) if merchant else Q()
    waits, is_passed = (Q(application__state=state) for state in (ApplicationState.PENDING, ApplicationState.PASSED))
    counted = {
        "applied": Q(),
        "waiting": waits & Q(application__depth=1),
        "passed": is_passed & Q(application__depth=1),
        "waiting_seconds": waits & Q(application__depth=2),
        "passed_seconds": is_passed & Q(application__depth=2),
    }
    return activities.annotate(
        **{name: Count("application", filter=(own & these) or None) for name, these in counted.items()}
    )


def activities_open_to(
    merchant: Organisation,
    *,
    now: datetime,
    type: int | None = None,
    title: str = "",
    activity_id: int | None = None,
    category_id: str | None = None,
) -> QuerySet[Activity]:
    """Activities that take applications of merchants now, those that end first first, with this merchant's counts."""
    rows = Activity.objects.taking(now).exclude(type=ActivityType.COOPERATIVE).filter(leader__is_active=True)
    if type:
        rows = rows.filter(type=type)
    if title:
        rows = rows.filter(title__icontains=title)
    if activity_id:
        rows = rows.filter(pk=activity_id)
    if category_id:
        floors = ActivityFloor.objects.filter(activity=OuterRef("pk"), category_id=category_id)
        rows = rows.filter(Q(floor_scope=10) | Exists(floors))
    return with_counts(rows, merchant).select_related("leader").order_by("ends_at", "id")


def applied_activities(
    merchant: Organisation,
    *,
    type: int | None = None,
    activity_id: int | None = None,
) -> QuerySet[Activity]:
    """Activities to which a merchant has applied, newest first, with its counts."""
    own = Application.objects.filter(activity=OuterRef("pk"), merchant=merchant, depth=1)
    rows = Activity.objects.filter(Exists(own)).select_related("leader")
    if type:
        rows = rows.filter(type=type)
    if activity_id:
        rows = rows.filter(pk=activity_id)
    return with_counts(rows, merchant).order_by("-made_at", "-id")


def floors_of(activity: Activity) -> Floors:
    """An activity's floors."""
    rows = ActivityFloor.objects.filter(activity=activity).order_by("category_id")
    return Floors(
        scope=activity.floor_scope,
        by_category=tuple(Floor(category_id=row.category_id, commission_bp=row.commission_bp) for row in rows),
        commission_bp=activity.floor_commission_bp,
        service_fee_bp=activity.floor_service_fee_bp,
    )


def draft_of(activity: Activity) -> ActivityDraft:
    """Everything that its leader says of an activity now."""
    creators = ActivityCreator.objects.filter(activity=activity, until_at=None).values_list("creator_id", flat=True)
    leaders = ActivityLeader.objects.filter(activity=activity).values_list("leader_id", flat=True)
    return ActivityDraft(
        type=activity.type,
        title=activity.title,
        begins_at=activity.begins_at,
        ends_at=activity.ends_at,
        floors=floors_of(activity),
        creator_ids=frozenset(creators),
        leader_entry=activity.leader_entry,
        leader_ids=frozenset(leaders),
        contact_phone=activity.contact_phone,
        contact_wechat=activity.contact_wechat,
    )


def creators_of(activity: Activity, *, moment: datetime) -> QuerySet[Organisation]:
    """The creators whom an exclusive activity names at `moment`, by name."""
    named = ActivityCreator.objects.filter(activity=activity, from_at__lte=moment)
    named = named.filter(Q(until_at=None) | Q(until_at__gt=moment))
    return Organisation.objects.filter(pk__in=named.values("creator_id")).order_by("name", "pk")


def creator_adjustments(activity: Activity) -> list[Adjustment]:
    """Every change of an exclusive activity's list of creators, newest first."""
    found = []
    for row in ActivityCreator.objects.filter(activity=activity).select_related("creator"):
        found.append(Adjustment(creator=row.creator, is_added=True, at=row.from_at, by=row.added_by))
        if row.until_at is not None:
            found.append(Adjustment(creator=row.creator, is_added=False, at=row.until_at, by=row.removed_by))
    return sorted(found, key=lambda each: (each.at, each.is_added), reverse=True)


def leader_record(leader: Organisation) -> LeaderRecord:
    """What a leader has done so far, in two statements."""
    passed = Application.objects.filter(activity__leader=leader, passed_at__isnull=False)
    goods = Product.objects.filter(pk__in=passed.values("product_id"))
    counted = goods.aggregate(
        products=Count("pk"), merchants=Count("merchant_id", distinct=True), average=Avg("price_fen")
    )
    return LeaderRecord(
        activities=Activity.objects.filter(leader=leader, published_at__isnull=False).count(),
        products=counted["products"],
        merchants=counted["merchants"],
        average_price_fen=None if counted["average"] is None else round(counted["average"]),
    )


def places_of(category_ids: Iterable[str]) -> dict[str, CategoryPlace]:
    """What floors need to know of categories."""
    rows = Category.objects.filter(pk__in=list(category_ids)).annotate(
        has_children=Exists(Category.objects.filter(parent=OuterRef("pk"), is_active=True))
    )
    return {
        row.pk: CategoryPlace(
            name_zh=row.name_zh,
            name_en=row.name_en,
            depth=row.depth,
            is_leaf=not row.has_children,
            is_active=row.is_active,
        )
        for row in rows
    }


def second_levels(category_ids: Iterable[str]) -> dict[str, str | None]:
    """The second-level category that each one is or lies below; None above that level."""
    rows = Category.objects.filter(pk__in=set(category_ids)).select_related("third", "parent")
    return {row.pk: _second_level(row) for row in rows}


def _second_level(category: Category) -> str | None:
    for each in (category, category.third):
        if each is not None and each.depth == 2:
            return each.pk
        if each is not None and each.depth == 3:
            return each.parent_id
    return None


def wishes_of(organisation: Organisation, *, states: Sequence[str] = (Wish.State.OPEN,)) -> QuerySet[Wish]:
    """What was asked by or of an organisation, newest first: as merchant, as leader, or as a first leader."""
    side = (
        Q(application__merchant=organisation, application__depth=1)
        | Q(application__activity__leader=organisation)
        | Q(application__first__activity__leader=organisation)
    )
    related = ("asked_by", "application__product", "application__activity__leader", "application__merchant")
    return Wish.objects.filter(side, state__in=states).select_related(*related).order_by("-asked_at", "-id")


def trusteeships_of(organisation: Organisation) -> QuerySet[Trusteeship]:
    """Trusteeships that a merchant gave or a leader was offered, newest first."""
    side = Q(merchant=organisation) | Q(leader=organisation)
    return Trusteeship.objects.filter(side).select_related("merchant", "leader").order_by("-from_at", "-id")

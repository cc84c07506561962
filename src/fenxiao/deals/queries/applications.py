"""What is asked of applications: of an activity, of a merchant, ended ones, and which goods may still apply."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from fenxiao.catalog.models import Product
from fenxiao.deals.errors import ApplicationsUnknown, TokenDead, TokenUnknown
from fenxiao.deals.models import (
    Activity,
    Application,
    ApplicationState,
    ApplicationTerms,
    ExpiredBy,
    ShareToken,
)
from fenxiao.deals.queries.activities import floors_of, second_levels
from fenxiao.deals.rules import RateEntry, highest_from
from fenxiao.deals.rules.offered_terms import APPLIED, NO_FLOOR, NOT_OFFERED, Finding
from fenxiao.kernel.clock import business_day, day_start
from fenxiao.parties.models import Organisation


@dataclass(frozen=True, kw_only=True)
class UsableProduct:
    """One of a merchant's goods before an activity: the floor it must meet, or why it may not apply."""

    product: Product
    floor_bp: int | None
    finding: Finding | None  # None: it may apply


@dataclass(frozen=True, kw_only=True)
class EndedApplications:
    """A leader's applications that ended, newest first, and how many did today and within 30 days."""

    rows: QuerySet[Application]
    today: int
    thirty_days: int


def applications_of(
    activity: Activity,
    *,
    now: datetime,
    state: int | None = None,
    merchant: Organisation | None = None,
    product_ids: Sequence[int] = (),
    category_id: str | None = None,
    title: str = "",
) -> QuerySet[Application]:
    """Applications to an activity with what they offer at `now` (see `with_terms`), newest first."""
    rows = Application.objects.filter(activity=activity)
    if state:
        rows = rows.filter(state=state)
    if merchant:
        rows = rows.filter(merchant=merchant)
    if product_ids:
        rows = rows.filter(product_id__in=product_ids)
    if category_id:
        rows = rows.filter(Q(product__category_id=category_id) | Q(product__category__third_id=category_id))
    if title:
        rows = rows.filter(product__title__icontains=title)
    return with_terms(rows, now).order_by("-applied_at", "-id")


def with_terms(applications: QuerySet[Application], now: datetime) -> QuerySet[Application]:
    """Applications with `commission_rate_bp` and `service_fee_rate_bp` in force, and all that pages name of them.

    Of a second leader's application the commission is the first's, and the fee is the ceded one.
    """
    begun = ApplicationTerms.objects.filter(superseded_at=None, from_at__lte=now).order_by("-from_at", "-id")
    own = begun.filter(application=OuterRef("pk"))
    of_first = begun.filter(application=OuterRef("root"))
    related = ("product__category", "merchant", "activity__leader", "first__activity__leader")
    return (
        applications.annotate(root=Coalesce(F("first_id"), F("id")))
        .annotate(
            commission_rate_bp=Subquery(of_first.values("commission_rate_bp")[:1]),
            service_fee_rate_bp=Subquery(own.values("service_fee_rate_bp")[:1]),
        )
        .select_related(*related)
    )


def applications_for(
    activity: Activity, *, keys: Iterable[tuple[int, int | None]], states: Sequence[int] = ()
) -> list[Application]:
    """The newest application of each (product id, first activity's id or None), in the order of the keys.

    With `states`, of those only. Refuses keys that have none.
    """
    wanted = list(keys)
    rows = Application.objects.filter(activity=activity, product_id__in=[product for product, _ in wanted])
    if states:
        rows = rows.filter(state__in=states)
    rows = rows.select_related("first", "product", "activity").order_by("applied_at", "id")
    newest = {(row.product_id, row.first.activity_id if row.first else None): row for row in rows}
    if missing := [product for product, first in wanted if (product, first) not in newest]:
        raise ApplicationsUnknown(ids=", ".join(map(str, missing)))
    return [newest[key] for key in wanted]


def invalid_applications(
    leader: Organisation,
    *,
    now: datetime,
    activity_id: int | None = None,
    product_id: int | None = None,
    expired_by: int | None = None,
) -> EndedApplications:
    """Applications to a leader's activities that ended or were ended, filtered, with counts over all of them."""
    ended = Application.objects.filter(activity__leader=leader, state=ApplicationState.EXPIRED)
    rows = with_terms(ended, now)
    if activity_id:
        rows = rows.filter(activity_id=activity_id)
    if product_id:
        rows = rows.filter(product_id=product_id)
    if expired_by:
        rows = rows.filter(expired_by=ExpiredBy(expired_by))
    today = day_start(business_day(now))
    return EndedApplications(
        rows=rows.order_by("-ends_at", "-id"),
        today=ended.filter(ends_at__gte=today).count(),
        thirty_days=ended.filter(ends_at__gte=today - timedelta(days=29)).count(),
    )


def usable_products(
    merchant: Organisation, activity: Activity, *, product_ids: Sequence[int] = (), title: str = ""
) -> list[UsableProduct]:
    """A merchant's goods before an activity: those that may apply first, the others with the reason."""
    goods = Product.objects.owned_by(merchant).select_related("category").order_by("pk")
    if product_ids:
        goods = goods.filter(pk__in=product_ids)
    if title:
        goods = goods.filter(title__icontains=title)
    found = list(goods)
    floors, findings = findings_of(activity, found)
    rows = [
        UsableProduct(product=product, floor_bp=floors.get(product.pk), finding=findings.get(product.pk))
        for product in found
    ]
    return sorted(rows, key=lambda row: row.finding is not None)


def findings_of(activity: Activity, goods: Sequence[Product]) -> tuple[dict[int, int], dict[int, Finding]]:
    """The floor of each product that has one, and what stands against each that may not apply, whatever it offers."""
    ids = [product.pk for product in goods]
    offered = set(Product.objects.offered().filter(pk__in=ids).values_list("pk", flat=True))
    live = Application.objects.live().filter(activity=activity, product_id__in=ids, first=None)
    applied = set(live.values_list("product_id", flat=True))
    floors, seconds = floors_of(activity), second_levels(product.category_id for product in goods)
    found: dict[int, int] = {}
    against: dict[int, Finding] = {}
    for product in goods:
        floor_bp = floors.commission_of(category_id=product.category_id, second_id=seconds[product.category_id])
        if floor_bp is not None:
            found[product.pk] = floor_bp
        if product.pk not in offered:
            against[product.pk] = NOT_OFFERED
        elif product.pk in applied:
            against[product.pk] = APPLIED
        elif floor_bp is None:
            against[product.pk] = NO_FLOOR
    return found, against


def fee_entries(application_ids: Iterable[int]) -> dict[int, list[RateEntry]]:
    """The service fees of applications in the order in which they hold; of seconds' the ceded ones."""
    found: dict[int, list[RateEntry]] = {}
    rows = ApplicationTerms.objects.filter(application_id__in=list(application_ids)).standing()
    for application_id, from_at, fee_bp in rows.values_list("application_id", "from_at", "service_fee_rate_bp"):
        found.setdefault(application_id, []).append(RateEntry(from_at, fee_bp))
    return found


def highest_ceded(first: Application, *, now: datetime) -> tuple[Application, int] | None:
    """The passed second application that cedes most of a first's fee, and how much; None without one."""
    return highest_ceded_of([first.pk], now=now).get(first.pk)


def highest_ceded_of(first_ids: Iterable[int], *, now: datetime) -> dict[int, tuple[Application, int]]:
    """The same for each of these firsts that has one, in two statements."""
    rows = Application.objects.filter(first__in=list(first_ids), state=ApplicationState.PASSED, until_at__gt=now)
    seconds = list(rows.select_related("activity__leader").order_by("pk"))
    fees = fee_entries(each.pk for each in seconds)
    found: dict[int, tuple[Application, int]] = {}
    for each in seconds:
        fee_bp = highest_from(fees.get(each.pk, []), now) or 0
        if each.first_id is not None and (each.first_id not in found or fee_bp > found[each.first_id][1]):
            found[each.first_id] = each, fee_bp
    return found


def standing_applications(moment: datetime) -> QuerySet[Application]:
    """Applications that stand at `moment` in activities that stand, each with the one it hangs on if it does."""
    live = Activity.objects.live_at(moment).values("pk")
    own = Application.objects.standing_at(moment).filter(activity__in=live)
    firsts = Application.objects.standing_at(moment).filter(activity__in=live).values("pk")
    return own.filter(Q(first=None) | Q(first__in=firsts))


def application_of_token(code: str, *, now: datetime) -> Application:
    """The application whose chain a share token carries. Refuses unknown codes and what stands no more."""
    token = ShareToken.objects.filter(code=code.strip().upper()).select_related("application").first()
    if token is None:
        raise TokenUnknown(token=code)
    application = with_terms(Application.objects.filter(pk=token.application_id), now).get()
    if not standing_applications(now).filter(pk=application.pk).exists():
        raise TokenDead(token=code, product=application.product.title, title=application.activity.title)
    return application

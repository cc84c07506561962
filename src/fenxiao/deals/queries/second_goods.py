"""What a first leader may hand on to a second's activity: each with the floor it must meet, or why it may not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Activity, Application, ApplicationState, ApplicationTerms
from fenxiao.deals.queries.activities import floors_of, second_levels
from fenxiao.deals.rules.offered_terms import NO_FLOOR, NOT_OFFERED, Finding, below_floor
from fenxiao.deals.rules.second_states import HANDED_ON, NO_COMMON_TIME, fee_below_floor
from fenxiao.parties.models import Organisation


@dataclass(frozen=True, kw_only=True)
class GoodsForSecond:
    """A cooperation before a second's activity. Rates are the lowest of what is in force and what is coming."""

    application: Application
    commission_rate_bp: int
    service_fee_rate_bp: int
    floor_bp: int | None  # the least commission of its category; None: the activity does not take it
    finding: Finding | None  # None: it may be handed on


def goods_for_second(
    leader: Organisation,
    activity: Activity,
    *,
    now: datetime,
    title: str = "",
    application_ids: Sequence[int] | None = None,
) -> list[GoodsForSecond]:
    """This leader's cooperations that stand, those first that may be handed on, in statements that do not grow."""
    found = list(_standing(leader, now=now, title=title, application_ids=application_ids))
    rates = least_rates([each.pk for each in found], now=now)
    floors = commission_floors(activity, [each.product for each in found])
    offered = set(Product.objects.offered().filter(pk__in=floors).values_list("pk", flat=True))
    held = Application.objects.filter(first__in=found, activity=activity, until_at__gt=now).live()
    handed_on = set(held.values_list("first_id", flat=True))
    rows = []
    for each in found:
        finding = NOT_OFFERED if each.product_id not in offered else HANDED_ON if each.pk in handed_on else None
        row = GoodsForSecond(
            application=each,
            commission_rate_bp=rates[each.pk][0],
            service_fee_rate_bp=rates[each.pk][1],
            floor_bp=floors[each.product_id],
            finding=finding,
        )
        rows.append(replace(row, finding=finding or _against_terms(row, activity, now=now)))
    return sorted(rows, key=lambda row: row.finding is not None)


def commission_finding(commission_bp: int, *, floor_bp: int | None) -> Finding | None:
    """Why a commission may not stand before the floor of its category; None: it may."""
    if floor_bp is None:
        return NO_FLOOR
    return below_floor(commission_bp, floor_bp=floor_bp) if commission_bp < floor_bp else None


def commission_floors(activity: Activity, goods: Sequence[Product]) -> dict[int, int | None]:
    """The least commission of each product in an activity; None where it does not take its category."""
    floors, seconds = floors_of(activity), second_levels(product.category_id for product in goods)
    return {
        product.pk: floors.commission_of(category_id=product.category_id, second_id=seconds[product.category_id])
        for product in goods
    }


def least_rates(application_ids: Sequence[int], *, now: datetime) -> dict[int, tuple[int, int]]:
    """The lowest commission and service fee of first applications, of what is in force and what is coming."""
    found: dict[int, list[ApplicationTerms]] = {pk: [] for pk in application_ids}
    for entry in ApplicationTerms.objects.filter(application__in=found).standing():
        entries = found[entry.application_id]
        if entry.from_at <= now:
            entries.clear()
        entries.append(entry)
    return {
        pk: (
            min((entry.commission_rate_bp or 0 for entry in entries), default=0),
            min((entry.service_fee_rate_bp for entry in entries), default=0),
        )
        for pk, entries in found.items()
    }


def _standing(
    leader: Organisation, *, now: datetime, title: str, application_ids: Sequence[int] | None
) -> QuerySet[Application]:
    rows = Application.objects.filter(activity__leader=leader, depth=1, state=ApplicationState.PASSED, ends_at=None)
    rows = rows.filter(until_at__gt=now, activity__closes_at=None, activity__ends_at__gt=now)
    if title:
        rows = rows.filter(product__title__icontains=title)
    if application_ids is not None:
        rows = rows.filter(pk__in=application_ids)
    return rows.select_related("product__category", "merchant", "activity").order_by("-passed_at", "-id")


def _against_terms(row: GoodsForSecond, activity: Activity, *, now: datetime) -> Finding | None:
    first = row.application
    begins = max(now, first.from_at, activity.begins_at)
    if min(first.until_at, first.activity.ends_at, activity.ends_at) <= begins:
        return NO_COMMON_TIME
    if finding := commission_finding(row.commission_rate_bp, floor_bp=row.floor_bp):
        return finding
    floor_bp = activity.floor_service_fee_bp
    return fee_below_floor(row.service_fee_rate_bp, floor_bp) if row.service_fee_rate_bp < floor_bp else None

"""Whether applications may be passed as they are."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from fenxiao.catalog.models import Product
from fenxiao.deals.errors import ApplicationsUnknown, AuditRefused, NoApplicationsNamed
from fenxiao.deals.ground import cooperating
from fenxiao.deals.models import Activity, Application
from fenxiao.deals.queries.applications import fee_entries
from fenxiao.deals.rules import RateEntry, rate_at
from fenxiao.deals.rules.application_states import ApplicationPhase
from fenxiao.deals.rules.windows import local
from fenxiao.kernel.money import Rate
from fenxiao.parties.models import Organisation

Words = tuple[str, str]


def activities_named(ids: Sequence[int], *, leader: Organisation) -> list[Activity]:
    """The leader's activities that these are applications to, by rising id."""
    named = Application.objects.filter(pk__in=ids).values("activity_id")
    return list(Activity.objects.filter(pk__in=named, leader=leader).order_by("pk"))


def lock_for_audit(activities: Sequence[Activity], ids: Sequence[int]) -> list[Application]:
    """Applications to these activities, locked with those they hang on, by rising id. Refuses ids of others."""
    if not ids:
        raise NoApplicationsNamed()
    own = {each.pk for each in activities}
    named = Application.objects.filter(pk__in=ids, activity__in=own)
    firsts = list(named.exclude(first=None).values_list("first_id", flat=True))
    locked = cooperating.lock_applications(Application.objects.filter(Q(pk__in=ids) | Q(pk__in=firsts)))
    by_id = {each.pk: each for each in locked if each.activity_id in own and each.pk in set(ids)}
    if missing := sorted(set(ids) - set(by_id)):
        raise ApplicationsUnknown(ids=", ".join(map(str, missing)))
    for each in by_id.values():
        each.first = next((first for first in locked if first.pk == each.first_id), None)
    return [by_id[pk] for pk in sorted(by_id)]


def check_passable(applications: Sequence[Application], *, now: datetime) -> None:
    """Refuses all where one may not stand, naming each with the reason."""
    offered = Product.objects.offered().filter(pk__in=[each.product_id for each in applications])
    offered_ids = set(offered.values_list("pk", flat=True))
    firsts = [each.first_id for each in applications if each.first_id is not None]
    fees = fee_entries([*firsts, *(each.pk for each in applications if each.first_id)]) if firsts else {}
    against: list[tuple[Application, Words]] = []
    for each in applications:
        if each.product_id not in offered_ids:
            against.append((each, ("商品尚未准入、已下架、未达标（L0）或商家已停用", "it is not offered any more")))
        elif each.first is not None and (words := _second_against(each, each.first, fees=fees, now=now)):
            against.append((each, words))
    if against:
        raise AuditRefused(**cooperating.named(against))


def _second_against(
    second: Application, first: Application, *, fees: dict[int, list[RateEntry]], now: datetime
) -> Words | None:
    """Why a second leader's application may not stand on its first; None: it may."""
    if cooperating.phase_of(first, now) != ApplicationPhase.PASSED:
        return "一级合作已结束", "the cooperation it hangs on has ended"
    if second.until_at > first.until_at or second.from_at < first.from_at:
        until = f"{local(first.until_at):%Y-%m-%d %H:%M}"
        return f"合作时间超出一级合作（至 {until}）", f"its window exceeds the first cooperation's, until {until}"
    least = min([rate_at(fees[first.pk], now) or 0, *(rate or 0 for at, rate in fees[first.pk] if at > now)])
    ceded = rate_at(fees[second.pk], now) or 0
    if ceded > least:
        return (
            f"出让服务费 {Rate(ceded)} 高于一级服务费 {Rate(least)}",
            f"its ceded fee of {Rate(ceded)} exceeds the first's fee of {Rate(least)}",
        )
    return None

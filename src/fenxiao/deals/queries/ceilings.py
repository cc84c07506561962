"""How high commission and service fee may reach on a product from a moment on, over everything that stands or will."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from fenxiao.catalog.models import Product
from fenxiao.deals.models import (
    Application,
    ApplicationState,
    ApplicationTerms,
    Plan,
    PlanDifferential,
    PlanRate,
    PlanSpell,
    PlanType,
    Step,
)
from fenxiao.deals.rules import Heights, RateEntry, highest_from


def highest_service_fees(product_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """The highest service fee that an application of each product takes or will take; without one it is left out."""
    entries: dict[tuple[int, int], list[RateEntry]] = defaultdict(list)
    terms = ApplicationTerms.objects.filter(application__in=_ahead(product_ids, now)).standing()
    rows = terms.values_list("application__product_id", "application_id", "from_at", "service_fee_rate_bp")
    for product_id, application_id, from_at, fee_bp in rows:
        entries[product_id, application_id].append(RateEntry(from_at, fee_bp))
    highest: dict[int, int] = {}
    for (product_id, _), fees in entries.items():
        highest[product_id] = max(highest.get(product_id, 0), highest_from(fees, now) or 0)
    return highest


def heights_of_plans(plan_ids: Iterable[int], now: datetime) -> dict[int, Heights]:
    """How high each plan's commission reaches, open or not, in four statements."""
    ids = list(plan_ids)
    rates, extras, steps = _highest_rates(ids, now), _highest_differentials(ids, now), _highest_steps(ids, now)
    return {
        plan_id: Heights(
            rate_bp=rates.get(plan_id, 0), differential_bp=extras.get(plan_id, 0), step_bp=steps.get(plan_id, 0)
        )
        for plan_id in ids
    }


def highest_commissions(product_ids: Iterable[int], now: datetime) -> dict[int, Heights]:
    """The dearest of each product's plans that are open or will be, exclusive ones apart: these bear no service fee.

    A product without a plan is left out. Shop-targeted plans count for all goods of their merchant.
    """
    ids = list(product_ids)
    plans = list(_plans_ahead(ids, now).values_list("pk", "product_id", "merchant_id"))
    heights = heights_of_plans([pk for pk, _, _ in plans], now)
    of_product: dict[int, list[Heights]] = defaultdict(list)
    of_shop: dict[int, list[Heights]] = defaultdict(list)
    for pk, product_id, merchant_id in plans:
        (of_shop[merchant_id] if product_id is None else of_product[product_id]).append(heights[pk])
    found = {}
    for product_id, merchant_id in Product.objects.filter(pk__in=ids).values_list("pk", "merchant_id"):
        over = [*of_product[product_id], *of_shop[merchant_id]]
        if over:
            found[product_id] = max(over, key=lambda each: each.commission_bp)
    return found


def _ahead(product_ids: Iterable[int], now: datetime) -> QuerySet[Application]:
    """First applications that stand or may yet, those too that end at midnight, in activities that are not over."""
    ending = Q(state=ApplicationState.EXPIRED, passed_at__isnull=False, ends_at__gt=now)
    return (
        Application.objects.filter(ending | Q(state__in=[ApplicationState.PENDING, ApplicationState.PASSED]))
        .filter(product_id__in=list(product_ids), depth=1, until_at__gt=now, activity__ends_at__gt=now)
        .filter(Q(activity__closes_at=None) | Q(activity__closes_at__gt=now))
    )


def _plans_ahead(product_ids: list[int], now: datetime) -> QuerySet[Plan]:
    unended = PlanSpell.objects.filter(Q(closes_at=None) | Q(closes_at__gt=now))
    merchants = Product.objects.filter(pk__in=product_ids).values("merchant_id")
    return (
        Plan.objects.exclude(type=PlanType.EXCLUSIVE)
        .filter(Q(product_id__in=product_ids) | Q(product=None, merchant_id__in=merchants))
        .filter(pk__in=unended.values("plan_id"))
    )


def _highest_rates(plan_ids: list[int], now: datetime) -> dict[int, int]:
    of_plans = PlanRate.objects.filter(row__plan_id__in=plan_ids)
    coming = of_plans.standing().filter(from_at__gt=now).order_by().values_list("row__plan_id")
    highest: dict[int, int] = {plan_id: bp or 0 for plan_id, bp in coming.annotate(Max("rate_bp"))}
    for plan_id, rate_bp in rates_in_force(of_plans, now).values_list("row__plan_id", "rate_bp"):
        highest[plan_id] = max(highest.get(plan_id, 0), rate_bp or 0)
    return highest


def rates_in_force(entries: QuerySet[PlanRate], now: datetime) -> QuerySet[PlanRate]:
    """Of each row the one entry in force."""
    return entries.filter(superseded_at=None, from_at__lte=now).order_by("row_id", "-from_at", "-id").distinct("row_id")


def _highest_differentials(plan_ids: list[int], now: datetime) -> dict[int, int]:
    entries: dict[tuple[int, str], list[RateEntry]] = defaultdict(list)
    rows = PlanDifferential.objects.filter(plan_id__in=plan_ids).standing()
    for plan_id, tier, from_at, extra_bp in rows.values_list("plan_id", "tier", "from_at", "extra_bp"):
        entries[plan_id, tier].append(RateEntry(from_at, extra_bp))
    highest: dict[int, int] = {}
    for (plan_id, _), extras in entries.items():
        highest[plan_id] = max(highest.get(plan_id, 0), highest_from(extras, now) or 0)
    return highest


def _highest_steps(plan_ids: list[int], now: datetime) -> dict[int, int]:
    windows = Step.objects.filter(
        window__plan_id__in=plan_ids, window__cancelled_at=None, window__until_at__gt=now, superseded_at=None
    )
    return dict(windows.order_by().values_list("window__plan_id").annotate(Max("extra_bp")))

"""What creators get today, by whatever may win: below this, no new terms may begin before the next midnight."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from fenxiao.deals.models import (
    Activity,
    ActivityType,
    Application,
    ApplicationTerms,
    Plan,
    PlanDifferential,
    PlanRate,
    PlanType,
    Step,
)
from fenxiao.deals.queries.ceilings import rates_in_force
from fenxiao.parties.models import Tier
from fenxiao.parties.queries import tiers_at


@dataclass(frozen=True, slots=True)
class _Rate:
    """A row's rate in force, with what its plan adds."""

    plan_id: int
    product_id: int | None
    rate_bp: int


@dataclass(kw_only=True)
class Takings:
    """The highest each creator may get of each product today, steps reached. Barred or outranked terms count too:
    one who asks too much here lets terms begin later, never too early."""

    for_all: dict[int, list[_Rate]] = field(default_factory=lambda: defaultdict(list))  # by product
    named: dict[tuple[int | None, int], list[_Rate]] = field(default_factory=lambda: defaultdict(list))
    carried: dict[int, int] = field(default_factory=dict)  # by product: the highest of activities that anyone may carry
    extras: dict[tuple[int, str], int] = field(default_factory=dict)  # by plan and tier
    steps: dict[int, int] = field(default_factory=dict)  # by plan
    tiers: dict[int, Tier] = field(default_factory=dict)

    def of(self, creator_id: int, *, product_id: int | None) -> int:
        """What the creator gets of the product; of the shop's best one without a product."""
        if product_id is None:
            everywhere = [*self.for_all, *self.carried, *(key[0] for key in self.named if key[1] == creator_id)]
            return max((self._of_one(creator_id, each) for each in set(everywhere)), default=0)
        return self._of_one(creator_id, product_id)

    def _of_one(self, creator_id: int, product_id: int | None) -> int:
        rates = [*self.named.get((product_id, creator_id), ()), *self.named.get((None, creator_id), ())]
        if product_id is not None:
            rates += self.for_all.get(product_id, ())
        of_plans = (each.rate_bp + self._on_top(each.plan_id, creator_id) for each in rates)
        highest: int = max(0 if product_id is None else self.carried.get(product_id, 0), *of_plans, 0)
        return highest

    def _on_top(self, plan_id: int, creator_id: int) -> int:
        tier = self.tiers.get(creator_id, "")
        return self.extras.get((plan_id, tier), 0) + self.steps.get(plan_id, 0)


def takings(
    creator_ids: Iterable[int], *, merchant_id: int, product_ids: Iterable[int] | None, now: datetime
) -> Takings:
    """What these creators get today of these products, or of the whole shop, in five statements."""
    creators = list(creator_ids)
    goods = None if product_ids is None else list(product_ids)
    found = Takings(carried=_carried(merchant_id, goods, now), tiers=tiers_at(creators, now))
    rates = _rates(merchant_id, goods, creators, now)
    for plan_id, product_id, creator_id, rate_bp in rates:
        each = _Rate(plan_id, product_id, rate_bp)
        if creator_id is None and product_id is not None:
            found.for_all[product_id].append(each)
        elif creator_id is not None:
            found.named[product_id, creator_id].append(each)
    plan_ids = {plan_id for plan_id, *_ in rates}
    found.extras, found.steps = _extras(plan_ids, now), _steps(plan_ids, now)
    return found


def _rates(
    merchant_id: int, product_ids: list[int] | None, creator_ids: list[int], now: datetime
) -> list[tuple[int, int | None, int | None, int]]:
    plans = Plan.objects.filter(merchant_id=merchant_id).exclude(type=PlanType.EXCLUSIVE).open_at(now)
    if product_ids is not None:
        plans = plans.filter(Q(product=None) | Q(product_id__in=product_ids))
    entries = PlanRate.objects.filter(row__plan__in=plans).filter(
        Q(row__creator=None) | Q(row__creator_id__in=creator_ids)
    )
    rows = rates_in_force(entries, now).values_list(
        "row__plan_id", "row__plan__product_id", "row__creator_id", "rate_bp"
    )
    return [(plan, product, creator, bp) for plan, product, creator, bp in rows if bp is not None]


def _carried(merchant_id: int, product_ids: list[int] | None, now: datetime) -> dict[int, int]:
    """By product, the highest commission of activities that are open to every creator."""
    open_to_all = Activity.objects.live_at(now).exclude(type=ActivityType.EXCLUSIVE)
    applications: QuerySet[Application] = Application.objects.standing_at(now).filter(
        merchant_id=merchant_id, depth=1, activity__in=open_to_all
    )
    if product_ids is not None:
        applications = applications.filter(product_id__in=product_ids)
    terms = ApplicationTerms.objects.filter(application__in=applications, superseded_at=None, from_at__lte=now)
    in_force = terms.order_by("application_id", "-from_at", "-id").distinct("application_id")
    highest: dict[int, int] = {}
    for product_id, rate_bp in in_force.values_list("application__product_id", "commission_rate_bp"):
        highest[product_id] = max(highest.get(product_id, 0), rate_bp or 0)
    return highest


def _extras(plan_ids: set[int], now: datetime) -> dict[tuple[int, str], int]:
    begun = PlanDifferential.objects.filter(plan_id__in=plan_ids).begun(now)
    return {(plan_id, tier): bp for plan_id, tier, bp in begun.values_list("plan_id", "tier", "extra_bp")}


def _steps(plan_ids: set[int], now: datetime) -> dict[int, int]:
    live = Step.objects.filter(
        window__plan_id__in=plan_ids,
        window__cancelled_at=None,
        window__from_at__lte=now,
        window__until_at__gt=now,
        superseded_at=None,
    )
    return dict(live.order_by().values_list("window__plan_id").annotate(Max("extra_bp")))

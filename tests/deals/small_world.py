"""A small market of every kind of plan, activity, chain and tier, drawn at random, and a plain oracle over its rows."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from fenxiao.catalog.models import Product
from fenxiao.deals.models import (
    ActivityCreator,
    ActivityType,
    Application,
    ApplicationTerms,
    Plan,
    PlanDifferential,
    PlanRate,
    PlanRow,
    PlanSpell,
    Step,
    StepWindow,
)
from fenxiao.parties.models import CreatorTier, Kind, Organisation
from tests.cast import NOON, make_organisation, make_product
from tests.deals.chains import make_activity, make_application

HOUR = timedelta(hours=1)


class SmallWorld:
    """Two merchants, a few products and creators; every figure changes at some hour within a day of noon."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  a test's dice
        self.merchants = [make_organisation(Kind.MERCHANT, f"m{n}") for n in range(2)]
        self.creators = [make_organisation(Kind.CREATOR, f"c{n}") for n in range(5)]
        self.leaders = [make_organisation(Kind.LEADER, f"l{n}") for n in range(3)]
        self.products = [make_product(self.merchants[n % 2], f"p{n}") for n in range(6)]
        for creator in self.creators[1:]:
            for hour in sorted(self.random.sample(range(-10, 10), 2)):
                tier = self.random.choice(["gold", "silver", "bronze"])
                CreatorTier.objects.create(creator=creator, tier=tier, from_at=NOON + hour * HOUR)
        for product in self.products:
            self._draw_plans(product)
            self._draw_applications(product)
        for merchant in self.merchants:
            self._draw_plan(merchant, None, 4)

    def moment(self) -> datetime:
        """Some moment around noon, now and then the very hour at which something begins."""
        return NOON + self.random.randint(-12, 12) * HOUR + timedelta(minutes=self.random.choice([0, 0, 30]))

    def _at(self) -> datetime:
        return NOON + self.random.randint(-12, 10) * HOUR

    def _draw_plans(self, product: Product) -> None:
        kinds = [1, 2, 2, 5] if self.random.random() < 0.4 else [1, 2, 2]
        for kind in kinds:
            if self.random.random() < 0.8:
                self._draw_plan(product.merchant, product, kind)

    def _draw_plan(self, merchant: Organisation, product: Product | None, kind: int) -> None:
        made = self._at()
        plan = Plan.objects.create(type=kind, merchant=merchant, product=product, made_at=made)
        closes = made + self.random.randint(1, 12) * HOUR if self.random.random() < 0.4 else None
        PlanSpell.objects.create(plan=plan, opens_at=made, closes_at=closes)
        if closes and self.random.random() < 0.5:
            PlanSpell.objects.create(plan=plan, opens_at=closes + 2 * HOUR)
        named = [None] if kind == 1 else self.random.sample(self.creators, 2)
        for creator in named:
            row = PlanRow.objects.create(plan=plan, creator=creator, made_at=made)
            for hours in range(self.random.randint(1, 3)):
                rate = self.random.choice([None, *range(500, 6_000, 125)]) if hours else self.random.randint(0, 6_000)
                self._enter(PlanRate, made + 4 * hours * HOUR, made, row=row, rate_bp=rate)
        for tier in self.random.sample(["gold", "silver", "bronze"], self.random.randint(0, 2)):
            self._enter(PlanDifferential, made + HOUR, made, plan=plan, tier=tier, extra_bp=self.random.randint(0, 900))
        if self.random.random() < 0.4:
            window = StepWindow.objects.create(plan=plan, from_at=made, until_at=made + 9 * HOUR, entered_at=made)
            self._enter(Step, made, made, window=window, after_orders=10, extra_bp=100)
            self._enter(Step, made + 3 * HOUR, made, window=window, after_orders=5, extra_bp=200)

    def _enter(self, table: Any, from_at: datetime, entered_at: datetime, **figures: Any) -> None:
        begins_later = from_at > entered_at
        superseded = entered_at if begins_later and self.random.random() < 0.2 else None
        table.objects.create(from_at=from_at, entered_at=entered_at, superseded_at=superseded, **figures)

    def _draw_applications(self, product: Product) -> None:
        for leader in self.random.sample(self.leaders[:2], self.random.randint(0, 2)):
            kind = self.random.choice([ActivityType.NORMAL, ActivityType.EXCLUSIVE])
            first = self._draw_application(leader, product, kind, None)
            if self.random.random() < 0.6:
                kind = self.random.choice([ActivityType.COOPERATIVE, ActivityType.EXCLUSIVE])
                self._draw_application(self.leaders[2], product, kind, first)

    def _draw_application(
        self, leader: Organisation, product: Product, kind: ActivityType, first: Application | None
    ) -> Application:
        activity = make_activity(leader, kind=kind, begins_at=self._at(), ends_at=NOON + 11 * HOUR)
        for creator in self.random.sample(self.creators, 3):
            since = self._at()
            until = since + 6 * HOUR if self.random.random() < 0.4 else None
            ActivityCreator.objects.create(
                activity=activity, creator=creator, from_at=since, until_at=until, added_by="test"
            )
        fee = first and ApplicationTerms.objects.filter(application=first).first()
        fee_bp = self.random.randint(0, fee.service_fee_rate_bp if fee else 2_000)
        since = self._at()
        ends = since + 8 * HOUR if self.random.random() < 0.3 else None
        return make_application(
            activity,
            product,
            fee_bp=fee_bp,
            rate_bp=self.random.randint(0, 6_000),
            first=first,
            since=since,
            ends_at=ends,
        )


# --- the oracle: row by row through the tables, with no thought for speed


def latest(rows: Any, moment: datetime) -> Any:
    """The entry in force."""
    begun = [row for row in rows.filter(superseded_at=None) if row.from_at <= moment]
    return max(begun, key=lambda row: (row.from_at, row.pk)) if begun else None


def stands(application: Application | None, moment: datetime) -> bool:
    if application is None:
        return False
    own, activity = application, application.activity
    ends = min(own.until_at, own.ends_at or own.until_at, activity.ends_at, activity.closes_at or activity.ends_at)
    begins = max(own.passed_at or own.until_at, own.from_at, activity.begins_at, activity.published_at or ends)
    return begins <= moment < ends and latest(ApplicationTerms.objects.filter(application=own), moment) is not None


def names(application: Application, creator: Organisation, moment: datetime) -> bool:
    spans = ActivityCreator.objects.filter(activity=application.activity, creator=creator)
    return any(span.from_at <= moment and (span.until_at is None or moment < span.until_at) for span in spans)


def expected(
    product: Product, creator: Organisation, application: Application | None, moment: datetime
) -> tuple[object, ...] | None:
    """(type, plan, commission, fee, ceded fee, ladder) as the trade tells it, or None."""
    tier_row = CreatorTier.objects.filter(creator=creator, from_at__lte=moment).order_by("-from_at").first()
    chain = _chain(application, product, moment)
    found: dict[int, list[tuple[Any, ...]]] = {}
    exclusive = False
    for plan in Plan.objects.filter(merchant=product.merchant):
        spells = [
            spell
            for spell in PlanSpell.objects.filter(plan=plan)
            if spell.opens_at <= moment and (spell.closes_at is None or moment < spell.closes_at)
        ]
        if not spells or plan.product_id not in (None, product.pk):
            continue
        exclusive |= plan.type == 5
        for row in PlanRow.objects.filter(plan=plan):
            rate = latest(PlanRate.objects.filter(row=row), moment)
            if row.creator_id in (None, creator.pk) and rate and rate.rate_bp is not None:
                found.setdefault(plan.type, []).append((spells[0].opens_at, plan.pk, plan, rate.rate_bp))
    if chain:
        closed = [each for each in chain if each.activity.type == ActivityType.EXCLUSIVE]
        rate_bp = latest(ApplicationTerms.objects.filter(application=chain[0]), moment).commission_rate_bp
        if all(names(each, creator, moment) for each in closed):
            found[7 if closed else 6] = [(moment, 0, None, rate_bp)]
    for kind in (5, 7, 2, 4, 6, 1):
        if kind in found and not (exclusive and kind != 5):
            _, _, plan, rate_bp = max(found[kind], key=lambda each: each[:2])
            tier = tier_row.tier if tier_row else ""
            return _terms(kind, plan, rate_bp=rate_bp, tier=tier, chain=chain, moment=moment)
    return None


def _chain(application: Application | None, product: Product, moment: datetime) -> list[Application]:
    if application is None or application.product_id != product.pk:
        return []
    first = application.first or application
    if not stands(first, moment):
        return []
    return [first, application] if application.first and stands(application, moment) else [first]


def _terms(
    kind: int, plan: Plan | None, *, rate_bp: int, tier: str, chain: list[Application], moment: datetime
) -> tuple[object, ...]:
    extra = plan and latest(PlanDifferential.objects.filter(plan=plan, tier=tier), moment)
    fees = [latest(ApplicationTerms.objects.filter(application=each), moment).service_fee_rate_bp for each in chain]
    ladder: list[tuple[int, int]] = []
    for window in StepWindow.objects.filter(plan=plan, cancelled_at=None) if plan else ():
        if window.from_at <= moment < window.until_at:
            rungs = [step for step in Step.objects.filter(window=window, superseded_at=None) if step.from_at <= moment]
            newest = max((step.from_at for step in rungs), default=None)
            ladder = sorted((step.after_orders, step.extra_bp) for step in rungs if step.from_at == newest)
    fees = [] if kind == 5 else fees
    commission = min(9_000, rate_bp + (extra.extra_bp if extra else 0))
    ceded = fees[1] if len(fees) > 1 else 0
    return kind, plan.pk if plan else None, commission, fees[0] if fees else 0, ceded, tuple(ladder)

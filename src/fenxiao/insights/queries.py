"""The home page of each role, each in a constant number of statements. Every figure says where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum

from fenxiao.catalog.models import Level, Product, ProductState
from fenxiao.catalog.queries import review_queue
from fenxiao.deals.models import Activity, ActivityState, Application, ApplicationState
from fenxiao.deals.queries import WaitingForLeader, activities_of, waiting_for_leader
from fenxiao.deals.rules import ActivityNumber
from fenxiao.facts import queries as facts
from fenxiao.facts.effects import EffectFigures, effects_by_day, effects_by_product
from fenxiao.facts.models import CreatorDay, MerchantDay, ProductDay, PromotionDay
from fenxiao.insights.rules import (
    DAYS_NEEDED,
    MONTH,
    TODAY,
    WEEK,
    CreatorPeriod,
    DayPoint,
    Days,
    LeaderPeriod,
    Period,
    period_of,
    points_of,
)
from fenxiao.kernel.clock import business_day
from fenxiao.kernel.money import Money
from fenxiao.kernel.settings import settings
from fenxiao.ledger.models import Account, AccountKind
from fenxiao.ledger.queries import Income, balances_of, income_of
from fenxiao.orders.queries import expected_income
from fenxiao.parties.models import Kind, Organisation
from fenxiao.tracking.models import Link

MOST_RUNNING, MOST_GOODS = 6, 5  # on a leader's home; the lists have them all


@dataclass(frozen=True, kw_only=True)
class Periods:
    """Today, 7 and 30 days, each beside the period before, and the 30 days one by one; all from `facts`' days."""

    today: Period
    week: Period
    month: Period
    days: list[DayPoint]


@dataclass(frozen=True, kw_only=True)
class CreatorPeriods:
    """The same for a creator: what was settled is known too."""

    today: CreatorPeriod
    week: CreatorPeriod
    month: CreatorPeriod
    days: list[DayPoint]


@dataclass(frozen=True, kw_only=True)
class Goods:
    """Products as the gate and grading left them, from `catalog`'s products."""

    by_state: dict[ProductState, int]  # every state, zeros included
    by_level: dict[int, int]  # admitted ones, L0 to L5, zeros included
    ungraded: int  # admitted and without a level yet

    @property
    def admitted(self) -> int:
        """Products through the gate and on the shelf."""
        return self.by_state[ProductState.ADMITTED]


@dataclass(frozen=True, kw_only=True)
class MerchantHome:
    """A merchant's figures."""

    sales: Periods  # facts: its merchant days
    goods: Goods  # catalog: its products
    active_products: int  # facts: its products with a paid line in 30 days (动销)
    promoters: int  # facts: creators with a paid line of its goods in 30 days
    wallet: Money  # ledger: balance of its wallet
    advanced: Money  # ledger: what the platform advanced and it owes; never negative


@dataclass(frozen=True, kw_only=True)
class CreatorHome:
    """A creator's figures."""

    sales: CreatorPeriods  # facts: its creator days
    active_products: int  # facts: products of which a line of its was paid in 30 days
    links: int  # tracking: links it made
    expected: Money  # orders: after the platform's fee, of its lines paid and not settled
    income: Income  # ledger: postings on its income account


@dataclass(frozen=True, kw_only=True)
class LeaderPeriods:
    """The same for a leader: what came through its activities."""

    today: LeaderPeriod
    week: LeaderPeriod
    month: LeaderPeriod
    days: list[tuple[date, EffectFigures]]


@dataclass(frozen=True, kw_only=True)
class LeaderHome:
    """A leader's figures, what waits for it, and the market it recruits in."""

    sales: LeaderPeriods  # facts: days of its activities
    waiting: WaitingForLeader  # deals: what waits for its answer
    waiting_since: datetime | None  # deals: when the oldest application that waits came
    drafts: int  # deals: activities that were not published
    running: list[Activity]  # deals: its activities that have begun, those that end first first, with counts
    best: list[tuple[Product, EffectFigures]]  # facts: what sold most through its activities in 30 days
    income: Income  # ledger: postings on its income account
    goods: Goods  # catalog: all products
    active_products: int  # facts: products with a paid line in 30 days
    active_merchants: int  # facts: merchants with a paid line in 30 days
    active_creators: int  # facts: creators with a paid line in 30 days


@dataclass(frozen=True, kw_only=True)
class OperatorHome:
    """The whole market's figures."""

    sales: Periods  # facts: all merchant days
    goods: Goods  # catalog: all products
    active_products: int  # facts: products with a paid line in 30 days
    review_queue: int  # catalog: submissions that wait for an operator
    waiting_since: datetime | None  # catalog: when the oldest of them came
    parties: dict[Kind, int]  # parties: active organisations of every kind, zeros included
    active_merchants: int  # facts: merchants with a paid line in 30 days
    active_creators: int  # facts: creators with a paid line in 30 days
    settled_commission: Money  # facts: creators' part of what was settled in 30 days
    platform_fee: Money  # ledger: balance of the platform's fee account


def merchant_home(org: Organisation, *, now: datetime) -> MerchantHome:
    """The home of a merchant."""
    since, until = _window(now)
    sold = ProductDay.objects.filter(_paid_in_month(until), product__merchant=org)
    promoted = PromotionDay.objects.filter(_paid_in_month(until), product__merchant=org)
    balances = balances_of(org)
    return MerchantHome(
        sales=_periods(facts.daily_of_merchant(org, since, until)),
        goods=_goods(Product.objects.owned_by(org)),
        active_products=_distinct(sold, "product"),
        promoters=_distinct(promoted, "creator"),
        wallet=balances[AccountKind.MERCHANT_WALLET],
        advanced=-balances[AccountKind.MERCHANT_CREDIT],
    )


def creator_home(org: Organisation, *, now: datetime) -> CreatorHome:
    """The home of a creator."""
    since, until = _window(now)
    days = facts.daily_of_creator(org, since, until)
    return CreatorHome(
        sales=CreatorPeriods(
            today=period_of(days, TODAY, kind=CreatorPeriod),
            week=period_of(days, WEEK, kind=CreatorPeriod),
            month=period_of(days, MONTH, kind=CreatorPeriod),
            days=points_of(days),
        ),
        active_products=_distinct(PromotionDay.objects.filter(_paid_in_month(until), creator=org), "product"),
        links=Link.objects.filter(creator=org).count(),
        expected=expected_income(org),
        income=income_of(org),
    )


def leader_home(org: Organisation, *, now: datetime) -> LeaderHome:
    """The home of a leader."""
    since, until = _window(now)
    days = effects_by_day(org, since, until)
    pending = Application.objects.filter(
        activity__leader=org, state=ApplicationState.PENDING, until_at__gt=now
    ).aggregate(oldest=Min("applied_at"))
    return LeaderHome(
        sales=LeaderPeriods(
            today=period_of(days, TODAY, kind=LeaderPeriod),
            week=period_of(days, WEEK, kind=LeaderPeriod),
            month=period_of(days, MONTH, kind=LeaderPeriod),
            days=days[-MONTH:],
        ),
        waiting=waiting_for_leader(org, now=now),
        waiting_since=pending["oldest"],
        drafts=Activity.objects.filter(leader=org, state=ActivityState.DRAFT).count(),
        running=list(_running(org, now)),
        best=_best_goods(org, until),
        income=income_of(org),
        goods=_goods(Product.objects.all()),
        active_products=_distinct(ProductDay.objects.filter(_paid_in_month(until)), "product"),
        active_merchants=_distinct(MerchantDay.objects.filter(_paid_in_month(until)), "merchant"),
        active_creators=_distinct(CreatorDay.objects.filter(_paid_in_month(until)), "creator"),
    )


def _running(leader: Organisation, now: datetime) -> "QuerySet[Activity]":
    promoting = activities_of(leader, now=now, state=ActivityNumber.PROMOTING)
    return promoting.order_by("ends_at", "id")[:MOST_RUNNING]


def _best_goods(leader: Organisation, until: date) -> list[tuple[Product, EffectFigures]]:
    found = effects_by_product(leader, until - timedelta(days=MONTH), until)
    sold = [(pk, figures) for pk, figures in found if figures.paid_lines][:MOST_GOODS]
    products = Product.objects.in_bulk([pk for pk, _ in sold])
    return [(products[pk], figures) for pk, figures in sold]


def operator_home(*, now: datetime) -> OperatorHome:
    """The home of the operator."""
    since, until = _window(now)
    queue = review_queue().order_by().aggregate(length=Count("pk"), oldest=Min("submitted_at"))
    return OperatorHome(
        sales=_periods(facts.daily_of_all(since, until)),
        goods=_goods(Product.objects.all()),
        active_products=_distinct(ProductDay.objects.filter(_paid_in_month(until)), "product"),
        review_queue=queue["length"],
        waiting_since=queue["oldest"],
        parties=_parties(),
        active_merchants=_distinct(MerchantDay.objects.filter(_paid_in_month(until)), "merchant"),
        active_creators=_distinct(CreatorDay.objects.filter(_paid_in_month(until)), "creator"),
        settled_commission=_settled_commission(until),
        platform_fee=_platform_fee(),
    )


def _window(now: datetime) -> tuple[date, date]:
    """The days that comparisons need: [since, until), the current day the last."""
    until = business_day(now) + timedelta(days=1)
    return until - timedelta(days=DAYS_NEEDED), until


def _paid_in_month(until: date) -> Q:
    return Q(day__gte=until - timedelta(days=MONTH), day__lt=until, paid_lines__gt=0)


def _periods(days: Days) -> Periods:
    return Periods(
        today=period_of(days, TODAY, kind=Period),
        week=period_of(days, WEEK, kind=Period),
        month=period_of(days, MONTH, kind=Period),
        days=points_of(days),
    )


def _distinct(days: "QuerySet[Any, Any]", key: str) -> int:
    return int(days.aggregate(number=Count(key, distinct=True))["number"])


def _goods(products: "QuerySet[Product, Product]") -> Goods:
    counts: Mapping[tuple[str, int | None], int] = {
        (state, level): number for state, level, number in products.values_list("state", "level").annotate(Count("pk"))
    }
    return Goods(
        by_state={state: sum(number for (at, _), number in counts.items() if at == state) for state in ProductState},
        by_level={level.value: counts.get((ProductState.ADMITTED, level.value), 0) for level in Level},
        ungraded=counts.get((ProductState.ADMITTED, None), 0),
    )


def _parties() -> dict[Kind, int]:
    rows = Organisation.objects.filter(is_active=True).values_list("kind").annotate(Count("pk"))
    counts = dict(rows)
    return {kind: counts.get(kind, 0) for kind in Kind}


def _settled_commission(until: date) -> Money:
    days = CreatorDay.objects.filter(day__gte=until - timedelta(days=MONTH), day__lt=until)
    return _money(days.aggregate(fen=Sum("settled_commission_fen", default=0))["fen"])


def _platform_fee() -> Money:
    balance = Account.objects.filter(kind=AccountKind.PLATFORM_FEE, organisation=None).values_list("balance_fen")
    return _money(sum(fen for (fen,) in balance))


def _money(fen: int) -> Money:
    return Money(int(fen), settings().currency)

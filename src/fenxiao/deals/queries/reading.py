"""Reads all that decides the terms of some products for some creators, in a fixed number of statements."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from fenxiao.deals.models import ActivityType
from fenxiao.deals.queries.market import ActivityTime, Cooperation, Held, Market, PlanPicture, Row, Window

# Products off shelf still count: a sale that a link brought keeps its commission when the merchant has taken them down.
PRODUCTS = """
SELECT id, merchant_id FROM catalog_product WHERE id = ANY(%(products)s) AND state IN ('admitted', 'off_shelf')
"""
OPEN_ONLY = "s.opens_at <= %(until)s AND (s.closes_at IS NULL OR s.closes_at > %(since)s)"
BEGUN = "s.opens_at <= %(until)s"
SPELLS = """
SELECT p.id, p.type, p.product_id, p.merchant_id, s.opens_at, s.closes_at
FROM deals_plan p JOIN deals_planspell s ON s.plan_id = p.id
WHERE p.product_id = ANY(%(products)s) AND {which}
UNION ALL
SELECT p.id, p.type, p.product_id, p.merchant_id, s.opens_at, s.closes_at
FROM deals_plan p JOIN deals_planspell s ON s.plan_id = p.id
WHERE p.merchant_id = ANY(%(merchants)s) AND p.type = 4 AND {which}
ORDER BY 5, 1
"""
# The creators as a set of rows: an array of 50,000 costs the planner four seconds.
ROWS = """
SELECT r.plan_id, r.id, r.creator_id, e.from_at, e.rate_bp
FROM deals_planrow r JOIN deals_planrate e ON e.row_id = r.id
WHERE r.plan_id = ANY(%(plans)s)
  AND (r.creator_id IS NULL OR r.creator_id IN (SELECT unnest(%(creators)s::bigint[])))
  AND e.superseded_at IS NULL AND e.from_at <= %(until)s
ORDER BY e.from_at, e.id
"""
DIFFERENTIALS = """
SELECT plan_id, tier, from_at, extra_bp FROM deals_plandifferential
WHERE plan_id = ANY(%(plans)s) AND superseded_at IS NULL AND from_at <= %(until)s ORDER BY from_at, id
"""
STEPS = """
SELECT w.plan_id, w.id, w.from_at, w.until_at, s.from_at, s.after_orders, s.extra_bp
FROM deals_stepwindow w JOIN deals_step s ON s.window_id = w.id
WHERE w.plan_id = ANY(%(plans)s) AND w.cancelled_at IS NULL AND w.from_at <= %(until)s AND w.until_at > %(since)s
  AND s.superseded_at IS NULL AND s.from_at <= %(until)s
ORDER BY w.from_at, w.id, s.from_at, s.after_orders
"""
TIERS = """
SELECT creator_id, from_at, tier FROM parties_creatortier
WHERE creator_id = ANY(%(creators)s) AND from_at <= %(until)s ORDER BY from_at
"""
FEES = "SELECT from_at, rate_bp FROM deals_platformfee ORDER BY from_at, id"
CARRIED = "a.id = ANY(%(applications)s)"
OF_PRODUCTS = "(a.id = ANY(%(applications)s) OR (a.product_id = ANY(%(products)s) AND a.passed_at <= %(until)s))"
COOPERATIONS = """
WITH asked AS (SELECT a.id, a.first_id FROM deals_application a WHERE {which})
SELECT a.id, a.product_id, a.first_id, a.passed_at, a.from_at, least(a.until_at, a.ends_at),
  y.id, y.type, y.leader_id, y.published_at, y.begins_at, least(y.ends_at, y.closes_at)
FROM deals_application a JOIN deals_activity y ON y.id = a.activity_id
WHERE a.id IN (SELECT id FROM asked UNION SELECT first_id FROM asked)
"""
COOPERATION_TERMS = """
SELECT application_id, from_at, commission_rate_bp, service_fee_rate_bp FROM deals_applicationterms
WHERE application_id = ANY(%(cooperations)s) AND superseded_at IS NULL AND from_at <= %(until)s ORDER BY from_at, id
"""
NAMED = """
SELECT activity_id, creator_id, from_at, until_at FROM deals_activitycreator
WHERE activity_id = ANY(%(activities)s) AND creator_id = ANY(%(creators)s)
"""


@dataclass(kw_only=True)
class Scope:
    """What is asked about: products, creators and the applications on links, within two moments.

    `is_wide` also reads what does not hold: plans that ended, and activities that the links do not carry.
    """

    products: Collection[int]
    creators: Collection[int]
    applications: Collection[int]
    since: datetime
    until: datetime
    is_wide: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    def rows(self, statement: str, **more: Any) -> Iterator[tuple[Any, ...]]:
        """What a statement finds in this scope."""
        self.more |= more
        asked = {
            "products": list(self.products),
            "creators": list(self.creators),
            "applications": list(self.applications),
            "since": self.since,
            "until": self.until,
            **self.more,
        }
        with connection.cursor() as cursor:
            cursor.execute(statement, asked)
            yield from cursor.fetchall()


def read_market(scope: Scope) -> Market:
    """All that decides the terms in this scope."""
    merchants = dict(scope.rows(PRODUCTS))
    market = Market(merchants=merchants, fees=platform_fees())
    plans = _read_plans(market, scope)
    if plans:
        _read_what_hangs_on(plans, scope)
    if scope.applications or scope.is_wide:
        _read_cooperations(market, scope)
    if scope.creators:
        for creator_id, from_at, tier in scope.rows(TIERS):
            market.tiers.setdefault(creator_id, []).append(Held(from_at, tier))
    return market


def platform_fees() -> list[Held]:
    """Every platform fee that was entered, in the order in which they hold."""
    with connection.cursor() as cursor:
        cursor.execute(FEES)
        return [Held(*row) for row in cursor.fetchall()]


def _read_plans(market: Market, scope: Scope) -> dict[int, PlanPicture]:
    found: dict[int, PlanPicture] = {}
    statement = SPELLS.format(which=BEGUN if scope.is_wide else OPEN_ONLY)
    for plan_id, plan_type, product_id, merchant_id, opens_at, closes_at in scope.rows(
        statement, merchants=list(set(market.merchants.values()))
    ):
        plan = found.get(plan_id)
        if plan is None:
            plan = found[plan_id] = PlanPicture(plan_id, plan_type)
            of, owner = (market.shops, merchant_id) if product_id is None else (market.plans, product_id)
            of.setdefault(owner, []).append(plan)
        plan.spells.append((opens_at, closes_at))
    return found


def _read_what_hangs_on(plans: dict[int, PlanPicture], scope: Scope) -> None:
    for plan_id, row_id, creator_id, from_at, rate_bp in scope.rows(ROWS, plans=list(plans)):
        rows = plans[plan_id].rows
        if creator_id not in rows:
            rows[creator_id] = Row(row_id, [])
        rows[creator_id].rates.append(Held(from_at, rate_bp))
    for plan_id, tier, from_at, extra_bp in scope.rows(DIFFERENTIALS):
        plans[plan_id].differentials.setdefault(tier, []).append(Held(from_at, extra_bp))
    for plan_id, window_id, from_at, until_at, rung_from, after, extra_bp in scope.rows(STEPS):
        windows = plans[plan_id].windows
        if not windows or windows[-1].id != window_id:
            windows.append(Window(window_id, from_at, until_at, {}))
        windows[-1].ladders.setdefault(rung_from, []).append((after, extra_bp))


def _read_cooperations(market: Market, scope: Scope) -> None:
    found = market.cooperations
    for pk, product_id, first_id, passed_at, from_at, until_at, *activity in scope.rows(
        COOPERATIONS.format(which=OF_PRODUCTS if scope.is_wide else CARRIED)
    ):
        activity_time = ActivityTime(*activity)
        found[pk] = Cooperation(pk, product_id, first_id, passed_at, from_at, until_at, activity_time)
    if not found:
        return
    for pk, from_at, commission_bp, fee_bp in scope.rows(COOPERATION_TERMS, cooperations=list(found)):
        found[pk].terms.append(Held(from_at, (commission_bp, fee_bp)))
    exclusive = [each.activity.id for each in found.values() if each.activity.type == ActivityType.EXCLUSIVE]
    if exclusive and scope.creators:
        for activity_id, creator_id, from_at, until_at in scope.rows(NAMED, activities=exclusive):
            market.named.setdefault((activity_id, creator_id), []).append((from_at, until_at))

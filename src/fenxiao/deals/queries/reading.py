"""Reads all that decides the terms of some products for some creators, in a fixed number of statements."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from psycopg.types.datetime import TimestamptzLoader

from fenxiao.deals.models import ActivityType
from fenxiao.deals.queries.market import ActivityTime, Cooperation, Held, Market, PlanPicture, Row, Window
from fenxiao.kernel.arrays import array_of

# Products off shelf still count: a sale that a link brought keeps its commission when the merchant has taken them down.
PRODUCTS = """
SELECT id, merchant_id FROM catalog_product
WHERE id = ANY(%(products)s::bigint[]) AND state IN ('admitted', 'off_shelf')
"""
OPEN_ONLY = "s.opens_at <= %(until)s AND (s.closes_at IS NULL OR s.closes_at > %(since)s)"
BEGUN = "s.opens_at <= %(until)s"
SPELLS = """
SELECT p.id, p.type, p.product_id, p.merchant_id, s.opens_at, s.closes_at
FROM deals_plan p JOIN deals_planspell s ON s.plan_id = p.id
WHERE p.product_id = ANY(%(products)s::bigint[]) AND {which}
UNION ALL
SELECT p.id, p.type, p.product_id, p.merchant_id, s.opens_at, s.closes_at
FROM deals_plan p JOIN deals_planspell s ON s.plan_id = p.id
WHERE p.merchant_id = ANY(%(merchants)s::bigint[]) AND p.type = 4 AND {which}
ORDER BY 5, 1
"""
# All that holds from a moment on, in one statement: rates of rows, what plans add to tiers, tiers, the platform's fees.
# The creators of rows as a set of rows: an array of 50,000 costs the planner four seconds.
WHAT_HOLDS = """
SELECT kind, whose, row_id, creator_id, tier, from_at, bp FROM (
    SELECT 'rate' AS kind, r.plan_id AS whose, r.id AS row_id, r.creator_id, '' AS tier,
      e.from_at, e.rate_bp AS bp, e.id
    FROM deals_planrow r JOIN deals_planrate e ON e.row_id = r.id
    WHERE r.plan_id = ANY(%(plans)s::bigint[])
      AND (r.creator_id IS NULL OR r.creator_id IN (SELECT unnest(%(creators)s::bigint[])))
      AND e.superseded_at IS NULL AND e.from_at <= %(until)s
    UNION ALL
    SELECT 'extra', plan_id, NULL, NULL, tier, from_at, extra_bp, id FROM deals_plandifferential
    WHERE plan_id = ANY(%(plans)s::bigint[]) AND superseded_at IS NULL AND from_at <= %(until)s
    UNION ALL
    SELECT 'tier', creator_id, NULL, NULL, tier, from_at, NULL, id FROM parties_creatortier
    WHERE creator_id = ANY(%(creators)s::bigint[]) AND from_at <= %(until)s
    UNION ALL
    SELECT 'fee', 0, NULL, NULL, '', from_at, rate_bp, id FROM deals_platformfee
) held ORDER BY from_at, id
"""
STEPS = """
SELECT w.plan_id, w.id, w.from_at, w.until_at, s.from_at, s.after_orders, s.extra_bp
FROM deals_stepwindow w JOIN deals_step s ON s.window_id = w.id
WHERE w.plan_id = ANY(%(plans)s::bigint[]) AND w.cancelled_at IS NULL AND w.from_at <= %(until)s
  AND w.until_at > %(since)s AND s.superseded_at IS NULL AND s.from_at <= %(until)s
ORDER BY w.from_at, w.id, s.from_at, s.after_orders
"""
FEES = "SELECT from_at, rate_bp FROM deals_platformfee ORDER BY from_at, id"
CARRIED = "a.id = ANY(%(applications)s::bigint[])"
OF_PRODUCTS = f"({CARRIED} OR (a.product_id = ANY(%(products)s::bigint[]) AND a.passed_at <= %(until)s))"
COOPERATIONS = """
WITH asked AS (SELECT a.id, a.first_id FROM deals_application a WHERE {which})
SELECT a.id, a.product_id, a.first_id, a.passed_at, a.from_at, least(a.until_at, a.ends_at),
  y.id, y.type, y.leader_id, y.published_at, y.begins_at, least(y.ends_at, y.closes_at)
FROM deals_application a JOIN deals_activity y ON y.id = a.activity_id
WHERE a.id IN (SELECT id FROM asked UNION SELECT first_id FROM asked)
"""
COOPERATION_TERMS = """
SELECT application_id, from_at, commission_rate_bp, service_fee_rate_bp FROM deals_applicationterms
WHERE application_id = ANY(%(cooperations)s::bigint[]) AND superseded_at IS NULL AND from_at <= %(until)s
ORDER BY from_at, id
"""
NAMED = """
SELECT activity_id, creator_id, from_at, until_at FROM deals_activitycreator
WHERE activity_id = ANY(%(activities)s::bigint[]) AND creator_id = ANY(%(creators)s::bigint[])
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
    merchants: Mapping[int, int] | None = None  # of the products that may have terms, where they are known already

    def rows(self, statement: str, **more: Collection[int]) -> Iterator[tuple[Any, ...]]:
        """What a statement finds in this scope; `more` are ids that it and all later ones may name."""
        self._asked.update({name: array_of(ids) for name, ids in more.items()})
        with connection.cursor() as cursor:
            # The driver's own reading of moments: Django's is a hundred times slower, and there are many.
            cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
            cursor.execute(statement, self._asked)
            yield from cursor.fetchall()

    @cached_property
    def _asked(self) -> dict[str, Any]:
        return {
            "products": array_of(self.products),
            "creators": array_of(self.creators),
            "applications": array_of(self.applications),
            "since": self.since,
            "until": self.until,
        }


def read_market(scope: Scope) -> Market:
    """All that decides the terms in this scope."""
    merchants = dict(scope.rows(PRODUCTS) if scope.merchants is None else scope.merchants)
    market = Market(merchants=merchants)
    plans = _read_plans(market, scope)
    if plans:
        _read_steps(plans, scope)
    if scope.applications or scope.is_wide:
        _read_cooperations(market, scope)
    _read_what_holds(market, plans, scope)
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


def _read_steps(plans: dict[int, PlanPicture], scope: Scope) -> None:
    for plan_id, window_id, from_at, until_at, rung_from, after, extra_bp in scope.rows(STEPS, plans=plans):
        windows = plans[plan_id].windows
        if not windows or windows[-1].id != window_id:
            windows.append(Window(window_id, from_at, until_at, {}))
        windows[-1].ladders.setdefault(rung_from, []).append((after, extra_bp))


def _read_what_holds(market: Market, plans: Mapping[int, PlanPicture], scope: Scope) -> None:
    for kind, whose, row_id, creator_id, tier, from_at, bp in scope.rows(WHAT_HOLDS, plans=plans):
        if kind == "rate":
            rows = plans[whose].rows
            if creator_id not in rows:
                rows[creator_id] = Row(row_id, [])
            rows[creator_id].rates.append(Held(from_at, bp))
        elif kind == "extra":
            plans[whose].differentials.setdefault(tier, []).append(Held(from_at, bp))
        elif kind == "tier":
            market.tiers.setdefault(whose, []).append(Held(from_at, tier))
        else:
            market.fees.append(Held(from_at, bp))


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

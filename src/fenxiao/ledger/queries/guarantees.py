"""Order guarantees that ended: whose time has come, what their lines brought, and what they would return."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from fenxiao.deals.models import Application
from fenxiao.deals.rules import parts_of
from fenxiao.ledger import rules
from fenxiao.ledger.journal import PLATFORM_FEE, Owner, leader_income_of
from fenxiao.ledger.models import GuaranteeOutcome
from fenxiao.orders.models import LineState, OrderLine

OPEN_STATES = (LineState.PAID, LineState.SHIPPED, LineState.RECEIVED)
# Each settled line of an application with what its settlement was counted on and what was given back of that.
FEES = """
SELECT line.leader_id, line.second_leader_id,
    line.service_fee_rate_bp, line.ceded_fee_rate_bp, line.platform_fee_rate_bp, settled.base_fen,
    coalesce((SELECT max(base_fen) FROM ledger_transfer WHERE kind = 'clawback' AND line_id = line.id), 0)
FROM orders_orderline line JOIN ledger_transfer settled ON settled.key = 'settle:' || line.id
WHERE line.application_id = %s AND line.state = 60 AND line.leader_id IS NOT NULL"""
ORDERS = """SELECT count(*) FROM orders_orderline
WHERE application_id = %s AND state <> 80 AND refunded_fen < paid_fen - freight_fen - tax_fen"""
NAMED_BY = """SELECT DISTINCT line.application_id FROM orders_orderline line
JOIN ledger_guaranteeoutcome outcome ON outcome.application_id = line.application_id WHERE line.id = ANY(%s)"""


class _Fee(NamedTuple):
    """What `FEES` reads of one line."""

    leader_id: int
    second_leader_id: int | None
    service_fee_rate_bp: int
    ceded_fee_rate_bp: int
    platform_fee_rate_bp: int
    base_fen: int
    back_fen: int


def guarantees_ended(now: datetime) -> QuerySet[Application]:
    """Applications with a guarantee that have ended, whose lines are all final and which were not counted yet."""
    over = Q(until_at__lte=now) | Q(ends_at__lte=now) | Q(activity__ends_at__lte=now) | Q(activity__closes_at__lte=now)
    return (
        Application.objects.filter(over, depth=1, guaranteed_orders__gt=0, passed_at__isnull=False)
        .exclude(Exists(GuaranteeOutcome.objects.filter(application=OuterRef("pk"))))
        .exclude(Exists(_open_lines().filter(application_id=OuterRef("pk"))))
        .order_by("id")
    )


def has_open_lines(application: Application) -> bool:
    """Whether some line of the application may still change by itself."""
    return _open_lines().filter(application_id=application.pk).exists()


def applications_counted(line_ids: Sequence[int]) -> list[int]:
    """The applications of these lines whose guarantee was counted before."""
    with connection.cursor() as cursor:
        cursor.execute(NAMED_BY, [list(line_ids)])
        return sorted(pk for (pk,) in cursor.fetchall())


def orders_of(application: Application) -> int:
    """Lines of the application that are neither invalid nor refunded in full."""
    with connection.cursor() as cursor:
        cursor.execute(ORDERS, [application.pk])
        return int(cursor.fetchone()[0])


def fees_left(application: Application) -> Counter[Owner]:
    """What each earner has of the application's settled service fee after clawbacks."""
    fees: Counter[Owner] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(FEES, [application.pk])
        for row in cursor.fetchall():
            fees.update(_left_of(_Fee(*row)))
    return fees


def _left_of(fee: _Fee) -> dict[Owner, int]:
    is_ceded = fee.second_leader_id is not None
    parts = parts_of(
        fee.base_fen,
        commission_rate_bp=0,  # the platform's fee on the commission is not the guarantee's
        service_fee_rate_bp=fee.service_fee_rate_bp,
        ceded_fee_rate_bp=fee.ceded_fee_rate_bp if is_ceded else 0,
        platform_fee_rate_bp=fee.platform_fee_rate_bp,
    )
    shares = {leader_income_of(fee.leader_id): parts.leader_net_fen, PLATFORM_FEE: parts.platform_fee_fen}
    if fee.second_leader_id is not None:
        shares[leader_income_of(fee.second_leader_id)] = parts.second_leader_net_fen
    return {
        owner: fen - rules.taken_back(fen, base_fen=fee.base_fen, back_fen=fee.back_fen)
        for owner, fen in shares.items()
    }


def _open_lines() -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(state__in=OPEN_STATES)

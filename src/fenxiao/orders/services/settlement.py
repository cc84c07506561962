"""What the ledger writes on lines: settled, or waiting for the merchant's funds."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.orders.bulk import run
from fenxiao.orders.errors import LinesNotDue
from fenxiao.orders.models import LineState, Order, OrderLine

NO_STEPS: Mapping[int, int] = MappingProxyType({})
# The state of an order is the lowest of its live lines, 80 when none lives (see rules.order_state).
STATES_OF_ORDERS = """
UPDATE orders_order AS old SET state = new.state
FROM (
    SELECT order_id, min(state) AS state FROM orders_orderline
    WHERE order_id IN (SELECT order_id FROM orders_orderline WHERE id = ANY(%s)) GROUP BY order_id
) AS new
WHERE old.id = new.order_id AND old.state <> new.state
"""


# Tens of thousands a second: one statement with two arrays, where a parameter for each id is slower.
SETTLE = """
UPDATE orders_orderline AS line SET state = 60, settled_at = %s, awaits_funds = false, step_bp = reached.step_bp
FROM unnest(%s::bigint[], %s::int[]) AS reached (id, step_bp) WHERE line.id = reached.id
"""


@transaction.atomic
def settle_lines(
    line_ids: Collection[int],
    *,
    settled_at: datetime,
    by: Actor,
    now: datetime,
    steps: Mapping[int, int] = NO_STEPS,
) -> None:
    """Mark received lines as settled, each with the step it reached (`steps`, in basis points by line; else 0).

    Refuses all of them if one is not received and promoted. The news of it is the ledger's, whose act this is.
    """
    ids = _lock_received(line_ids)
    run(SETTLE, settled_at, ids, [steps.get(line_id, 0) for line_id in ids])
    run(STATES_OF_ORDERS, ids)
    audit.record_batch("settle_lines", OrderLine, ids=ids, by=by, now=now)


@transaction.atomic
def await_funds(line_ids: Collection[int], *, by: Actor, now: datetime) -> None:
    """Mark received lines as waiting for their merchant's funds. Refuses all if one is not received and promoted."""
    ids = _lock_received(line_ids)
    OrderLine.objects.filter(id__in=ids).update(awaits_funds=True)
    audit.record_batch("await_funds", OrderLine, ids=ids, by=by, now=now)


def _lock_received(line_ids: Collection[int]) -> list[int]:
    """Lock the lines, their orders first, each by rising id as everywhere."""
    wanted = sorted(set(line_ids))
    order_ids = OrderLine.objects.filter(id__in=wanted).values("order_id")
    list(Order.objects.filter(id__in=order_ids).order_by("id").select_for_update().values_list("id"))
    lines = OrderLine.objects.filter(id__in=wanted, state=LineState.RECEIVED, creator__isnull=False)
    ready = list(lines.order_by("id").select_for_update(no_key=True).values_list("id", flat=True))
    if len(ready) < len(wanted):
        raise LinesNotDue(count=len(wanted) - len(ready))
    return wanted

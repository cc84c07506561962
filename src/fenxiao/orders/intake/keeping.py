"""Keep new events for good, under the lock of their orders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fenxiao.orders.bulk import as_json, rows_of
from fenxiao.orders.intake.sifting import Key
from fenxiao.orders.models import Order
from fenxiao.orders.rules import Told

# Keys are written in one order by everyone: two batches that bring the same new orders wait for each other, no ring.
INSERT_ORDERS = """
INSERT INTO orders_order (source, ref, buyer_key)
SELECT source, ref, '' FROM json_to_recordset(%s) AS told (source text, ref text)
ON CONFLICT (source, ref) DO NOTHING
RETURNING id
"""
LOCK_ORDERS = """
SELECT orders_order.* FROM orders_order
JOIN json_to_recordset(%s) AS told (source text, ref text) USING (source, ref)
ORDER BY id FOR UPDATE OF orders_order
"""
INSERT_EVENTS = """
INSERT INTO orders_orderevent (order_id, source, event_id, kind, line_no, occurred_at, taken_at, body, digest)
SELECT order_id, source, event_id, kind, line_no, occurred_at, %s, body, digest
FROM json_populate_recordset(NULL::orders_orderevent, %s)
ON CONFLICT (source, event_id) DO NOTHING
RETURNING source, event_id, id
"""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The orders that a batch touches, locked, and its events with their ids."""

    orders: dict[Key, Order]  # by (source, ref), in the order of ids
    new_order_ids: frozenset[int]
    events: dict[Key, Told]
    event_ids: dict[Key, int]


def keep(fresh: dict[Key, tuple[Told, str]], *, now: datetime) -> Kept:
    """Write the events and lock their orders. One that another batch has just written is not among `events`."""
    keys = sorted({told.order_key for told, _ in fresh.values()})
    named = as_json({"source": source, "ref": ref} for source, ref in keys)
    new_ids = rows_of(INSERT_ORDERS, named)
    orders = {(order.source, order.ref): order for order in Order.objects.raw(LOCK_ORDERS, [named])}
    events = as_json(_row(*fresh[key], orders) for key in sorted(fresh))
    event_ids = {(row[0], row[1]): row[2] for row in rows_of(INSERT_EVENTS, now, events)}
    return Kept(
        orders=orders,
        new_order_ids=frozenset(row[0] for row in new_ids),
        events={key: fresh[key][0] for key in event_ids},
        event_ids=event_ids,
    )


def _row(told: Told, digest: str, orders: dict[Key, Order]) -> dict[str, Any]:
    return {
        "order_id": orders[told.order_key].pk,
        "source": told.source,
        "event_id": told.event_id,
        "kind": told.kind.value,
        "line_no": told.line_no,
        "occurred_at": told.occurred_at,
        "body": told.body_json(),
        "digest": digest,
    }

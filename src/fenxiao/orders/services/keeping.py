"""Keep new events for good, under the lock of their orders."""

from dataclasses import dataclass
from datetime import datetime
from json import dumps
from typing import Any

from django.db import connection

from fenxiao.orders.models import Order
from fenxiao.orders.rules import Told
from fenxiao.orders.services.sifting import Key

# Keys are written in one order by everyone: two batches that bring the same new orders wait for each other, no ring.
INSERT_ORDERS = """
INSERT INTO orders_order (source, ref, buyer_key)
SELECT source, ref, '' FROM unnest(%s::text[], %s::text[]) AS told (source, ref)
ON CONFLICT (source, ref) DO NOTHING
RETURNING id
"""
INSERT_EVENTS = """
INSERT INTO orders_orderevent (order_id, source, event_id, kind, line_no, occurred_at, taken_at, body, digest)
SELECT * FROM unnest(
    %s::bigint[], %s::text[], %s::text[], %s::text[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::jsonb[],
    %s::text[]
)
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
    new_ids = _rows(INSERT_ORDERS, [[key[0] for key in keys], [key[1] for key in keys]])
    orders = _locked(keys)
    event_ids = {(row[0], row[1]): row[2] for row in _rows(INSERT_EVENTS, _columns(fresh, orders, now=now))}
    return Kept(
        orders=orders,
        new_order_ids=frozenset(row[0] for row in new_ids),
        events={key: fresh[key][0] for key in event_ids},
        event_ids=event_ids,
    )


def _locked(keys: list[Key]) -> dict[Key, Order]:
    sources, refs = {key[0] for key in keys}, [key[1] for key in keys]
    rows = Order.objects.filter(source__in=sources, ref__in=refs).order_by("id").select_for_update()
    wanted = set(keys)
    return {key: order for order in rows if (key := (order.source, order.ref)) in wanted}


def _columns(fresh: dict[Key, tuple[Told, str]], orders: dict[Key, Order], *, now: datetime) -> list[list[Any]]:
    told = [fresh[key] for key in sorted(fresh)]
    return [
        [orders[event.order_key].pk for event, _ in told],
        [event.source for event, _ in told],
        [event.event_id for event, _ in told],
        [event.kind.value for event, _ in told],
        [event.line_no for event, _ in told],
        [event.occurred_at for event, _ in told],
        [now] * len(told),
        [dumps(event.body_json(), ensure_ascii=False) for event, _ in told],
        [digest for _, digest in told],
    ]


def _rows(statement: str, columns: list[list[Any]]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, columns)
        return cursor.fetchall()

"""Bring the rows of orders to where their lines stand."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from fenxiao.orders.bulk import as_json, run
from fenxiao.orders.intake.drawing import Drawing
from fenxiao.orders.intake.lines import Standing
from fenxiao.orders.models import Order
from fenxiao.orders.rules import order_state

FIELDS = ("id", "state", "paid_at", "buyer_key")
UPDATE = """
UPDATE orders_order AS old
SET state = new.state, paid_at = new.paid_at, buyer_key = new.buyer_key
FROM json_populate_recordset(NULL::orders_order, %s) AS new
WHERE old.id = new.id
"""


def write_orders(drawings: Iterable[Drawing], standings: Sequence[Standing]) -> None:
    """Write state, moment and buyer of the orders where they differ from what is stored."""
    states = defaultdict(list)
    for each in standings:
        states[each.row.order_id].append(each.row.state)
    changed = [drawing.order for drawing in drawings if _has_changed(drawing, states[drawing.order.pk])]
    if changed:
        run(UPDATE, as_json({field: getattr(order, field) for field in FIELDS} for order in changed))


def _has_changed(drawing: Drawing, states: Sequence[int]) -> bool:
    """Set the order to its picture; says whether that changed anything."""
    order, picture = drawing.order, drawing.picture
    before = _told(order)
    order.state = order_state(states) if states else None
    order.paid_at, order.buyer_key = picture.paid_at, picture.buyer_key
    return _told(order) != before


def _told(order: Order) -> tuple[object, ...]:
    return (order.state, order.paid_at, order.buyer_key)

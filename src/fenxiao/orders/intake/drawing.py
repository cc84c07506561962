"""Read all that was told of the touched orders and fold it: where each of them stands now, beside what is stored."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from fenxiao.orders.intake.keeping import Kept
from fenxiao.orders.intake.sifting import Key
from fenxiao.orders.models import LineState, Order, OrderEvent, OrderLine
from fenxiao.orders.rules import Kind, OrderPicture, PaidLine, SettledLine, Told, fold, read_body

Rows = dict[int, OrderLine]  # by line number


class _Remembered(NamedTuple):
    event_id: int
    told: Told


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """One order: its row and the rows of its lines as they are stored, and the picture of all its events."""

    order: Order
    rows: Rows
    picture: OrderPicture
    event_ids: dict[Key, int]


def draw(kept: Kept) -> list[Drawing]:
    """A drawing of each touched order, in the order of ids."""
    old_ids = [order.pk for order in kept.orders.values() if order.pk not in kept.new_order_ids]
    history = _history(old_ids, kept.orders.values())
    for key, told in kept.events.items():
        history[kept.orders[told.order_key].pk].append(_Remembered(kept.event_ids[key], told))
    rows = _rows(old_ids)
    return [_drawing(order, history[order.pk], rows[order.pk]) for order in kept.orders.values()]


def _history(order_ids: list[int], orders: Iterable[Order]) -> dict[int, list[_Remembered]]:
    """What was told of the orders, this batch's events included."""
    by_id = {order.pk: order for order in orders}
    history: dict[int, list[_Remembered]] = defaultdict(list)
    rows = OrderEvent.objects.filter(order_id__in=order_ids).values_list(
        "id", "order_id", "source", "event_id", "kind", "line_no", "occurred_at", "body"
    )
    for pk, order_id, source, event_id, kind, line_no, occurred_at, body in rows:
        order = by_id[order_id]
        told = Told(
            source=source,
            event_id=event_id,
            kind=Kind(kind),
            order_ref=order.ref,
            occurred_at=occurred_at,
            line_no=line_no,
            body=read_body(Kind(kind), body),
            order_source=order.source,
        )
        history[order_id].append(_Remembered(pk, told))
    return history


def _rows(order_ids: list[int]) -> dict[int, Rows]:
    rows: dict[int, Rows] = defaultdict(dict)
    # Locked after their orders and by rising id, as everywhere: the ledger may hold some of them.
    lines = OrderLine.objects.filter(order_id__in=order_ids).defer("terms", "attribution")
    for row in lines.order_by("id").select_for_update(no_key=True):
        rows[row.order_id][row.line_no] = row
    return rows


def _drawing(order: Order, remembered: list[_Remembered], rows: Rows) -> Drawing:
    event_ids = {each.told.key: each.event_id for each in remembered}
    settled = _settled(rows, event_ids)
    picture = fold([each.told for each in remembered], settled=settled)
    return Drawing(order=order, rows=rows, picture=picture, event_ids=event_ids)


def _settled(rows: Rows, event_ids: dict[Key, int]) -> dict[int, SettledLine]:
    found = {number: row for number, row in rows.items() if row.state == LineState.SETTLED}
    if not found:
        return {}
    keys = {event_id: key for key, event_id in event_ids.items()}
    return {
        number: SettledLine(line=_as_sold(row), paid_at=row.paid_at, paid_event=keys[row.paid_event_id])
        for number, row in found.items()
    }


def _as_sold(row: OrderLine) -> PaidLine:
    return PaidLine(
        line_no=row.line_no,
        product_id=row.product_id,
        quantity=row.quantity,
        paid_fen=row.paid_fen,
        freight_fen=row.freight_fen,
        tax_fen=row.tax_fen,
        promised_at=row.promised_at,
    )

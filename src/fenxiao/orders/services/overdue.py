"""Shipped lines are received by themselves when nobody has told of them for long."""

from datetime import datetime

from fenxiao.kernel.actors import Actor
from fenxiao.orders.models import OrderLine
from fenxiao.orders.queries import lines_overdue
from fenxiao.orders.rules import RECEIVED_BY_ITSELF_AFTER, Kind, Told
from fenxiao.orders.services.events import MOST_AT_ONCE, take_events

SOURCE = "system"


# not one act: each thousand lines commit by themselves, so that a backlog holds no lock for long
def receive_overdue(*, by: Actor, now: datetime) -> int:
    """Receive every line that was shipped ten days ago or earlier; gives how many.

    It is told as an event like any other, dated ten days after shipping: if the shop tells of an earlier receipt or
    an earlier end afterwards, that counts. Each thousand lines are a transaction of their own.
    """
    received, last_id = 0, 0
    while lines := list(lines_overdue(now).filter(id__gt=last_id)[:MOST_AT_ONCE]):
        received += take_events([_receipt_of(line) for line in lines], by=by, now=now).applied
        last_id = lines[-1].pk
    return received


def _receipt_of(line: OrderLine) -> Told:
    if line.shipped_at is None:
        raise ValueError(f"line {line.pk} is shipped without a moment")
    return Told(
        source=SOURCE,
        # By the moment too: if an earlier shipping is told later, the receipt it leads to is another event.
        event_id=f"received:{line.pk}:{line.shipped_at.isoformat()}",
        kind=Kind.RECEIVED,
        order_source=line.order.source,
        order_ref=line.order.ref,
        line_no=line.line_no,
        occurred_at=line.shipped_at + RECEIVED_BY_ITSELF_AFTER,
    )

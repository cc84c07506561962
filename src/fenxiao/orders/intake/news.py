"""Publish what has changed, a thousand lines to a row of the outbox."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeVar

from fenxiao.kernel import outbox
from fenxiao.orders.intake.lines import Standing
from fenxiao.orders.models import Refund
from fenxiao.orders.rules import State

MOST_PER_ROW = 1_000

T = TypeVar("T")


def announce(standings: Sequence[Standing], refunds: Sequence[Refund]) -> None:
    """Publish `order.paid`, `.shipped`, `.received`, `.refunded`, `.invalid`, each only for lines it happened to.

    A moment that an earlier word has moved is news again.
    """
    news: dict[str, list[int]] = defaultdict(list)
    for each in standings:
        for name in _news_of(each):
            news[name].append(each.row.pk)
    for name, lines in news.items():
        for part in parts(lines):
            outbox.publish(name, lines=part)
    for some in parts(refunds):
        line_ids = list(dict.fromkeys(refund.line_id for refund in some))
        outbox.publish("order.refunded", lines=line_ids, refunds=[refund.pk for refund in some])


def parts(rows: Sequence[T]) -> Iterator[list[T]]:
    """The rows in parts that fit one row of the outbox."""
    return (list(rows[start : start + MOST_PER_ROW]) for start in range(0, len(rows), MOST_PER_ROW))


def _news_of(standing: Standing) -> Iterator[str]:
    row, before = standing.row, standing.before
    if row.paid_event_id != before.paid_event_id:
        yield "order.paid"
    if row.shipped_at and row.shipped_at != before.shipped_at:
        yield "order.shipped"
    if row.received_at and row.received_at != before.received_at:
        yield "order.received"
    if row.state == State.INVALID and before.state != State.INVALID:
        yield "order.invalid"

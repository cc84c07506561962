"""Two tellers at once: overlapping batches of the same orders end in one state, and nobody waits for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Barrier

import pytest
from django.db import connection, transaction

from fenxiao.orders import queries
from fenxiao.orders import services as orders
from fenxiao.orders.models import Order, OrderEvent, OrderLine, Refund
from fenxiao.orders.rules import Told
from fenxiao.tracking.models import Link
from tests.cast import BY
from tests.orders.telling import at, invalid, line, paid, received, refunded, shipped

ORDERS = 25


def _story(link: Link) -> list[Told]:
    told: list[Told] = []
    for number in range(ORDERS):
        ref = f"C{number}"
        sold = [line(each, product_id=link.product_id, link_code=link.code) for each in (1, 2)]
        told += [paid(*sold, ref=ref), shipped(ref=ref), received(ref=ref), refunded(10, ref=ref)]
        told += [refunded(9_995, ref=ref, event_id=f"{ref}:late", days=6), invalid(ref=ref, line_no=2, days=5)]
    return told


def _outcome() -> list[tuple[object, ...]]:
    lines = OrderLine.objects.order_by("order__ref", "line_no").values_list(
        "order__ref", "order__state", "line_no", "state", "reason", "refunded_fen", "commission_rate_bp", "due_at"
    )
    return list(lines)


def _at_once(*acts: Callable[[], None]) -> None:
    start = Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        try:
            start.wait()
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(run, act) for act in acts]:
            done.result(timeout=60)


def _teller(events: list[Told], *, seed: int, size: int) -> Callable[[], None]:
    mixed = events[:]
    Random(seed).shuffle(mixed)  # noqa: S311  a shuffle for a test, no secret

    def tell() -> None:
        for begin in range(0, len(mixed), size):
            orders.take_events(mixed[begin : begin + size], by=BY, now=at(60))

    return tell


@pytest.mark.django_db(transaction=True)
def test_overlapping_batches_end_in_one_state(link: Link) -> None:
    story = _story(link)

    _at_once(_teller(story, seed=1, size=40), _teller(story, seed=2, size=23), _teller(story, seed=3, size=61))

    assert (OrderEvent.objects.count(), Order.objects.count(), OrderLine.objects.count()) == (
        len(story),
        ORDERS,
        2 * ORDERS,
    )
    assert Refund.objects.count() == 3 * ORDERS  # two told, and what the cancelled line gave back
    assert _outcome() == [
        row
        for ref in sorted(f"C{number}" for number in range(ORDERS))
        for row in (
            (ref, 80, 1, 80, "refunded", 10_000, 2_000, at(3) + timedelta(days=20)),
            (ref, 80, 2, 80, "cancelled", 10_000, 2_000, at(3) + timedelta(days=20)),
        )
    ]


@transaction.atomic
def _settle_five() -> None:
    """Settle as the ledger does: orders locked by rising id, then the lines, which are read again."""
    due = list(queries.lines_due(at(60))[:5])
    list(Order.objects.filter(id__in=[row.order_id for row in due]).order_by("id").select_for_update())
    still = queries.lines_due(at(60)).filter(id__in=[row.pk for row in due])
    orders.settle_lines([row.pk for row in still], settled_at=at(60), by=BY, now=at(60))


@pytest.mark.django_db(transaction=True)
def test_settlement_and_refunds_at_once_lose_nothing(link: Link) -> None:
    refs = [f"S{number}" for number in range(30)]
    sold = [paid(line(product_id=link.product_id, link_code=link.code), ref=ref) for ref in refs]
    orders.take_events([*sold, *(received(ref=ref) for ref in refs)], by=BY, now=at(60))

    def settle() -> None:
        for _ in range(6):
            _settle_five()

    refunds = [refunded(None, ref=ref, days=50) for ref in refs]
    _at_once(settle, _teller(refunds, seed=4, size=7))

    rows = OrderLine.objects.values_list("state", "refunded_fen", "settled_at", "reason")
    assert len(rows) == len(refs)
    assert set(rows) <= {(60, 10_000, at(60), ""), (80, 10_000, None, "refunded")}

"""What happens by itself, what the ledger writes, and what a creator may expect."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.deals.rules import Terms, split
from fenxiao.kernel.models import AuditRow
from fenxiao.kernel.money import Money
from fenxiao.kernel.settings import settings
from fenxiao.orders import queries
from fenxiao.orders import services as orders
from fenxiao.orders.errors import LinesNotDue
from fenxiao.orders.models import Order, OrderEvent, OrderLine
from fenxiao.orders.rules import Told
from fenxiao.parties.models import Organisation
from fenxiao.tracking.models import Link
from tests.cast import BY
from tests.orders.telling import at, invalid, line, paid, received, refunded, shipped


def take(*events: Told) -> None:
    assert orders.take_events(events, by=BY, now=at(60)).problems == []


def sold(link: Link, ref: str = "A1", *, paid_fen: int = 10_000) -> Told:
    return paid(line(product_id=link.product_id, link_code=link.code, paid_fen=paid_fen), ref=ref)


def test_shipped_lines_are_received_by_themselves_after_ten_days(link: Link) -> None:
    take(sold(link), shipped(days=1), sold(link, "A2"), shipped(ref="A2", days=1.5))

    assert orders.receive_overdue(by=BY, now=at(11)) == 1

    row = OrderLine.objects.get(order__ref="A1")
    assert (row.state, row.received_at, row.due_at) == (50, at(11), at(31))
    assert OrderEvent.objects.filter(source="system").count() == 1
    assert OrderLine.objects.get(order__ref="A2").state == 40


def test_what_was_received_by_itself_is_received_once(link: Link) -> None:
    take(sold(link), shipped(days=1))

    assert [orders.receive_overdue(by=BY, now=at(days)) for days in (10.9, 11, 12)] == [0, 1, 0]


def test_an_earlier_receipt_told_late_counts(link: Link) -> None:
    take(sold(link), shipped(days=1))
    orders.receive_overdue(by=BY, now=at(12))

    take(received(days=4))

    row = OrderLine.objects.get()
    assert (row.received_at, row.due_at) == (at(4), at(24))


def test_an_earlier_end_told_late_counts(link: Link) -> None:
    take(sold(link), shipped(days=1))
    orders.receive_overdue(by=BY, now=at(12))

    take(invalid(days=4))

    row = OrderLine.objects.get()
    assert (row.state, row.received_at, row.due_at) == (80, None, None)


def test_the_shops_receipt_first_leaves_nothing_to_do(link: Link) -> None:
    take(sold(link), shipped(days=1), received(days=4))

    assert orders.receive_overdue(by=BY, now=at(30)) == 0


def test_lines_are_due_when_their_hold_ends(link: Link) -> None:
    take(sold(link), received(days=3))
    row = OrderLine.objects.get()

    assert list(queries.lines_due(at(22.9))) == []
    assert list(queries.lines_due(at(23))) == [row]


def test_settled_lines_leave_the_due_ones(link: Link) -> None:
    take(sold(link), received())
    row = OrderLine.objects.get()
    orders.await_funds([row.pk], by=BY, now=at(30))
    assert OrderLine.objects.get().awaits_funds is True

    orders.settle_lines([row.pk], settled_at=at(31), by=BY, now=at(31))

    row.refresh_from_db()
    assert (row.state, row.settled_at, row.awaits_funds, row.order.state) == (60, at(31), False, 60)
    assert list(queries.lines_due(at(99))) == []
    assert set(AuditRow.objects.values_list("act", flat=True)) >= {"await_funds", "settle_lines"}


def test_an_order_is_settled_when_its_last_live_line_is(link: Link) -> None:
    lines = [line(number, product_id=link.product_id, link_code=link.code) for number in (1, 2, 3)]
    take(paid(*lines), received(), invalid(line_no=3))
    first, second = OrderLine.objects.filter(state=50).order_by("id")

    orders.settle_lines([first.pk], settled_at=at(31), by=BY, now=at(31))
    assert Order.objects.get().state == 50

    orders.settle_lines([second.pk], settled_at=at(31), by=BY, now=at(31))
    assert Order.objects.get().state == 60


@pytest.mark.parametrize("act", ["settle", "await"])
def test_lines_that_are_not_received_are_refused_with_all_the_others(link: Link, act: str) -> None:
    take(sold(link), received(), sold(link, "A2"))
    ids = list(OrderLine.objects.values_list("id", flat=True))

    with pytest.raises(LinesNotDue):
        if act == "settle":
            orders.settle_lines(ids, settled_at=at(31), by=BY, now=at(31))
        else:
            orders.await_funds(ids, by=BY, now=at(31))

    assert sorted(OrderLine.objects.values_list("state", "awaits_funds")) == [(30, False), (50, False)]


def test_unpromoted_lines_are_never_settled(link: Link) -> None:
    take(paid(line(product_id=link.product_id)), received())

    with pytest.raises(LinesNotDue):
        orders.settle_lines([OrderLine.objects.get().pk], settled_at=at(31), by=BY, now=at(31))


def test_expected_income_is_the_split_of_every_line_to_the_fen(link: Link, chen: Organisation) -> None:
    prices = {"A1": 9_999, "A2": 333, "A3": 7, "A4": 10_001}
    take(*(sold(link, ref, paid_fen=fen) for ref, fen in prices.items()))
    take(shipped(ref="A2"), received(ref="A3"), refunded(4_444, ref="A4"), sold(link, "A5"), invalid(ref="A5"))

    terms = Terms.from_json(OrderLine.objects.filter(order__ref="A1").values_list("terms", flat=True).get() or {})
    currency = settings().currency
    nets = [split(Money(fen, currency), terms).creator_net for fen in (9_999, 333, 7, 10_001 - 4_444)]
    assert queries.expected_income(chen) == sum(nets, Money(0, currency))


def test_settled_lines_are_not_expected_any_more(link: Link, chen: Organisation) -> None:
    take(sold(link), received())
    orders.settle_lines([OrderLine.objects.get().pk], settled_at=at(31), by=BY, now=at(31))

    assert queries.expected_income(chen).fen == 0


def test_each_party_sees_its_own_lines_newest_first(
    link: Link, chen: Organisation, mei: Organisation, stranger: Organisation
) -> None:
    later = replace(sold(link, "A2"), occurred_at=at(1))
    take(sold(link), later, paid(line(product_id=link.product_id), ref="A3", days=2))

    assert [row.order.ref for row in queries.lines_of_creator(chen)] == ["A2", "A1"]
    assert [row.order.ref for row in queries.lines_of_merchant(mei)] == ["A3", "A2", "A1"]
    assert list(queries.lines_of_merchant(stranger)) == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_lines_is_one_statement(link: Link, chen: Organisation, mei: Organisation, count: int) -> None:
    take(*(sold(link, f"A{number}") for number in range(count)))

    with CaptureQueriesContext(connection) as captured:
        mine = [(row.order.ref, row.product.title, row.merchant.name) for row in queries.lines_of_creator(chen)]
        ours = [(row.order.ref, row.product.title, row.creator) for row in queries.lines_of_merchant(mei)]

    assert (len(mine), len(ours), len(captured)) == (count, count, 2)

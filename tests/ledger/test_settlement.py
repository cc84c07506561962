"""Lines whose hold is over are paid from the merchant's wallet, once, in the order in which they fell due."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.kernel.money import Money
from fenxiao.ledger import services as ledger
from fenxiao.ledger.errors import SettledTooEarly
from fenxiao.ledger.models import Account, AccountKind, SettlementRun, Transfer, TransferKind
from fenxiao.ledger.queries import balances_of, check_books, income_of, income_rows
from fenxiao.ledger.services import settlement
from fenxiao.orders.models import LineState, OrderLine
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_product
from tests.ledger.lines import make_line

pytestmark = pytest.mark.django_db

W, CREDIT = AccountKind.MERCHANT_WALLET, AccountKind.MERCHANT_CREDIT


def settle(*, days: int = 0) -> SettlementRun:
    moment = NOON + timedelta(days=days)
    return ledger.settle(until=moment, by=BY, now=moment)


def balances() -> dict[str, int]:
    return dict(Account.objects.values_list("kind", "balance_fen"))


def states() -> dict[str, tuple[int, bool]]:
    rows = OrderLine.objects.order_by("pk").values_list("order__ref", "state", "awaits_funds")
    return {ref: (state, awaits) for ref, state, awaits in rows}


def test_a_due_line_is_split_between_creator_leader_and_platform(
    mei: Organisation, chen: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    ledger.deposit(mei, amount_fen=50_000, key="d", by=BY, now=NOON)
    make_line(cup, chen, ref="a", paid_fen=10_800, freight_fen=800, service_fee_rate_bp=500, leader=lao_wu)

    run = settle()

    assert balances() == {
        "outside": -50_000,
        "merchant_wallet": 47_500,
        "merchant_credit": 0,
        "creator_income": 1_800,
        "leader_income": 450,
        "platform_fee": 250,
    }
    assert (run.lines_settled, run.lines_awaiting, run.commission_fen) == (1, 0, 2_000)
    line = OrderLine.objects.get()
    assert (line.state, line.settled_at) == (LineState.SETTLED, NOON)
    assert check_books().ok


def test_what_is_not_due_not_received_or_nobodys_stays(chen: Organisation, cup: Product) -> None:
    make_line(cup, chen, ref="later", due_at=NOON + timedelta(seconds=1))
    make_line(cup, None, ref="nobody's")
    make_line(cup, chen, ref="shipped")
    OrderLine.objects.filter(order__ref="shipped").update(state=LineState.SHIPPED)

    run = settle()

    assert (run.lines_settled, run.lines_awaiting) == (0, 0)
    assert states() == {"later": (50, False), "nobody's": (50, False), "shipped": (40, False)}
    assert Transfer.objects.count() == 0


def test_settling_twice_settles_nothing_twice(mei: Organisation, chen: Organisation, cup: Product) -> None:
    make_line(cup, chen, ref="a")
    settle()
    before = balances()

    again = settle()

    assert (again.lines_settled, again.lines_awaiting) == (0, 0)
    assert balances() == before


def test_a_moment_that_has_not_come_is_refused(db: None) -> None:
    with pytest.raises(SettledTooEarly):
        ledger.settle(until=NOON + timedelta(seconds=1), by=BY, now=NOON)

    assert SettlementRun.objects.count() == 0


def test_the_platform_advances_what_the_wallet_lacks(mei: Organisation, chen: Organisation, cup: Product) -> None:
    ledger.deposit(mei, amount_fen=500, key="d", by=BY, now=NOON)
    make_line(cup, chen, ref="a")

    settle()

    assert balances_of(mei) == {W: Money(0), CREDIT: Money(-1_500)}
    assert balances_of(chen) == {AccountKind.CREATOR_INCOME: Money(1_800)}
    assert check_books().ok


def test_beyond_the_limit_lines_wait_in_the_order_in_which_they_fell_due(
    mei: Organisation, chen: Organisation, cup: Product
) -> None:
    ledger.set_credit_limit(mei, limit_fen=3_000, by=BY, now=NOON)
    for number, paid_fen in enumerate([10_000, 10_000, 2_000], start=1):  # 20.00, 20.00 and 4.00 of commission
        make_line(cup, chen, ref=str(number), paid_fen=paid_fen, due_at=NOON - timedelta(days=9 - number))

    run = settle()

    assert states() == {"1": (60, False), "2": (50, True), "3": (50, True)}
    assert (run.lines_settled, run.lines_awaiting) == (1, 2)
    assert balances_of(mei) == {W: Money(0), CREDIT: Money(-2_000)}


def test_lines_that_wait_are_marked_once(mei: Organisation, chen: Organisation, cup: Product) -> None:
    ledger.set_credit_limit(mei, limit_fen=0, by=BY, now=NOON)
    make_line(cup, chen, ref="a")

    runs = [settle(), settle(days=1)]

    assert [run.lines_awaiting for run in runs] == [1, 1]
    assert AuditRow.objects.filter(act="await_funds").count() == 1


def test_one_merchants_want_holds_up_no_other(
    mei: Organisation, stranger: Organisation, chen: Organisation, cup: Product
) -> None:
    ledger.set_credit_limit(mei, limit_fen=0, by=BY, now=NOON)
    make_line(cup, chen, ref="mei's", due_at=NOON - timedelta(days=2))
    make_line(make_product(stranger, "Hat"), chen, ref="stranger's")

    settle()

    assert states() == {"mei's": (50, True), "stranger's": (60, False)}


def test_waiting_lines_are_paid_after_a_deposit(mei: Organisation, chen: Organisation, cup: Product) -> None:
    ledger.set_credit_limit(mei, limit_fen=0, by=BY, now=NOON)
    make_line(cup, chen, ref="a")
    settle()

    ledger.deposit(mei, amount_fen=2_000, key="d", by=BY, now=NOON)
    run = settle(days=1)

    assert states() == {"a": (60, False)}
    assert run.lines_settled == 1
    assert balances_of(mei) == {W: Money(0), CREDIT: Money(0)}


def test_a_queue_is_kept_from_batch_to_batch(
    mei: Organisation, chen: Organisation, cup: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlement, "BATCH", 2)
    ledger.set_credit_limit(mei, limit_fen=5_000, by=BY, now=NOON)
    for number, paid_fen in enumerate([10_000, 10_000, 10_000, 100, 100], start=1):
        make_line(cup, chen, ref=str(number), paid_fen=paid_fen, due_at=NOON - timedelta(days=9 - number))

    run = settle()

    # The third needs 20.00 and finds 10.00; the small ones behind it would fit, and wait their turn.
    assert [state for state, _ in states().values()] == [60, 60, 50, 50, 50]
    assert (run.lines_settled, run.lines_awaiting) == (2, 3)


def test_a_line_that_moves_nothing_is_settled_without_a_transfer(chen: Organisation, cup: Product) -> None:
    make_line(cup, chen, ref="a", commission_rate_bp=0)

    run = settle()

    assert (run.lines_settled, states()) == (1, {"a": (60, False)})
    assert Transfer.objects.count() == 0
    assert check_books().ok


def test_a_batch_leaves_one_audit_row_and_one_piece_of_news(chen: Organisation, cup: Product) -> None:
    lines = [make_line(cup, chen, ref=str(number)).pk for number in range(3)]

    settle()

    assert OutboxEvent.objects.get(name="line.settled").payload == {"lines": lines}
    assert AuditRow.objects.filter(act="settle", subject_type="ledger.transfer").count() == 1
    assert AuditRow.objects.filter(act="settle", subject_type="ledger.settlementrun").count() == 1


def test_the_number_of_statements_does_not_grow_with_the_lines(
    mei: Organisation, chen: Organisation, cup: Product
) -> None:
    counts = []
    for count, days in ((1, 0), (12, 1)):
        for number in range(count):
            make_line(cup, chen, ref=f"{count}-{number}")
        with CaptureQueriesContext(connection) as asked:
            settle(days=days)
        counts.append(len(asked))

    assert counts[1] <= counts[0]
    assert Transfer.objects.filter(kind=TransferKind.SETTLEMENT).count() == 13


def test_income_tells_each_transfer_newest_first(mei: Organisation, chen: Organisation, cup: Product) -> None:
    first = make_line(cup, chen, ref="a")
    settle()
    second = make_line(cup, chen, ref="b", paid_fen=5_000)
    settle(days=1)

    assert income_of(chen).settled == Money(2_700)
    assert income_of(chen).left == Money(2_700)
    rows = [(row.line_id, row.order_ref, row.product_title, row.amount, row.base) for row in income_rows(chen)]
    assert rows == [
        (second.pk, "b", cup.title, Money(900), Money(5_000)),
        (first.pk, "a", cup.title, Money(1_800), Money(10_000)),
    ]
    assert [row.line_id for row in income_rows(chen, start=1)] == [first.pk]

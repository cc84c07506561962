"""Several at the ledger at the same time: each line is paid once, nothing is lost, nobody waits for ever."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from fenxiao.catalog.models import Product
from fenxiao.kernel.actors import SYSTEM
from fenxiao.kernel.money import Money
from fenxiao.ledger import services as ledger
from fenxiao.ledger.models import AccountKind, Transfer, TransferKind
from fenxiao.ledger.queries import balances_of, check_books
from fenxiao.ledger.services import settlement
from fenxiao.orders import services as orders
from fenxiao.orders.models import LineState, OrderLine
from fenxiao.orders.rules import Kind, Refunded, Told
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON
from tests.ledger.lines import make_line, refund

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> None:
    """Run the acts in threads that start together, each with a connection of its own."""
    ready = threading.Barrier(len(acts))
    failures: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            ready.wait()
            act()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert not any(thread.is_alive() for thread in threads)


def settle() -> None:
    ledger.settle(until=NOON, by=BY, now=NOON)


def test_settling_at_once_settles_each_line_once(
    mei: Organisation, chen: Organisation, cup: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlement, "BATCH", 7)
    ledger.deposit(mei, amount_fen=200_000, key="d", by=BY, now=NOON)
    for number in range(40):
        make_line(cup, chen, ref=str(number))

    at_once(settle, settle, settle)

    assert Transfer.objects.filter(kind=TransferKind.SETTLEMENT).count() == 40
    assert OrderLine.objects.filter(state=LineState.SETTLED).count() == 40
    assert balances_of(mei)[AccountKind.MERCHANT_WALLET] == Money(200_000 - 40 * 2_000)
    assert check_books().problems == ()


def test_funds_are_not_spent_twice(
    mei: Organisation, chen: Organisation, cup: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlement, "BATCH", 3)
    ledger.set_credit_limit(mei, limit_fen=0, by=BY, now=NOON)
    ledger.deposit(mei, amount_fen=9_000, key="d", by=BY, now=NOON)
    for number in range(10):
        make_line(cup, chen, ref=str(number))

    at_once(settle, settle, settle)

    assert OrderLine.objects.filter(state=LineState.SETTLED).count() == 4
    assert balances_of(mei)[AccountKind.MERCHANT_WALLET] == Money(1_000)
    assert check_books().problems == ()


def test_deposits_with_one_key_at_once_are_one(mei: Organisation) -> None:
    at_once(*[lambda: ledger.deposit(mei, amount_fen=500, key="d", by=BY, now=NOON)] * 6)

    assert balances_of(mei)[AccountKind.MERCHANT_WALLET] == Money(500)


def test_deposits_at_once_repay_an_advance_once(mei: Organisation, chen: Organisation, cup: Product) -> None:
    make_line(cup, chen, ref="a")
    settle()  # 20.00 are advanced

    at_once(*[partial(ledger.deposit, mei, amount_fen=500, key=key, by=BY, now=NOON) for key in "abcdefgh"])

    assert balances_of(mei) == {AccountKind.MERCHANT_WALLET: Money(2_000), AccountKind.MERCHANT_CREDIT: Money(0)}
    assert check_books().problems == ()


def test_refunds_told_while_settling_leave_the_books_right(
    mei: Organisation, chen: Organisation, cup: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settlement, "BATCH", 5)
    ledger.deposit(mei, amount_fen=500_000, key="d", by=BY, now=NOON)
    lines = [make_line(cup, chen, ref=f"{number:02}") for number in range(30)]

    def tell_refunds() -> None:
        for line in lines[::2]:
            told = Told(
                source="test",
                event_id=f"refund-{line.order.ref}",
                kind=Kind.REFUNDED,
                order_ref=line.order.ref,
                line_no=1,
                occurred_at=NOON,
                body=Refunded(amount_fen=2_500),
            )
            assert orders.take_events([told], by=SYSTEM, now=NOON).problems == []

    at_once(settle, tell_refunds, lambda: ledger.deposit(mei, amount_fen=1, key="e", by=BY, now=NOON))
    for line in lines:
        ledger.claw_back([line.pk], by=BY, now=NOON + timedelta(days=1))

    # Whether a refund came before its line was settled or after, three quarters of the commission are left.
    assert OrderLine.objects.filter(state=LineState.SETTLED).count() == 30
    assert balances_of(chen)[AccountKind.CREATOR_INCOME] == Money(15 * 1_800 + 15 * 1_350)
    assert balances_of(mei)[AccountKind.MERCHANT_WALLET] == Money(500_001 - 15 * 2_000 - 15 * 1_500)
    assert check_books().problems == ()


def test_one_refund_taken_back_at_once_is_taken_back_once(mei: Organisation, chen: Organisation, cup: Product) -> None:
    lines = [make_line(cup, chen, ref=ref) for ref in "abc"]
    settle()
    for line in lines:
        refund(line, 5_000, event_id=line.order.ref)
    ids = [line.pk for line in lines]

    at_once(
        lambda: ledger.claw_back(ids, by=BY, now=NOON),
        lambda: ledger.claw_back(ids[::-1], by=BY, now=NOON),
        lambda: ledger.deposit(mei, amount_fen=100, key="d", by=BY, now=NOON),
    )

    assert Transfer.objects.filter(kind=TransferKind.CLAWBACK).count() == 3
    assert balances_of(chen)[AccountKind.CREATOR_INCOME] == Money(2_700)
    assert check_books().problems == ()

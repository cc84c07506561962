"""A refund before settlement lessens the base; after it, shares are taken back by mirrored transfers."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fenxiao.catalog.models import Product
from fenxiao.kernel import outbox
from fenxiao.kernel.models import OutboxEvent
from fenxiao.kernel.money import Money
from fenxiao.ledger import services as ledger
from fenxiao.ledger.models import Account, AccountKind, Transfer, TransferKind
from fenxiao.ledger.queries import balances_of, check_books, income_of, income_rows
from fenxiao.orders.models import OrderLine
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON
from tests.ledger.lines import make_line, refund

pytestmark = pytest.mark.django_db

refs = count(1)
LATER = NOON + timedelta(days=1)


def balances() -> dict[str, int]:
    held = Account.objects.exclude(balance_fen=0)
    return dict(held.values_list("kind", "balance_fen"))


def settle() -> None:
    ledger.settle(until=NOON, by=BY, now=NOON)


def take_back(line: OrderLine, *amounts: int) -> None:
    for number, amount_fen in enumerate(amounts):
        refund(line, amount_fen, event_id=f"{line.pk}-{Transfer.objects.count()}-{number}")
        ledger.claw_back([line.pk], by=BY, now=LATER)


def test_a_refund_before_settlement_lessens_the_base(mei: Organisation, chen: Organisation, cup: Product) -> None:
    line = make_line(cup, chen, ref="a", paid_fen=10_000)
    refund(line, 4_000, event_id="r")

    settle()
    ledger.claw_back([line.pk], by=BY, now=LATER)

    assert balances() == {"merchant_credit": -1_200, "creator_income": 1_080, "platform_fee": 120}
    assert Transfer.objects.filter(kind=TransferKind.CLAWBACK).count() == 0
    assert check_books().ok


def test_a_refund_after_settlement_takes_each_share_back_in_proportion(
    mei: Organisation, chen: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    ledger.deposit(mei, amount_fen=50_000, key="d", by=BY, now=NOON)
    line = make_line(cup, chen, ref="a", service_fee_rate_bp=500, leader=lao_wu)
    settle()

    take_back(line, 3_333)

    assert balances() == {
        "outside": -50_000,
        "merchant_wallet": 50_000 - 2_500 + 599 + 149 + 83,
        "creator_income": 1_800 - 599,
        "leader_income": 450 - 149,
        "platform_fee": 250 - 83,
    }
    assert check_books().ok


def test_a_full_refund_leaves_the_books_as_if_never_sold(
    mei: Organisation, chen: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    ledger.deposit(mei, amount_fen=1_000, key="d", by=BY, now=NOON)  # less than the charge: some is advanced
    line = make_line(cup, chen, ref="a", paid_fen=10_999, freight_fen=1_000, service_fee_rate_bp=333, leader=lao_wu)
    settle()

    take_back(line, 10_999)

    assert balances() == {"outside": -1_000, "merchant_wallet": 1_000}
    assert check_books().ok


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_refunds_before_and_after_that_give_all_back_leave_nothing(
    chen: Organisation, cup: Product, data: st.DataObject
) -> None:
    paid_fen = data.draw(st.integers(min_value=1, max_value=50_000))
    rate_bp = data.draw(st.integers(min_value=0, max_value=9_000))
    cuts = sorted(data.draw(st.lists(st.integers(min_value=0, max_value=paid_fen), max_size=4)))
    parts = [after - before for before, after in zip([0, *cuts], [*cuts, paid_fen], strict=True) if after > before]
    with_settlement = data.draw(st.integers(min_value=0, max_value=len(parts) - 1))
    line = make_line(cup, chen, ref=str(next(refs)), paid_fen=paid_fen, commission_rate_bp=rate_bp)

    for number, amount_fen in enumerate(parts):
        if number == with_settlement:
            settle()
        refund(line, amount_fen, event_id=f"{line.pk}-{number}")
        ledger.claw_back([line.pk], by=BY, now=LATER)

    assert balances() == {}
    assert check_books().problems == ()


def test_clawing_back_again_takes_nothing_more(chen: Organisation, cup: Product) -> None:
    line = make_line(cup, chen, ref="a")
    settle()
    take_back(line, 5_000)
    before = balances()

    made = ledger.claw_back([line.pk], by=BY, now=LATER)

    assert made == []
    assert balances() == before


def test_two_refunds_told_at_once_are_taken_back_by_one_transfer(chen: Organisation, cup: Product) -> None:
    line = make_line(cup, chen, ref="a")
    settle()
    refund(line, 2_000, event_id="one")
    last = refund(line, 3_000, event_id="two")

    ledger.claw_back([line.pk], by=BY, now=LATER)

    clawback = Transfer.objects.get(kind=TransferKind.CLAWBACK)
    assert (clawback.key, clawback.line_id, clawback.base_fen) == (f"clawback:{last.pk}", line.pk, 5_000)
    assert balances_of(chen) == {AccountKind.CREATOR_INCOME: Money(900)}


def test_what_is_owed_is_carried_and_taken_from_later_income(chen: Organisation, cup: Product) -> None:
    first = make_line(cup, chen, ref="a")
    settle()
    take_back(first, 10_000)
    second = make_line(cup, chen, ref="b", paid_fen=2_000)
    settle()
    take_back(second, 1_000)

    assert income_of(chen).settled == Money(2_160)
    assert income_of(chen).clawed_back == Money(1_980)
    assert income_of(chen).left == balances_of(chen)[AccountKind.CREATOR_INCOME] == Money(180)
    assert [(row.kind, row.amount) for row in income_rows(chen)] == [
        (TransferKind.CLAWBACK, Money(-180)),
        (TransferKind.SETTLEMENT, Money(360)),
        (TransferKind.CLAWBACK, Money(-1_800)),
        (TransferKind.SETTLEMENT, Money(1_800)),
    ]


def test_money_that_comes_back_repays_the_advance_first(mei: Organisation, chen: Organisation, cup: Product) -> None:
    lines = [make_line(cup, chen, ref=ref) for ref in "ab"]
    settle()

    take_back(lines[0], 5_000)

    assert balances_of(mei) == {
        AccountKind.MERCHANT_WALLET: Money(0),
        AccountKind.MERCHANT_CREDIT: Money(-3_000),
    }


def test_news_of_a_refund_reaches_the_books(chen: Organisation, cup: Product) -> None:
    line = make_line(cup, chen, ref="a")
    settle()
    told = refund(line, 10_000, event_id="r")
    with transaction.atomic():
        outbox.publish("order.refunded", lines=[line.pk], refunds=[told.pk])

    outbox.deliver_due(now=NOON + timedelta(days=9_999))

    assert balances() == {}
    assert OutboxEvent.objects.get(name="line.clawed_back").payload == {"lines": [line.pk]}
    assert [event.error for event in OutboxEvent.objects.filter(name="order.refunded")] == [""]

"""Deposits fill a wallet once per key and repay what was advanced first."""

from datetime import timedelta

import pytest

from fenxiao.catalog.models import Product
from fenxiao.kernel.errors import KeyReused
from fenxiao.kernel.models import AuditRow
from fenxiao.kernel.money import Money
from fenxiao.ledger import services as ledger
from fenxiao.ledger.errors import AmountNotPositive, NotAMerchant
from fenxiao.ledger.models import AccountKind, CreditLimit, Transfer
from fenxiao.ledger.queries import balances_of, check_books
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON
from tests.ledger.lines import make_line

pytestmark = pytest.mark.django_db

W, CREDIT = AccountKind.MERCHANT_WALLET, AccountKind.MERCHANT_CREDIT


def test_a_deposit_fills_the_wallet(mei: Organisation, ops: Organisation) -> None:
    ledger.deposit(mei, amount_fen=12_345, key="d", by=BY, now=NOON)

    assert balances_of(mei) == {W: Money(12_345), CREDIT: Money(0)}
    assert balances_of(ops) == {AccountKind.OUTSIDE: Money(-12_345), AccountKind.PLATFORM_FEE: Money(0)}
    assert AuditRow.objects.get(act="deposit").after == {"merchant": mei.pk, "amount_fen": 12_345, "key": "d"}


def test_the_same_key_is_one_deposit(mei: Organisation) -> None:
    first = ledger.deposit(mei, amount_fen=500, key="d", by=BY, now=NOON)

    again = ledger.deposit(mei, amount_fen=500, key="d", by=BY, now=NOON + timedelta(days=1))

    assert again == first
    assert balances_of(mei)[W] == Money(500)
    assert AuditRow.objects.filter(act="deposit").count() == 1


def test_a_key_that_stood_for_another_deposit_is_refused(mei: Organisation, stranger: Organisation) -> None:
    ledger.deposit(mei, amount_fen=500, key="d", by=BY, now=NOON)

    with pytest.raises(KeyReused):
        ledger.deposit(mei, amount_fen=501, key="d", by=BY, now=NOON)
    with pytest.raises(KeyReused):
        ledger.deposit(stranger, amount_fen=500, key="d", by=BY, now=NOON)

    assert Transfer.objects.count() == 1
    assert balances_of(stranger)[W] == Money(0)


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_nothing_and_less_is_no_deposit(mei: Organisation, amount_fen: int) -> None:
    with pytest.raises(AmountNotPositive):
        ledger.deposit(mei, amount_fen=amount_fen, key="d", by=BY, now=NOON)

    assert Transfer.objects.count() == 0


def test_only_merchants_have_wallets_and_credit(chen: Organisation) -> None:
    with pytest.raises(NotAMerchant):
        ledger.deposit(chen, amount_fen=1, key="d", by=BY, now=NOON)
    with pytest.raises(NotAMerchant):
        ledger.set_credit_limit(chen, limit_fen=1, by=BY, now=NOON)

    assert (Transfer.objects.count(), CreditLimit.objects.count()) == (0, 0)


@pytest.mark.parametrize(("amount_fen", "left"), [(500, (0, -1_500)), (2_000, (0, 0)), (2_300, (300, 0))])
def test_what_was_advanced_is_repaid_first(
    mei: Organisation, chen: Organisation, cup: Product, amount_fen: int, left: tuple[int, int]
) -> None:
    make_line(cup, chen, ref="a")
    ledger.settle(until=NOON, by=BY, now=NOON)

    ledger.deposit(mei, amount_fen=amount_fen, key="d", by=BY, now=NOON)

    assert balances_of(mei) == {W: Money(left[0]), CREDIT: Money(left[1])}
    assert check_books().ok


def test_a_new_credit_limit_replaces_the_old_one(mei: Organisation) -> None:
    ledger.set_credit_limit(mei, limit_fen=5, by=BY, now=NOON)

    ledger.set_credit_limit(mei, limit_fen=7, by=BY, now=NOON)

    assert CreditLimit.objects.get().limit_fen == 7
    last = AuditRow.objects.filter(act="set_credit_limit").latest("pk")
    assert (last.before, last.after) == ({"limit_fen": 5}, {"limit_fen": 7})

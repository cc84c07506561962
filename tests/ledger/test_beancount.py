"""The exported books pass the real `bean-check`, and fail it once they are tampered with."""

import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.ledger import beancount
from fenxiao.ledger import services as ledger
from fenxiao.ledger.models import Account, Transfer, TransferKind
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation
from tests.deals.chains import make_activity, make_application
from tests.ledger.conftest import Tamper
from tests.ledger.lines import make_line, refund

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def exported(currency: str = "CNY") -> str:
    out = io.StringIO()
    beancount.export(out, currency=currency)
    return out.getvalue()


def bean_check(text: str, folder: Path) -> tuple[int, str]:
    file = folder / "books.beancount"
    file.write_text(text, encoding="utf-8")
    program = Path(sys.executable).parent / "bean-check"
    done = subprocess.run([program, "--no-cache", file], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def sold(mei: Organisation, chen: Organisation, lao_wu: Organisation, cup: Product) -> None:
    """Every kind of transfer there is, over several days."""
    mei.name = 'Mei "and\\or" 梅'
    mei.save()
    ledger.deposit(mei, amount_fen=1_000, key='d "1"', by=BY, now=NOON)
    second = make_organisation(Kind.LEADER, "Hua")
    application = make_application(make_activity(lao_wu), cup, fee_bp=500, guaranteed_orders=2, ends_at=NOON)
    fees = {"service_fee_rate_bp": 500, "leader": lao_wu, "ceded_fee_rate_bp": 200, "second_leader": second}
    line = make_line(cup, chen, ref="a", paid_fen=10_001, application_id=application.pk, **fees)
    ledger.settle(until=NOON + DAY, by=BY, now=NOON + DAY)
    refund(line, 5_000, event_id="r")
    ledger.claw_back([line.pk], by=BY, now=NOON + 2 * DAY)
    make_line(cup, chen, ref="b", paid_fen=7_777)
    ledger.settle(until=NOON + 3 * DAY, by=BY, now=NOON + 3 * DAY)
    ledger.return_unmet_guarantees(by=BY, now=NOON + 3 * DAY)
    ledger.deposit(mei, amount_fen=100_000, key="d2", by=BY, now=NOON + 4 * DAY)
    assert set(Transfer.objects.values_list("kind", flat=True)) == set(TransferKind)


def test_bean_check_accepts_the_books(sold: None, tmp_path: Path) -> None:
    text = exported()

    assert bean_check(text, tmp_path) == (0, "")
    assert text.count(" open ") == text.count(" balance ") == Account.objects.count() == 7
    assert text.count(" * ") == Transfer.objects.count() == 11
    assert 'option "operating_currency" "CNY"' in text


def test_bean_check_accepts_books_in_another_currency(sold: None, tmp_path: Path) -> None:
    text = exported("BRL")

    assert bean_check(text, tmp_path) == (0, "")
    assert "CNY" not in text
    assert "10.00 BRL" in text


def test_bean_check_accepts_empty_books(db: None, tmp_path: Path) -> None:
    assert bean_check(exported(), tmp_path) == (0, "")


def test_bean_check_accepts_books_whose_days_were_not_written_in_order(
    mei: Organisation, chen: Organisation, cup: Product, tmp_path: Path
) -> None:
    ledger.deposit(mei, amount_fen=5_000, key="late", by=BY, now=NOON + 9 * DAY)
    ledger.deposit(mei, amount_fen=5_000, key="early", by=BY, now=NOON)

    assert bean_check(exported(), tmp_path) == (0, "")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (" 10.00 CNY\n", " 10.01 CNY\n", "Transaction does not balance"),
        ("balance Income:PlatformFee", "balance Assets:Outside", "Balance failed"),
    ],
)
def test_bean_check_refuses_books_that_were_tampered_with(
    sold: None, tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    text = exported()
    assert right in text

    code, said = bean_check(text.replace(right, wrong, 1), tmp_path)

    assert code != 0
    assert told in said


def test_bean_check_refuses_books_whose_balance_was_edited(sold: None, tamper: Tamper, tmp_path: Path) -> None:
    tamper("UPDATE ledger_account SET balance_fen = balance_fen + 1 WHERE kind = 'creator_income'")

    code, said = bean_check(exported(), tmp_path)

    assert code != 0
    assert "Balance failed" in said


def test_the_export_is_one_statement(sold: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        exported()

    assert len([query for query in asked if "ledger_posting" in query["sql"]]) <= 1

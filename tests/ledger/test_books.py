"""`check_books` finds what was done behind the referee's back."""

import pytest

from fenxiao.catalog.models import Product
from fenxiao.ledger import services as ledger
from fenxiao.ledger.models import Posting, Transfer
from fenxiao.ledger.queries import check_books
from fenxiao.ledger.queries.checks import MOST_NAMED
from fenxiao.orders.models import OrderLine
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON
from tests.ledger.conftest import Tamper
from tests.ledger.lines import make_line, refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(mei: Organisation, chen: Organisation, lao_wu: Organisation, cup: Product) -> OrderLine:
    """A settled line, half of which was taken back; transfers: deposit, settlement, clawback."""
    ledger.deposit(mei, amount_fen=50_000, key="d", by=BY, now=NOON)
    line = make_line(cup, chen, ref="a", service_fee_rate_bp=500, leader=lao_wu)
    ledger.settle(until=NOON, by=BY, now=NOON)
    refund(line, 5_000, event_id="r")
    ledger.claw_back([line.pk], by=BY, now=NOON)
    return line


def test_right_books_are_right(line: OrderLine) -> None:
    report = check_books()

    assert report.problems == ()
    assert (report.ok, report.transfers, report.postings, report.sum_fen) == (True, 3, 10, 0)


def test_empty_books_are_right() -> None:
    report = check_books()

    assert (report.ok, report.transfers, report.postings, report.sum_fen) == (True, 0, 0, 0)


def test_an_edited_posting_is_found_thrice(line: OrderLine, tamper: Tamper) -> None:
    tamper("UPDATE ledger_posting SET amount_fen = amount_fen + 1 WHERE amount_fen = 1800")

    problems = check_books().problems

    settlement = Transfer.objects.get(kind="settlement")
    account = Posting.objects.get(amount_fen=1_801).account_id
    assert problems == (
        f"transfer {settlement.pk} has postings that sum to 1",
        f"account {account} says 900 and its postings sum to 901",
        *problems[2:3],
        "all postings sum to 1, not to zero",
    )
    assert problems[2].startswith(f"line {line.pk}: its terms move")


EDITS = {
    "a share moved from one earner to another": (
        """UPDATE ledger_posting SET amount_fen = amount_fen + CASE WHEN amount_fen = 1800 THEN -5 ELSE 5 END
        WHERE amount_fen IN (1800, 450);
        UPDATE ledger_account SET balance_fen = balance_fen + CASE kind WHEN 'creator_income' THEN -5 ELSE 5 END
        WHERE kind IN ('creator_income', 'leader_income')""",
        "its terms move",
    ),
    "a clawback made smaller": (
        """UPDATE ledger_posting SET amount_fen = amount_fen - sign(amount_fen)
        WHERE amount_fen = -900 OR (amount_fen = 1250);
        UPDATE ledger_account SET balance_fen = balance_fen + CASE kind WHEN 'creator_income' THEN 1 ELSE -1 END
        WHERE kind IN ('creator_income', 'merchant_wallet')""",
        "its refunds take back",
    ),
    "a balance": ("UPDATE ledger_account SET balance_fen = 7 WHERE kind = 'platform_fee'", "says 7"),
    "a transfer gone": ("DELETE FROM ledger_transfer WHERE kind = 'deposit'", "which does not exist"),
    "an account gone": ("DELETE FROM ledger_account WHERE kind = 'platform_fee'", "which does not exist"),
    "postings gone": (
        "DELETE FROM ledger_posting p USING ledger_transfer t WHERE t.id = p.transfer_id AND t.kind = 'deposit'",
        "has 0 postings",
    ),
    "a settlement gone": (
        """DELETE FROM ledger_posting p USING ledger_transfer t WHERE t.id = p.transfer_id AND t.kind = 'settlement';
        DELETE FROM ledger_transfer WHERE kind = 'settlement'""",
        "settled without a transfer",
    ),
    "a settlement twice": (
        """INSERT INTO ledger_transfer (kind, key, line_id, base_fen, moved_at)
        SELECT kind, 'again', line_id, base_fen, moved_at FROM ledger_transfer WHERE kind = 'settlement';
        INSERT INTO ledger_posting (transfer_id, account_id, amount_fen)
        SELECT currval('ledger_transfer_id_seq'), account_id, amount_fen FROM ledger_posting p
        JOIN ledger_transfer t ON t.id = p.transfer_id WHERE t.key LIKE 'settle:%%'""",
        "was settled 2 times",
    ),
    "a line's state": ("UPDATE orders_orderline SET state = 50", "and the line is in state 50"),
    "a line's terms": (
        """UPDATE orders_orderline SET terms = jsonb_set(terms, '{commission_rate_bp}', '1999')""",
        "its terms move",
    ),
    "a settlement on too little": (
        "UPDATE ledger_transfer SET base_fen = 4999 WHERE kind = 'settlement'",
        "settled on",
    ),
    "a refund that never was": (
        "UPDATE orders_orderline SET refunded_fen = 0",
        "5000 of its base was clawed back, more than its refunds",
    ),
}


@pytest.mark.parametrize(("statement", "told"), EDITS.values(), ids=EDITS)
def test_an_edit_behind_the_referees_back_is_found(line: OrderLine, tamper: Tamper, statement: str, told: str) -> None:
    tamper(statement)

    report = check_books()

    assert not report.ok
    assert [problem for problem in report.problems if told in problem], report.problems


def test_many_problems_of_one_kind_are_counted(chen: Organisation, cup: Product, tamper: Tamper) -> None:
    for number in range(MOST_NAMED + 5):
        make_line(cup, chen, ref=str(number), paid_fen=1_000)
    ledger.settle(until=NOON, by=BY, now=NOON)
    tamper("UPDATE ledger_posting SET amount_fen = amount_fen + 1 WHERE amount_fen = 180")

    problems = check_books().problems

    assert sum("has postings that sum to 1" in problem for problem in problems) == MOST_NAMED + 1
    assert sum(problem.startswith("5 more like this one: transfer") for problem in problems) == 1
    assert sum(problem.startswith("5 more like this one: line") for problem in problems) == 1

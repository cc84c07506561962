"""The database refuses what the books must never hold, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction

from fenxiao.ledger.journal import OUTSIDE, Entry, Held, Owner, hold, wallet_of, write
from fenxiao.ledger.models import Account, AccountKind, Posting, Transfer, TransferKind
from fenxiao.parties.models import Organisation
from tests.cast import NOON

INSERT = "INSERT INTO ledger_posting (transfer_id, account_id, amount_fen) VALUES"

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(mei: Organisation) -> dict[Owner, Held]:
    return hold([OUTSIDE, wallet_of(mei.pk)], now=NOON)


@pytest.fixture
def written(mei: Organisation, held: dict[Owner, Held]) -> int:
    """A transfer of 5.00 from outside to Mei's wallet."""
    return write([entry(held, mei)], moved_at=NOON)[0]


def entry(held: dict[Owner, Held], mei: Organisation, *, out: int = -500, into: int = 500, key: str = "one") -> Entry:
    return Entry(
        TransferKind.DEPOSIT, key, [(held[OUTSIDE].account_id, out), (held[wallet_of(mei.pk)].account_id, into)]
    )


def run_sql(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing is left over from before
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as a commit would
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def books() -> list[list[tuple[object, ...]]]:
    return [
        list(Account.objects.order_by("pk").values_list("pk", "balance_fen")),
        list(Transfer.objects.order_by("pk").values_list("pk", "key")),
        list(Posting.objects.order_by("pk").values_list("transfer_id", "account_id", "amount_fen")),
    ]


def test_balances_follow_the_postings(mei: Organisation, held: dict[Owner, Held], written: int) -> None:
    write([entry(held, mei, key="two"), entry(held, mei, key="three", out=-7, into=7)], moved_at=NOON)

    assert dict(Account.objects.values_list("kind", "balance_fen")) == {
        AccountKind.OUTSIDE: -1_007,
        AccountKind.MERCHANT_WALLET: 1_007,
    }


def test_an_unbalanced_transfer_is_refused(mei: Organisation, held: dict[Owner, Held]) -> None:
    before = books()

    with pytest.raises(IntegrityError, match="sum to 1, not to zero"), transaction.atomic():
        write([entry(held, mei, key="right"), entry(held, mei, into=501)], moved_at=NOON)

    assert books() == before


def test_two_unbalanced_transfers_that_balance_together_are_refused(mei: Organisation, held: dict[Owner, Held]) -> None:
    with pytest.raises(IntegrityError, match="not to zero"), transaction.atomic():
        write([entry(held, mei, key="a", into=501), entry(held, mei, key="b", into=499)], moved_at=NOON)


def test_a_single_posting_is_refused(held: dict[Owner, Held], written: int) -> None:
    with pytest.raises(IntegrityError, match="not to zero"), transaction.atomic():
        write([Entry(TransferKind.DEPOSIT, "half", [(held[OUTSIDE].account_id, 5)])], moved_at=NOON)


def test_a_transfer_without_postings_is_refused_when_it_commits(written: int) -> None:
    with pytest.raises(IntegrityError, match="has no postings"):
        run_sql("INSERT INTO ledger_transfer (kind, key, moved_at) VALUES ('deposit', 'bare', now())")


def test_nothing_is_added_to_a_transfer_later(mei: Organisation, held: dict[Owner, Held], written: int) -> None:
    others = hold([(AccountKind.PLATFORM_FEE, None), (AccountKind.MERCHANT_CREDIT, mei.pk)], now=NOON)
    first, second = (account.account_id for account in others.values())
    before = books()

    with pytest.raises(IntegrityError, match="is written already"):
        run_sql(f"{INSERT} (%s, %s, 5), (%s, %s, -5)", written, first, written, second)

    assert books() == before


def test_a_key_is_written_once(mei: Organisation, held: dict[Owner, Held], written: int) -> None:
    before = books()

    with pytest.raises(IntegrityError, match="transfer_once"), transaction.atomic():
        write([entry(held, mei)], moved_at=NOON)

    assert books() == before


def test_a_posting_of_no_transfer_is_refused(mei: Organisation, held: dict[Owner, Held]) -> None:
    outside, wallet = held[OUTSIDE].account_id, held[wallet_of(mei.pk)].account_id

    with pytest.raises(IntegrityError, match="transfer 999999999 of a posting does not exist"):
        run_sql(f"{INSERT} (999999999, %s, 5), (999999999, %s, -5)", outside, wallet)


def test_a_posting_to_no_account_is_refused(held: dict[Owner, Held]) -> None:
    nowhere = Entry(TransferKind.DEPOSIT, "nowhere", [(held[OUTSIDE].account_id, -5), (999_999_999, 5)])

    with pytest.raises(IntegrityError, match="1 of 2 accounts of these postings do not exist"), transaction.atomic():
        write([nowhere], moved_at=NOON)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_posting SET amount_fen = 1",
        "UPDATE ledger_posting SET amount_fen = 1 WHERE false",
        "DELETE FROM ledger_posting",
        "TRUNCATE ledger_posting",
        "UPDATE ledger_transfer SET moved_at = now()",
        "DELETE FROM ledger_transfer",
        "TRUNCATE ledger_transfer CASCADE",
    ],
)
def test_what_is_written_stays(truncation_refused: None, written: int, statement: str) -> None:
    before = books()

    with pytest.raises(IntegrityError, match="append-only"):
        run_sql(statement)

    assert books() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_account SET balance_fen = balance_fen + 1",
        "DELETE FROM ledger_account",
        "TRUNCATE ledger_account",
        "INSERT INTO ledger_account (kind, balance_fen, opened_at) VALUES ('platform_fee', 5, now())",
    ],
)
def test_balances_are_not_edited(truncation_refused: None, written: int, statement: str) -> None:
    before = books()

    with pytest.raises(IntegrityError, match="write a transfer"):
        run_sql(statement)

    assert books() == before


def test_the_referee_keeps_no_notes(mei: Organisation, held: dict[Owner, Held], written: int) -> None:
    run_sql("SELECT 1")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_unposted")
        assert cursor.fetchone() == (0,)

"""The one way into the books: hold the accounts, then write transfers with all their postings.

Keeps two orders that the rest relies on: accounts are locked by rising id, all that an act touches at once, so no two
acts wait for each other; and every posting of a transfer is in one statement, which the database's referee demands.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from fenxiao.ledger.models import Account, AccountKind, TransferKind

Owner = tuple[AccountKind, int | None]  # kind of account, id of the organisation (None: the platform)

FIND = """SELECT kind, organisation_id, id FROM ledger_account
WHERE organisation_id = ANY(%s::bigint[]) OR organisation_id IS NULL"""
LOCK = """SELECT kind, organisation_id, id, balance_fen FROM ledger_account
WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"""
NEXT_IDS = "SELECT nextval('ledger_transfer_id_seq') FROM generate_series(1, %s)"
COPY_TRANSFERS = "COPY ledger_transfer (id, kind, key, line_id, base_fen, moved_at) FROM STDIN"
COPY_POSTINGS = "COPY ledger_posting (transfer_id, account_id, amount_fen) FROM STDIN"

OUTSIDE: Owner = (AccountKind.OUTSIDE, None)
PLATFORM_FEE: Owner = (AccountKind.PLATFORM_FEE, None)


def wallet_of(merchant_id: int) -> Owner:
    """The account from which a merchant pays."""
    return (AccountKind.MERCHANT_WALLET, merchant_id)


def credit_of(merchant_id: int) -> Owner:
    """The account that says, as a negative balance, what the platform advanced to a merchant."""
    return (AccountKind.MERCHANT_CREDIT, merchant_id)


def creator_income_of(creator_id: int) -> Owner:
    """The account of what a creator earned."""
    return (AccountKind.CREATOR_INCOME, creator_id)


def leader_income_of(leader_id: int) -> Owner:
    """The account of what a leader earned."""
    return (AccountKind.LEADER_INCOME, leader_id)


class Held(NamedTuple):
    """A locked account as it stood when it was locked."""

    account_id: int
    balance_fen: int


class Entry(NamedTuple):
    """A transfer to be written and its legs: account id and the fen added to it."""

    kind: TransferKind
    key: str
    legs: Sequence[tuple[int, int]]
    line_id: int | None = None
    base_fen: int | None = None


def hold(owners: Collection[Owner], *, now: datetime) -> dict[Owner, Held]:
    """Lock these accounts until the transaction ends, opening those that do not exist."""
    ids = _account_ids(owners)
    if missing := [owner for owner in owners if owner not in ids]:
        _open(missing, now=now)
        ids = _account_ids(owners)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [[ids[owner] for owner in owners]])
        return {
            (AccountKind(kind), organisation): Held(pk, balance_fen) for kind, organisation, pk, balance_fen in cursor
        }


def _account_ids(owners: Collection[Owner]) -> dict[Owner, int]:
    with connection.cursor() as cursor:
        cursor.execute(FIND, [[organisation for _, organisation in owners if organisation is not None]])
        return {(AccountKind(kind), organisation): pk for kind, organisation, pk in cursor}


def _open(owners: Collection[Owner], *, now: datetime) -> None:
    # Sorted, so that two acts opening the same accounts do not wait for each other; the later one finds them open.
    in_order = sorted(owners, key=lambda owner: (owner[0], owner[1] or 0))
    accounts = [Account(kind=kind, organisation_id=organisation, opened_at=now) for kind, organisation in in_order]
    Account.objects.bulk_create(accounts, ignore_conflicts=True)


def write(entries: Sequence[Entry], *, moved_at: datetime) -> list[int]:
    """Write transfers with their postings in two statements, however many; the ids of the transfers.

    The database refuses (`IntegrityError`) what does not balance, and a key that was written before.
    """
    if not entries:
        return []
    with connection.cursor() as cursor:
        cursor.execute(NEXT_IDS, [len(entries)])
        ids = [pk for (pk,) in cursor.fetchall()]
    _copy(
        COPY_TRANSFERS,
        (
            (pk, entry.kind.value, entry.key, entry.line_id, entry.base_fen, moved_at)
            for pk, entry in zip(ids, entries, strict=True)
        ),
    )
    _copy(COPY_POSTINGS, ((pk, *leg) for pk, entry in zip(ids, entries, strict=True) for leg in entry.legs))
    return ids


def _copy(statement: str, rows: Iterable[tuple[object, ...]]) -> None:
    # Django wraps the errors of `execute` only.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)

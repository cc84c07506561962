"""The books as a beancount file, so that anyone can verify them with a program that is not ours.

Signs are turned: here a posting adds to its account, there what we owe is negative, as bookkeepers write it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple, TextIO

from django.db import connection

from fenxiao.kernel.clock import business_day
from fenxiao.ledger.models import AccountKind

CHUNK = 5_000
NAMES = {
    AccountKind.OUTSIDE: "Assets:Outside",
    AccountKind.MERCHANT_WALLET: "Liabilities:Merchants:M{}:Wallet",
    AccountKind.MERCHANT_CREDIT: "Assets:Merchants:M{}:Advanced",
    AccountKind.CREATOR_INCOME: "Liabilities:Creators:C{}:Income",
    AccountKind.LEADER_INCOME: "Liabilities:Leaders:L{}:Income",
    AccountKind.PLATFORM_FEE: "Income:PlatformFee",
}
OPEN, MOVE, BALANCE = 0, 1, 2
# One statement and so one snapshot, in the order of the file, however many settle meanwhile; nothing is held in memory.
BOOKS = f"""
SELECT {OPEN}, a.id, a.kind, a.organisation_id, o.name,
    least(a.opened_at, (SELECT min(moved_at) FROM ledger_transfer)), a.balance_fen, NULL::varchar
FROM ledger_account a LEFT JOIN parties_organisation o ON o.id = a.organisation_id
UNION ALL
SELECT {MOVE}, t.id, a.kind, a.organisation_id, t.kind, t.moved_at, p.amount_fen, t.key
FROM ledger_transfer t JOIN ledger_posting p ON p.transfer_id = t.id JOIN ledger_account a ON a.id = p.account_id
UNION ALL
SELECT {BALANCE}, a.id, a.kind, a.organisation_id, NULL, NULL, a.balance_fen, NULL FROM ledger_account a
ORDER BY 1, 2, 3, 4"""  # noqa: S608  only numbers of our own stand in it


class Row(NamedTuple):
    """One account to open, one posting, or one balance."""

    part: int
    pk: int
    kind: str
    organisation_id: int | None
    words: str | None
    moment: Any
    fen: int
    key: str | None


def export(out: TextIO, *, currency: str) -> None:
    """Write all the books: accounts, one transaction per transfer, and at the end what every account holds."""
    out.write(f'option "title" "Fenxiao"\noption "operating_currency" "{currency}"\n\n')
    last = date.min
    transfer = None
    for row in _rows():
        if row.part == OPEN:
            out.write(_open(row, currency=currency))
        elif row.part == MOVE:
            if row.pk != transfer:
                transfer, last = row.pk, max(last, business_day(row.moment))
                out.write(_heading(row))
            out.write(f"  {_name(row)}  {_decimal(-row.fen)} {currency}\n")
        elif last > date.min:
            # A balance is asserted as of the morning of its day; without `~ 0` beancount would let a fen pass.
            out.write(f"{last + timedelta(days=1)} balance {_name(row)}  {_decimal(-row.fen)} ~ 0 {currency}\n")


def _rows() -> Iterator[Row]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(BOOKS)
        while rows := cursor.fetchmany(CHUNK):
            yield from (Row(*row) for row in rows)


def _open(row: Row, *, currency: str) -> str:
    lines = [f"{business_day(row.moment)} open {_name(row)} {currency}"]
    if row.words:
        lines.append(f"  name: {_quoted(row.words)}")
    return "\n".join(lines) + "\n"


def _heading(row: Row) -> str:
    words = f"{_quoted(row.words or '')} {_quoted(row.key or '')}"
    return f'\n{business_day(row.moment)} * {words}\n  transfer: "{row.pk}"\n'


def _name(row: Row) -> str:
    return NAMES[AccountKind(row.kind)].format(row.organisation_id)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _decimal(fen: int) -> str:
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{part:02d}"

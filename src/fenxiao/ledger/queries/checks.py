"""`check_books`: everything the books promise, looked at afresh. Every check is one statement, so one snapshot."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection

from fenxiao.ledger.queries.lines import wrong_splits

MOST_NAMED = 20  # problems of one kind that are named; the rest are counted

CHECKS = {
    "transfer {} has postings that sum to {}": """
        SELECT transfer_id, sum(amount_fen) FROM ledger_posting GROUP BY transfer_id HAVING sum(amount_fen) <> 0""",
    "transfer {} has {} postings and needs two or more": """
        SELECT t.id, count(p.transfer_id) FROM ledger_transfer t LEFT JOIN ledger_posting p ON p.transfer_id = t.id
        GROUP BY t.id HAVING count(p.transfer_id) < 2""",
    "a posting names transfer {}, which does not exist": """
        SELECT DISTINCT p.transfer_id FROM ledger_posting p
        WHERE NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.id = p.transfer_id)""",
    "a posting names account {}, which does not exist": """
        SELECT DISTINCT p.account_id FROM ledger_posting p
        WHERE NOT EXISTS (SELECT 1 FROM ledger_account a WHERE a.id = p.account_id)""",
    "account {} says {} and its postings sum to {}": """
        SELECT a.id, a.balance_fen, coalesce(s.total, 0) FROM ledger_account a
        LEFT JOIN (SELECT account_id, sum(amount_fen) AS total FROM ledger_posting GROUP BY account_id) s
        ON s.account_id = a.id WHERE a.balance_fen <> coalesce(s.total, 0)""",
    "the wallet of merchant {} holds {}, less than nothing": """
        SELECT organisation_id, balance_fen FROM ledger_account WHERE kind = 'merchant_wallet' AND balance_fen < 0""",
    "merchant {} has been advanced {}, more than nothing": """
        SELECT organisation_id, balance_fen FROM ledger_account WHERE kind = 'merchant_credit' AND balance_fen > 0""",
    "the settlement of line {} stands, and the line is in state {}": """
        SELECT t.line_id, coalesce(l.state::text, 'none') FROM ledger_transfer t
        LEFT JOIN orders_orderline l ON l.id = t.line_id
        WHERE t.kind = 'settlement' AND l.state IS DISTINCT FROM 60""",
    "line {} was settled {} times": """
        SELECT line_id, count(*) FROM ledger_transfer WHERE kind = 'settlement'
        GROUP BY line_id HAVING count(*) > 1""",
    "the guarantee of application {} returned {} by its outcome and {} by its transfers": """
        SELECT coalesce(o.application_id, m.application_id), coalesce(o.returned_fen, 0), coalesce(m.total, 0)
        FROM ledger_guaranteeoutcome o FULL JOIN (
            SELECT split_part(t.key, ':', 2)::bigint AS application_id, sum(p.amount_fen) AS total
            FROM ledger_transfer t JOIN ledger_posting p ON p.transfer_id = t.id
            JOIN ledger_account a ON a.id = p.account_id AND a.kind = 'merchant_wallet'
            WHERE t.kind = 'guarantee_return' GROUP BY 1
        ) m ON m.application_id = o.application_id
        WHERE coalesce(o.returned_fen, 0) <> coalesce(m.total, 0)""",
    "clawback {} is of line {}, which has no settlement": """
        SELECT c.id, c.line_id FROM ledger_transfer c WHERE c.kind = 'clawback' AND NOT EXISTS (
            SELECT 1 FROM ledger_transfer s WHERE s.key = 'settle:' || c.line_id)""",
}
NAMED = f"SELECT *, count(*) OVER () FROM ({{}}) found ORDER BY 1 LIMIT {MOST_NAMED}"  # noqa: S608  only checks of our own stand in it
SIZES = """SELECT (SELECT count(*) FROM ledger_transfer), count(*), coalesce(sum(amount_fen), 0)::bigint
FROM ledger_posting"""


@dataclass(frozen=True, kw_only=True)
class BooksReport:
    """What was looked at and what is wrong with it."""

    ok: bool
    problems: tuple[str, ...]
    transfers: int
    postings: int
    sum_fen: int


def check_books() -> BooksReport:
    """Look at all the books: sums, balances, and every settled line against its frozen terms."""
    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        transfers, postings, sum_fen = cursor.fetchone()
    problems = [*_problems(), *_first(wrong_splits())]
    if sum_fen:
        problems.append(f"all postings sum to {sum_fen}, not to zero")
    return BooksReport(
        ok=not problems, problems=tuple(problems), transfers=transfers, postings=postings, sum_fen=sum_fen
    )


def _problems() -> Iterator[str]:
    for words, asked in CHECKS.items():
        with connection.cursor() as cursor:
            cursor.execute(NAMED.format(asked))
            found = cursor.fetchall()
        yield from (words.format(*row) for row in found)
        if found and (unnamed := found[0][-1] - len(found)):
            yield f"{unnamed} more like this one: {words.format(*found[-1])}"


def _first(problems: Iterator[str]) -> list[str]:
    named = list(islice(problems, MOST_NAMED))
    if unnamed := sum(1 for _ in problems):
        named.append(f"{unnamed} more like this one: {named[-1]}")
    return named

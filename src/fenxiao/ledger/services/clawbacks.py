"""Clawbacks: a refund after settlement takes the shares back by transfers that mirror the settlement."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Max

from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.ledger import rules
from fenxiao.ledger.journal import Entry, Held, Owner, credit_of, hold, write
from fenxiao.ledger.models import AccountKind, Transfer, TransferKind
from fenxiao.ledger.repayment import repayments
from fenxiao.orders.models import Refund

# Locked, so that of two refunds of one line the later sees what the earlier took back.
LOCK_SETTLED = """SELECT id, paid_fen, freight_fen, tax_fen, refunded_fen FROM orders_orderline
WHERE id = ANY(%s) AND state = 60 ORDER BY id FOR NO KEY UPDATE"""
MOVED = """SELECT t.line_id, t.kind, t.base_fen, a.kind, a.organisation_id, p.amount_fen
FROM (SELECT * FROM ledger_transfer WHERE key = ANY(%s)
      UNION ALL SELECT * FROM ledger_transfer WHERE kind = 'clawback' AND line_id = ANY(%s)) t
JOIN ledger_posting p ON p.transfer_id = t.id JOIN ledger_account a ON a.id = p.account_id"""


@dataclass
class Moved:
    """What was moved for a line: its settlement's base and legs, and the legs of all clawbacks so far."""

    base_fen: int = 0
    settled: dict[Owner, int] = field(default_factory=dict)
    back: Counter[Owner] = field(default_factory=Counter)


class Due(NamedTuple):
    """A clawback to be made: what it goes by, what is given back of the base in all, and the legs."""

    line_id: int
    refund_id: int
    back_fen: int
    legs: Mapping[Owner, int]


@transaction.atomic
def claw_back(line_ids: Sequence[int], *, by: Actor, now: datetime) -> list[int]:
    """Take back what refunds of settled lines still ask for; the ids of the transfers made.

    What comes back to a merchant's wallet repays what was advanced to it first. An earner's income may fall below
    nothing and is made up for by what it earns later. Lines not settled, and refunds counted before settlement, ask
    for nothing. Refuses nothing.
    """
    left = _bases_left(line_ids)
    due = [clawback for clawback in _due(left, _moved(left)) if clawback.legs]
    if not due:
        return []
    owners = {owner for clawback in due for owner in clawback.legs}
    held = hold(owners | {credit_of(merchant) for merchant in _merchants(owners)}, now=now)
    ids = write([*_entries(due, held), *_repaid(due, held)], moved_at=now)
    audit.record_batch("claw_back", Transfer, ids=ids, by=by, now=now)
    outbox.publish("line.clawed_back", lines=[clawback.line_id for clawback in due])
    return ids


def _bases_left(line_ids: Sequence[int]) -> dict[int, int]:
    """Locks the lines that are settled; what is left of each one's base."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_SETTLED, [list(line_ids)])
        return {
            line_id: rules.base_left(paid_fen=paid, freight_fen=freight, tax_fen=tax, refunded_fen=refunded)
            for line_id, paid, freight, tax, refunded in cursor
        }


def _moved(line_ids: Iterable[int]) -> dict[int, Moved]:
    ids = list(line_ids)
    moved: dict[int, Moved] = defaultdict(Moved)
    with connection.cursor() as cursor:
        cursor.execute(MOVED, [[f"settle:{line_id}" for line_id in ids], ids])
        for line_id, kind, base_fen, account_kind, organisation_id, fen in cursor:
            line, owner = moved[line_id], (AccountKind(account_kind), organisation_id)
            if kind == TransferKind.SETTLEMENT:
                line.base_fen, line.settled[owner] = base_fen, fen
            else:
                line.back[owner] += fen
    return moved


def _due(left: Mapping[int, int], moved: Mapping[int, Moved]) -> Iterable[Due]:
    # The last refund names the clawback: more can only be asked for after a newer one.
    refunds = Refund.objects.filter(line__in=moved).values_list("line").annotate(last=Max("pk"))
    for line_id, refund_id in refunds.order_by("line"):
        line = moved[line_id]
        back_fen = line.base_fen - left[line_id]
        legs = rules.clawback_legs(line.settled, base_fen=line.base_fen, back_fen=back_fen, before=line.back)
        yield Due(line_id, refund_id, back_fen, legs)


def _entries(due: Sequence[Due], held: Mapping[Owner, Held]) -> list[Entry]:
    return [
        Entry(
            TransferKind.CLAWBACK,
            f"clawback:{clawback.refund_id}",
            [(held[owner].account_id, fen) for owner, fen in clawback.legs.items()],
            clawback.line_id,
            clawback.back_fen,
        )
        for clawback in due
    ]


def _repaid(due: Sequence[Due], held: Mapping[Owner, Held]) -> list[Entry]:
    incoming: Counter[int] = Counter()
    for clawback in due:
        for (kind, organisation_id), fen in clawback.legs.items():
            if kind == AccountKind.MERCHANT_WALLET and organisation_id is not None:
                incoming[organisation_id] += fen
    return repayments(incoming, held=held, key=f"clawback:{due[0].refund_id}")


def _merchants(owners: Iterable[Owner]) -> set[int]:
    return {
        organisation_id
        for kind, organisation_id in owners
        if kind == AccountKind.MERCHANT_WALLET and organisation_id is not None
    }

"""Settlement: merchants' wallets pay creators, leaders and the platform for lines whose hold is over."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F

from fenxiao.deals.rules import Parts
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.ledger import rules
from fenxiao.ledger.errors import SettledTooEarly
from fenxiao.ledger.journal import (
    PLATFORM_FEE,
    Entry,
    Held,
    Owner,
    creator_income_of,
    credit_of,
    hold,
    leader_income_of,
    wallet_of,
    write,
)
from fenxiao.ledger.models import CreditLimit, SettlementRun, Transfer, TransferKind
from fenxiao.ledger.queries.steps import steps_reached
from fenxiao.orders import services as orders

BATCH = 5_000  # lines of one transaction
SETTLEMENT_LOCK = 0x5E771E  # of two runs at once, one waits at each batch: funds are given out in one order

Place = tuple[datetime, int]  # where a line stands in the queue: due moment, line id
FRONT: Place = (datetime(1, 1, 1, tzinfo=UTC), 0)

NEXT_DUE = """SELECT due_at, id FROM orders_orderline
WHERE state = 50 AND creator_id IS NOT NULL AND due_at <= %s AND due_at >= %s AND (due_at, id) > (%s, %s)
ORDER BY due_at, id LIMIT %s"""
# The intake changes lines under the lock of their order, taken by rising id: so do we, and then read the lines again,
# since what became of them meanwhile counts.
LOCK_ORDERS = """SELECT id FROM orders_order
WHERE id IN (SELECT order_id FROM orders_orderline WHERE id = ANY(%s)) ORDER BY id FOR UPDATE"""
LOCK_DUE = """SELECT id, due_at, merchant_id, creator_id, leader_id, second_leader_id, awaits_funds,
    paid_fen, freight_fen, tax_fen, refunded_fen,
    commission_rate_bp, service_fee_rate_bp, ceded_fee_rate_bp, platform_fee_rate_bp, step_window_id
FROM orders_orderline WHERE id = ANY(%s) AND state = 50 ORDER BY id FOR NO KEY UPDATE"""


class Row(NamedTuple):
    """What `LOCK_DUE` reads of one line."""

    line_id: int
    due_at: datetime
    merchant_id: int
    creator_id: int
    leader_id: int | None
    second_leader_id: int | None
    awaits_funds: bool
    paid_fen: int
    freight_fen: int
    tax_fen: int
    refunded_fen: int
    commission_rate_bp: int
    service_fee_rate_bp: int
    ceded_fee_rate_bp: int
    platform_fee_rate_bp: int
    step_window_id: int | None


class DueLine(NamedTuple):
    """A received line whose hold is over, and what its terms make of it."""

    line_id: int
    due_at: datetime
    merchant_id: int
    creator_id: int
    leader_id: int | None
    second_leader_id: int | None
    awaits_funds: bool
    step_bp: int
    base_fen: int
    parts: Parts
    charge_fen: int  # what the merchant pays


@dataclass
class Batch:
    """What one batch does: lines to settle, lines that wait, advances by merchant (first line, fen)."""

    settled: list[DueLine] = field(default_factory=list)
    waiting: list[DueLine] = field(default_factory=list)
    advances: dict[int, tuple[int, int]] = field(default_factory=dict)


# not one act: each batch commits by itself, so that a run of millions of lines holds no lock for long
def settle(*, until: datetime, by: Actor, now: datetime) -> SettlementRun:
    """Settle every received line with a promoter whose hold ended by `until`, in the order in which they fell due.

    A short wallet is advanced up to the merchant's credit limit; beyond it that merchant's lines wait, in order, for
    the next run. Doing it twice settles nothing twice. Refuses a moment that has not come.
    """
    if until > now:
        raise SettledTooEarly(until=until.isoformat(), now=now.isoformat())
    run = SettlementRun.objects.create(until=until, started_at=now)
    held_up: set[int] = set()
    after: Place | None = FRONT
    while after is not None:
        after = _settle_batch(run, after=after, held_up=held_up, by=by, now=now)
    return _end(run, by=by, now=now)


@transaction.atomic
def _end(run: SettlementRun, *, by: Actor, now: datetime) -> SettlementRun:
    run.ended_at = now
    run.save(update_fields=["ended_at"])
    run.refresh_from_db()
    figures = {"settled": run.lines_settled, "awaiting": run.lines_awaiting, "commission_fen": run.commission_fen}
    audit.record("settle", run, by=by, now=now, after={"until": run.until.isoformat(), **figures})
    outbox.publish("settlement.ended", run=run.pk, **figures)
    return run


@transaction.atomic
def _settle_batch(run: SettlementRun, *, after: Place, held_up: set[int], by: Actor, now: datetime) -> Place | None:
    """Settle the next lines after `after`; where the queue goes on, None at its end. `held_up` gains merchants."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SETTLEMENT_LOCK])
        cursor.execute(NEXT_DUE, [run.until, after[0], *after, BATCH])
        places: list[Place] = cursor.fetchall()
    if lines := _lock_lines([line_id for _, line_id in places]):
        held = hold(_owners_of(lines), now=now)
        batch = _share_out_funds(lines, held=held, held_up=held_up)
        _carry_out(run, batch, held=held, by=by, now=now)
    return places[-1] if len(places) == BATCH else None


def _lock_lines(ids: list[int]) -> list[DueLine]:
    """These lines if they are still due, in the order of the queue."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_ORDERS, [ids])
        cursor.execute(LOCK_DUE, [ids])
        rows = [Row(*row) for row in cursor]
    steps = steps_reached([row.line_id for row in rows if row.step_window_id is not None])
    lines = [_due_line(row, step_bp=steps.get(row.line_id, 0)) for row in rows]
    return sorted(lines, key=lambda line: (line.due_at, line.line_id))


def _due_line(row: Row, *, step_bp: int) -> DueLine:
    base_fen = rules.base_left(
        paid_fen=row.paid_fen, freight_fen=row.freight_fen, tax_fen=row.tax_fen, refunded_fen=row.refunded_fen
    )
    parts = rules.line_parts(
        base_fen,
        commission_rate_bp=row.commission_rate_bp,
        service_fee_rate_bp=row.service_fee_rate_bp,
        ceded_fee_rate_bp=row.ceded_fee_rate_bp,
        platform_fee_rate_bp=row.platform_fee_rate_bp,
        leader_id=row.leader_id,
        second_leader_id=row.second_leader_id,
        step_bp=step_bp,
    )
    charge_fen = parts.commission_fen + parts.service_fee_fen
    return DueLine(*row[:7], step_bp, base_fen, parts, charge_fen)


def _owners_of(lines: Sequence[DueLine]) -> set[Owner]:
    merchants = {line.merchant_id for line in lines}
    return {
        PLATFORM_FEE,
        *map(wallet_of, merchants),
        *map(credit_of, merchants),
        *(creator_income_of(line.creator_id) for line in lines),
        *(leader_income_of(leader_id) for line in lines for leader_id in _leaders_of(line)),
    }


def _leaders_of(line: DueLine) -> Iterator[int]:
    return (leader_id for leader_id in (line.leader_id, line.second_leader_id) if leader_id is not None)


def _share_out_funds(lines: Sequence[DueLine], *, held: dict[Owner, Held], held_up: set[int]) -> Batch:
    queues: dict[int, list[DueLine]] = defaultdict(list)
    for line in lines:
        queues[line.merchant_id].append(line)
    limits = dict(CreditLimit.objects.filter(merchant__in=queues).values_list("merchant_id", "limit_fen"))
    batch = Batch()
    for merchant_id, queue in queues.items():
        wallet_fen, credit_fen = (held[owner(merchant_id)].balance_fen for owner in (wallet_of, credit_of))
        limit_fen = limits.get(merchant_id, rules.USUAL_CREDIT_FEN)
        funds_fen = rules.funds_of(wallet_fen=wallet_fen, owed_fen=-credit_fen, limit_fen=limit_fen)
        charges = [line.charge_fen for line in queue]
        count = 0 if merchant_id in held_up else rules.count_within(charges, funds_fen=funds_fen)
        batch.settled += queue[:count]
        batch.waiting += queue[count:]
        if count < len(queue):
            held_up.add(merchant_id)
        if (lacking_fen := sum(charges[:count]) - wallet_fen) > 0:
            batch.advances[merchant_id] = (queue[0].line_id, lacking_fen)
    return batch


def _carry_out(run: SettlementRun, batch: Batch, *, held: dict[Owner, Held], by: Actor, now: datetime) -> None:
    settled = [line.line_id for line in batch.settled]
    ids = write([*_advance_entries(batch, held), *_settlement_entries(batch, held)], moved_at=now)
    if settled:
        steps = {line.line_id: line.step_bp for line in batch.settled if line.step_bp}
        orders.settle_lines(settled, settled_at=now, by=by, now=now, steps=steps)
        audit.record_batch("settle", Transfer, ids=ids, by=by, now=now)
        outbox.publish("line.settled", lines=settled)
    if newly_waiting := [line.line_id for line in batch.waiting if not line.awaits_funds]:
        orders.await_funds(newly_waiting, by=by, now=now)
    SettlementRun.objects.filter(pk=run.pk).update(
        lines_settled=F("lines_settled") + len(settled),
        lines_awaiting=F("lines_awaiting") + len(batch.waiting),
        commission_fen=F("commission_fen") + sum(line.parts.commission_fen for line in batch.settled),
    )


def _advance_entries(batch: Batch, held: dict[Owner, Held]) -> list[Entry]:
    return [
        Entry(
            TransferKind.ADVANCE,
            f"advance:{first_line_id}",
            [(held[credit_of(merchant_id)].account_id, -fen), (held[wallet_of(merchant_id)].account_id, fen)],
        )
        for merchant_id, (first_line_id, fen) in batch.advances.items()
    ]


def _settlement_entries(batch: Batch, held: dict[Owner, Held]) -> list[Entry]:
    """One transfer per line. A line whose shares are all nothing moves nothing and needs none."""
    return [
        Entry(TransferKind.SETTLEMENT, f"settle:{line.line_id}", _legs(line, held), line.line_id, line.base_fen)
        for line in batch.settled
        if line.charge_fen
    ]


def _legs(line: DueLine, held: dict[Owner, Held]) -> list[tuple[int, int]]:
    creator_fen, leader_fen, second_leader_fen, platform_fen = rules.shares_of(line.parts)
    legs = [(held[wallet_of(line.merchant_id)].account_id, -line.charge_fen)]
    if creator_fen:
        legs.append((held[creator_income_of(line.creator_id)].account_id, creator_fen))
    if leader_fen and line.leader_id is not None:
        legs.append((held[leader_income_of(line.leader_id)].account_id, leader_fen))
    if second_leader_fen and line.second_leader_id is not None:
        legs.append((held[leader_income_of(line.second_leader_id)].account_id, second_leader_fen))
    if platform_fen:
        legs.append((held[PLATFORM_FEE].account_id, platform_fen))
    return legs

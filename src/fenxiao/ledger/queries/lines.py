"""Every settled line against the books: its split is computed again from the terms frozen on it."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

from fenxiao.deals.rules import Parts, Terms
from fenxiao.ledger import rules
from fenxiao.ledger.models import AccountKind, TransferKind

CHUNK = 5_000
# One row per settled line with the legs of its settlement and of all its clawbacks, as one array of [kind of transfer,
# kind of account, organisation, fen].
SETTLED = """
SELECT l.id, l.merchant_id, l.creator_id, l.terms, coalesce(l.step_bp, 0),
    l.paid_fen, l.freight_fen, l.tax_fen, l.refunded_fen,
    moved.base_fen, moved.back_fen, moved.legs
FROM orders_orderline l LEFT JOIN (
    SELECT t.line_id, max(t.base_fen) FILTER (WHERE t.kind = 'settlement') AS base_fen,
        max(t.base_fen) FILTER (WHERE t.kind = 'clawback') AS back_fen,
        jsonb_agg(jsonb_build_array(t.kind, a.kind, a.organisation_id, p.amount_fen)) AS legs
    FROM ledger_transfer t JOIN ledger_posting p ON p.transfer_id = t.id JOIN ledger_account a ON a.id = p.account_id
    WHERE t.line_id IS NOT NULL GROUP BY t.line_id
) moved ON moved.line_id = l.id
WHERE l.state = 60 ORDER BY l.id"""

Legs = dict[tuple[str, int | None], int]


class Row(NamedTuple):
    """What `SETTLED` reads of one line."""

    line_id: int
    merchant_id: int
    creator_id: int
    terms: Any
    step_bp: int
    paid_fen: int
    freight_fen: int
    tax_fen: int
    refunded_fen: int
    base_fen: int | None
    back_fen: int | None
    legs: Any


class SettledLine(NamedTuple):
    """A settled line with its frozen terms, and what was moved for it."""

    line_id: int
    merchant_id: int
    creator_id: int
    terms: Terms
    step_bp: int  # the step it reached when it was settled
    base_left_fen: int  # what is left of the base by now
    base_fen: int | None  # what it was settled on; None: no transfer
    back_fen: int  # what clawbacks took as given back of it
    legs: dict[str, Legs]  # by kind of transfer


def wrong_splits() -> Iterator[str]:
    """Settled lines for which the books do not say what their terms do."""
    for line in _settled_lines():
        if (wrong := _wrong_step(line) or _what_is_wrong(line)) is not None:
            yield f"line {line.line_id}: {wrong}"


def _wrong_step(line: SettledLine) -> str | None:
    if line.step_bp == 0 or line.step_bp in dict(line.terms.steps).values():
        return None
    return f"settled with a step of {line.step_bp} bp, which its terms do not have"


def _what_is_wrong(line: SettledLine) -> str | None:
    if line.base_fen is None:
        return "settled without a transfer" if _charge(_parts(line, line.base_left_fen)) else None
    if line.base_fen < line.base_left_fen:
        return f"settled on {line.base_fen}, while {line.base_left_fen} is left of its base"
    settled = _expected(line, _parts(line, line.base_fen))
    if (written := line.legs.get(TransferKind.SETTLEMENT, {})) != settled:
        return f"its terms move {settled}, and {written} was written"
    back = rules.clawback_legs(settled, base_fen=line.base_fen, back_fen=line.back_fen, before={})
    if (written := line.legs.get(TransferKind.CLAWBACK, {})) != back:
        return f"its refunds take back {back}, and {written} was written"
    if line.back_fen > line.base_fen - line.base_left_fen:
        return f"{line.back_fen} of its base was clawed back, more than its refunds"
    return None


def _parts(line: SettledLine, base_fen: int) -> Parts:
    return rules.line_parts(
        base_fen,
        commission_rate_bp=line.terms.commission_rate_bp,
        service_fee_rate_bp=line.terms.service_fee_rate_bp,
        ceded_fee_rate_bp=line.terms.ceded_fee_rate_bp,
        platform_fee_rate_bp=line.terms.platform_fee_rate_bp,
        leader_id=line.terms.leader_id,
        second_leader_id=line.terms.second_leader_id,
        step_bp=line.step_bp,
    )


def _charge(parts: Parts) -> int:
    return parts.commission_fen + parts.service_fee_fen


def _expected(line: SettledLine, parts: Parts) -> Legs:
    legs: Legs = {
        (AccountKind.MERCHANT_WALLET, line.merchant_id): -_charge(parts),
        (AccountKind.CREATOR_INCOME, line.creator_id): parts.creator_net_fen,
        (AccountKind.LEADER_INCOME, line.terms.leader_id): parts.leader_net_fen,
        (AccountKind.LEADER_INCOME, line.terms.second_leader_id): parts.second_leader_net_fen,
        (AccountKind.PLATFORM_FEE, None): parts.platform_fee_fen,
    }
    return {owner: fen for owner, fen in legs.items() if fen}


def _settled_lines() -> Iterator[SettledLine]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(SETTLED)
        while rows := cursor.fetchmany(CHUNK):
            yield from (_settled_line(Row(*row)) for row in rows)


def _settled_line(row: Row) -> SettledLine:
    left_fen = rules.base_left(
        paid_fen=row.paid_fen, freight_fen=row.freight_fen, tax_fen=row.tax_fen, refunded_fen=row.refunded_fen
    )
    return SettledLine(
        line_id=row.line_id,
        merchant_id=row.merchant_id,
        creator_id=row.creator_id,
        terms=Terms.from_json(_json(row.terms)),
        step_bp=row.step_bp,
        base_left_fen=left_fen,
        base_fen=row.base_fen,
        back_fen=row.back_fen or 0,
        legs=_legs_by_kind(_json(row.legs) or []),
    )


def _legs_by_kind(legs: list[tuple[str, str, int | None, int]]) -> dict[str, Legs]:
    sums: dict[str, Counter[tuple[str, int | None]]] = defaultdict(Counter)
    for transfer_kind, account_kind, organisation_id, fen in legs:
        sums[transfer_kind][account_kind, organisation_id] += fen
    return {kind: {owner: fen for owner, fen in of_kind.items() if fen} for kind, of_kind in sums.items()}


def _json(value: Any) -> Any:
    """Django has the driver leave jsonb as text, for its own fields to read."""
    return json.loads(value) if isinstance(value, str) else value

"""Bring the rows of lines to where their pictures stand, and tell what has changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from fenxiao.orders.bulk import as_json, rows_of, run
from fenxiao.orders.intake.drawing import Drawing
from fenxiao.orders.intake.promoters import promoters_of
from fenxiao.orders.models import LineState, OrderLine
from fenxiao.orders.queries import scores_at
from fenxiao.orders.rules import BARS, LinePicture, State, hold_days

COLUMNS = [each.attname for each in OrderLine._meta.concrete_fields if not each.primary_key]
# What events change of a line that is already here.
MOVING = [
    "state",
    "reason",
    "shipped_at",
    "received_at",
    "invalid_at",
    "refunded_fen",
    "quality_refunded",
    "hold_days",
    "due_at",
    "awaits_funds",
]
ALL = ", ".join(COLUMNS)
INSERT = f"""
INSERT INTO orders_orderline ({ALL})
SELECT {ALL} FROM json_populate_recordset(NULL::orders_orderline, %s)
RETURNING id, order_id, line_no
"""  # noqa: S608  the names are our model's own


def _update_of(columns: Sequence[str]) -> str:
    changes = ", ".join(f"{name} = new.{name}" for name in columns)
    return f"""
UPDATE orders_orderline AS old SET {changes}
FROM json_populate_recordset(NULL::orders_orderline, %s) AS new WHERE old.id = new.id
"""  # noqa: S608  the names are our model's own


MOVE, CHANGE_ALL = _update_of(MOVING), _update_of(COLUMNS)
BAR_CODES = frozenset(bar.value for bar in BARS)


class Snapshot(NamedTuple):
    """What events can change of a row."""

    paid_event_id: int | None = None
    state: int | None = None
    reason: str = ""
    shipped_at: datetime | None = None
    received_at: datetime | None = None
    invalid_at: datetime | None = None
    refunded_fen: int = 0
    quality_refunded: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One line: its picture, its row, and the row as it was."""

    drawing: Drawing
    picture: LinePicture
    row: OrderLine
    before: Snapshot

    @property
    def paid_event_id(self) -> int:
        """The event that tells this line."""
        return self.drawing.event_ids[self.picture.paid_event]

    @property
    def has_changed(self) -> bool:
        """Whether the row must be written."""
        return self.before != snapshot_of(self.row)

    @property
    def is_told_anew(self) -> bool:
        """Whether an earlier paid event than before now tells it."""
        return self.before.paid_event_id not in {None, self.row.paid_event_id}


def snapshot_of(row: OrderLine) -> Snapshot:
    """The row as it is now."""
    return Snapshot(*(getattr(row, field) for field in Snapshot._fields))


def stand(drawings: Sequence[Drawing], *, merchants: Mapping[int, int]) -> list[Standing]:
    """Each line of the orders, its row brought to where its picture stands; nothing is written yet."""
    standings = [_standing(drawing, picture) for drawing in drawings for picture in drawing.picture.lines.values()]
    # A line is frozen when it is first seen, and again only if an earlier paid event now tells it.
    _freeze([each for each in standings if each.row.paid_event_id != each.paid_event_id], merchants=merchants)
    for each in standings:
        _move(each.row, each.picture)
    _fix_holds([each.row for each in standings])
    return standings


def _standing(drawing: Drawing, picture: LinePicture) -> Standing:
    number = picture.line.line_no
    row = drawing.rows.get(number)
    before = snapshot_of(row) if row else Snapshot()
    row = row or OrderLine(order=drawing.order, line_no=number)
    return Standing(drawing=drawing, picture=picture, row=row, before=before)


def _freeze(standings: Sequence[Standing], *, merchants: Mapping[int, int]) -> None:
    """Write on each line what was sold, and whose it is on which terms."""
    promoters = promoters_of([each.picture for each in standings], merchants=merchants) if standings else []
    for each, promoter in zip(standings, promoters, strict=True):
        row, told = each.row, each.picture.line
        row.paid_event_id, row.paid_at = each.paid_event_id, each.picture.paid_at
        row.merchant_id, row.product_id = merchants[told.product_id], told.product_id
        row.quantity, row.paid_fen = told.quantity, told.paid_fen
        row.freight_fen, row.tax_fen, row.promised_at = told.freight_fen, told.tax_fen, told.promised_at
        row.hold_days = row.due_at = None
        promoter.freeze_on(row)


def _move(row: OrderLine, picture: LinePicture) -> None:
    """A barred line stays barred, and still bears what happens to the sale."""
    if row.received_at != picture.received_at and row.state != State.SETTLED:
        row.hold_days = row.due_at = None
    row.shipped_at, row.received_at = picture.shipped_at, picture.received_at
    row.refunded_fen, row.quality_refunded = picture.refunded_fen, picture.quality_refunded
    if row.reason in BAR_CODES:
        row.state, row.invalid_at = LineState.INVALID, row.paid_at
    else:
        row.state, row.reason = picture.state, picture.reason or ""
        row.invalid_at = picture.invalid_at
    row.awaits_funds = row.awaits_funds and row.state == State.RECEIVED


def _fix_holds(rows: Iterable[OrderLine]) -> None:
    """Fix the hold of lines that may earn and were just received, by the merchant's score at that moment.

    Also where they have ended since: told in one batch or in two, the row is the same.
    """
    new = [row for row in rows if row.received_at and row.hold_days is None and _may_earn(row)]
    scores = scores_at([(row.merchant_id, row.received_at) for row in new if row.received_at])
    for row, score in zip(new, scores, strict=True):
        row.hold_days = hold_days(score)
        row.due_at = row.received_at and row.received_at + timedelta(days=row.hold_days)


def _may_earn(row: OrderLine) -> bool:
    """A line without a promoter stops at received, and a barred one earns nothing: neither will ever be due."""
    return row.creator_id is not None and row.reason not in BAR_CODES


def write_lines(standings: Sequence[Standing]) -> None:
    """Write new and changed rows; every row has its id afterwards."""
    changed = [each for each in standings if each.has_changed]
    _insert([each.row for each in changed if each.before.paid_event_id is None])
    _update(CHANGE_ALL, COLUMNS, [each.row for each in changed if each.is_told_anew])
    moved = [each.row for each in changed if each.before.paid_event_id == each.row.paid_event_id]
    _update(MOVE, MOVING, moved)


def _insert(rows: Sequence[OrderLine]) -> None:
    if not rows:
        return
    told = as_json({name: getattr(row, name) for name in COLUMNS} for row in rows)
    ids = {(order_id, line_no): pk for pk, order_id, line_no in rows_of(INSERT, told)}
    for row in rows:
        row.pk = ids[row.order_id, row.line_no]


def _update(statement: str, columns: Sequence[str], rows: Sequence[OrderLine]) -> None:
    if rows:
        run(statement, as_json({name: getattr(row, name) for name in ("id", *columns)} for row in rows))

"""From the set of an order's events to where the order stands: pure, and the same for every order of telling.

What decides between events is when they happened, never when they were told: they are taken by (moment, kind, source,
event id). The outcomes of a conflict, once and for all:
- two paid events tell the same line: the earlier one counts, the other is kept and has no effect;
- events before the paid one, or about a line nobody has paid yet, wait;
- received, then invalid: invalid. Invalid, then received: invalid, and the receipt leaves no trace;
- shipped after received: the line stays received and bears both moments;
- refunds are counted up to what is left of the line, earlier ones first; one that finds nothing left counts as 0;
- once nothing of the commission base is left, the line is invalid (refunded), and whatever else follows;
- an invalid event takes back what is left of the line as a refund, except for fraud, where the sale stands;
- a settled line stays settled: a refund of it is counted, and an invalid event is a refund of all that is left.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fenxiao.orders.rules.states import Reason, State, can_move, order_state
from fenxiao.orders.rules.told import Invalid, Kind, Paid, PaidLine, Refunded, Told

Key = tuple[str, str]  # (source, event id)


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedRefund:
    """What one event took back of one line."""

    event: Key
    amount_fen: int
    is_quality: bool
    refunded_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SettledLine:
    """A line that has been settled: its sale is history, whatever is told of it afterwards."""

    line: PaidLine
    paid_at: datetime
    paid_event: Key


@dataclass(kw_only=True, slots=True)
class LinePicture:
    """Where one line stands by its events."""

    line: PaidLine
    paid_event: Key
    paid_at: datetime
    buyer_key: str = ""
    discount_code: str = ""
    state: State = State.PAID
    reason: Reason | None = None
    shipped_at: datetime | None = None
    received_at: datetime | None = None
    invalid_at: datetime | None = None
    refunds: list[CountedRefund] = field(default_factory=list)
    refunded_fen: int = 0
    quality_refunded: bool = False

    def _move(self, to: State) -> None:
        if can_move(self.state, to=to):
            self.state = to

    def ship(self, told: Told) -> None:
        """The line left the shop; the first word counts."""
        if self.invalid_at is None and self.shipped_at is None:
            self.shipped_at = told.occurred_at
            self._move(State.SHIPPED)

    def receive(self, told: Told) -> None:
        """The buyer has it; the first word counts."""
        if self.invalid_at is None and self.received_at is None:
            self.received_at = told.occurred_at
            self._move(State.RECEIVED)

    def refund(self, told: Told, *, amount_fen: int | None, is_quality: bool) -> None:
        """Money went back, as far as any was left."""
        left = self.line.paid_fen - self.refunded_fen
        amount_fen = left if amount_fen is None else min(amount_fen, left)
        self.refunds.append(
            CountedRefund(event=told.key, amount_fen=amount_fen, is_quality=is_quality, refunded_at=told.occurred_at)
        )
        self.refunded_fen += amount_fen
        self.quality_refunded |= is_quality
        if self.refunded_fen >= self.line.base_fen:
            self._end(told, Reason.REFUNDED)

    def void(self, told: Told, *, reason: Reason) -> None:
        """The line was cancelled or found void."""
        self._end(told, reason)
        if reason is not Reason.FRAUD or self.state is State.SETTLED:
            self.refund(told, amount_fen=None, is_quality=False)

    def _end(self, told: Told, reason: Reason) -> None:
        if can_move(self.state, to=State.INVALID):
            self.state, self.reason, self.invalid_at = State.INVALID, reason, told.occurred_at


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderPicture:
    """Where an order stands; before its paid event it has no state, no moment and no lines."""

    state: State | None
    paid_at: datetime | None
    buyer_key: str
    lines: dict[int, LinePicture]  # by line number
    waiting: frozenset[Key]  # events that have found nothing to act on yet


def fold(events: Iterable[Told], *, settled: Mapping[int, SettledLine] | None = None) -> OrderPicture:
    """Where the order of these events stands. Duplicates are welcome; `settled` are its lines that were settled."""
    ordered = sorted({told.key: told for told in events}.values(), key=lambda told: told.place)
    paid = [told for told in ordered if told.kind is Kind.PAID]
    lines = _paid_lines(paid, settled or {})
    waiting = [told.key for told in ordered if told.kind is not Kind.PAID and not _apply(told, lines)]
    first = paid[0] if paid else None
    return OrderPicture(
        state=order_state(line.state for line in lines.values()) if lines else None,
        paid_at=first.occurred_at if first else None,
        buyer_key=first.body.buyer_key if first and isinstance(first.body, Paid) else "",
        lines=lines,
        waiting=frozenset(waiting),
    )


def _paid_lines(paid: list[Told], settled: Mapping[int, SettledLine]) -> dict[int, LinePicture]:
    """Each line as the earliest paid event tells it; a settled one as it was settled."""
    lines = {
        number: LinePicture(line=was.line, paid_at=was.paid_at, paid_event=was.paid_event, state=State.SETTLED)
        for number, was in settled.items()
    }
    for told in paid:
        if not isinstance(told.body, Paid):
            raise TypeError(f"{told.key} is a paid event without its body")
        for line in told.body.lines:
            if line.line_no not in lines:
                lines[line.line_no] = LinePicture(
                    line=line,
                    paid_event=told.key,
                    paid_at=told.occurred_at,
                    buyer_key=told.body.buyer_key,
                    discount_code=told.body.discount_code,
                )
    return lines


def _apply(told: Told, lines: Mapping[int, LinePicture]) -> bool:
    """Let one event act on its lines; False when there is none."""
    touched = [line for number, line in lines.items() if told.line_no in {None, number}]
    for line in touched:
        match told.body:
            case Refunded(amount_fen=amount_fen, is_quality=is_quality):
                line.refund(told, amount_fen=amount_fen, is_quality=is_quality)
            case Invalid(reason=reason):
                line.void(told, reason=reason)
            case _ if told.kind is Kind.SHIPPED:
                line.ship(told)
            case _:
                line.receive(told)
    return bool(touched)

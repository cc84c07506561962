"""Short ways to tell events in tests, and where an order must stand by a set of them."""

from datetime import datetime, timedelta
from typing import Any

from fenxiao.orders.rules import Invalid, Kind, Paid, PaidLine, Reason, Refunded, Told
from tests.cast import NOON


def at(days: float) -> datetime:
    """So many days after the order was paid at noon."""
    return NOON + timedelta(days=days)


def paid(*lines: PaidLine, ref: str = "A1", event_id: str = "", days: float = 0, buyer_key: str = "b1") -> Told:
    body = Paid(lines=lines, buyer_key=buyer_key)
    return told(Kind.PAID, ref=ref, event_id=event_id, days=days, body=body)


def shipped(*, ref: str = "A1", event_id: str = "", days: float = 1, line_no: int | None = None) -> Told:
    return told(Kind.SHIPPED, ref=ref, event_id=event_id, days=days, line_no=line_no)


def received(*, ref: str = "A1", event_id: str = "", days: float = 3, line_no: int | None = None) -> Told:
    return told(Kind.RECEIVED, ref=ref, event_id=event_id, days=days, line_no=line_no)


def refunded(
    amount_fen: int | None,
    *,
    ref: str = "A1",
    event_id: str = "",
    days: float = 4,
    line_no: int | None = 1,
    is_quality: bool = False,
) -> Told:
    body = Refunded(amount_fen=amount_fen, is_quality=is_quality)
    return told(Kind.REFUNDED, ref=ref, event_id=event_id, days=days, line_no=line_no, body=body)


def invalid(
    reason: Reason = Reason.CANCELLED,
    *,
    ref: str = "A1",
    event_id: str = "",
    days: float = 2,
    line_no: int | None = None,
) -> Told:
    return told(Kind.INVALID, ref=ref, event_id=event_id, days=days, line_no=line_no, body=Invalid(reason=reason))


def told(kind: Kind, *, ref: str, event_id: str, days: float, **rest: Any) -> Told:
    return Told(
        source="shop",
        event_id=event_id or f"{ref}:{kind}:{rest.get('line_no')}",
        kind=kind,
        order_ref=ref,
        occurred_at=at(days),
        **rest,
    )


def line(number: int = 1, *, product_id: int = 1, paid_fen: int = 10_000, **rest: Any) -> PaidLine:
    return PaidLine(line_no=number, product_id=product_id, quantity=1, paid_fen=paid_fen, **rest)

"""Order events as shops tell them. What cannot be used never becomes a `Told`: it is a `BadEvent` that says why."""

import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any

from fenxiao.orders.errors import BadEvent
from fenxiao.orders.rules.states import TOLD_REASONS, Reason

MOST_FEN = 10**15  # far above any order, far below the column's end
MOST_COUNT = 2**31 - 1
YEARS = range(1970, 2200)  # nothing is sold outside them, and moments near the calendar's ends have no UTC
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL keeps no such text
LENGTHS = {"source": 40, "event_id": 120, "order_ref": 80, "order_source": 40, "buyer_key": 64}


class Kind(StrEnum):
    """What can happen to an order, in the order that counts when two things bear the same moment."""

    PAID = "paid"
    SHIPPED = "shipped"
    RECEIVED = "received"
    REFUNDED = "refunded"
    INVALID = "invalid"


RANK = {kind: rank for rank, kind in enumerate(Kind)}


class Wrong(ValueError):
    """What is wrong with one field; `Told` adds the event's id to it."""

    def __init__(self, field: str, *, zh: str, en: str) -> None:
        super().__init__(f"{field}: {en}")
        self.field, self.zh, self.en = field, zh, en


def _whole(field: str, value: object, *, least: int = 0, most: int = MOST_FEN) -> None:
    if type(value) is not int or not least <= value <= most:
        raise Wrong(
            field, zh=f"应为 {least} 以上的整数，收到 {value!r}", en=f"a whole number from {least}, not {value!r}"
        )


def _text(field: str, value: object, *, empty: bool = False) -> None:
    longest = LENGTHS.get(field, 200)
    if not isinstance(value, str) or len(value) > longest or (not value and not empty) or UNSTORABLE.search(value):
        raise Wrong(
            field,
            zh=f"应为不超过 {longest} 字的文本，收到 {value!r:.80}",
            en=f"text up to {longest}, not {value!r:.80}",
        )


def _moment(field: str, value: object) -> None:
    if not isinstance(value, datetime) or value.tzinfo is None or value.year not in YEARS:
        raise Wrong(field, zh=f"应为带时区的时刻，收到 {value!r}", en=f"a moment with its time zone, not {value!r}")


@dataclass(frozen=True, kw_only=True, slots=True)
class PaidLine:
    """One product of a paid order. Money is what the buyer paid for the line, freight and tax included."""

    line_no: int
    product_id: int
    quantity: int
    paid_fen: int
    freight_fen: int = 0
    tax_fen: int = 0
    promised_at: datetime | None = None
    link_code: str = ""  # the explicit link or place, where the shop knows it
    click_token: str = ""  # the signed click id that came with the buyer
    merchant_id: int | None = None  # whose product the teller takes it for; None: does not say

    def __post_init__(self) -> None:
        _whole("line_no", self.line_no, most=MOST_COUNT)
        _whole("product_id", self.product_id, least=1, most=2**63 - 1)
        _whole("quantity", self.quantity, least=1, most=MOST_COUNT)
        for field in ("paid_fen", "freight_fen", "tax_fen"):
            _whole(field, getattr(self, field))
        if self.base_fen < 0:
            raise Wrong("paid_fen", zh="小于运费与税费之和", en="less than freight and tax together")
        if self.promised_at is not None:
            _moment("promised_at", self.promised_at)
        _text("link_code", self.link_code, empty=True)
        _text("click_token", self.click_token, empty=True)

    @property
    def base_fen(self) -> int:
        """What commission is counted on before any refund: the goods alone."""
        return self.paid_fen - self.freight_fen - self.tax_fen


LINE_FIELDS = tuple(each.name for each in fields(PaidLine))


@dataclass(frozen=True, kw_only=True, slots=True)
class Paid:
    """The body of a paid event: who bought (a key, no person) and what."""

    lines: tuple[PaidLine, ...]
    buyer_key: str = ""
    discount_code: str = ""

    def __post_init__(self) -> None:
        if not self.lines:
            raise Wrong("lines", zh="至少要有一行", en="at least one line is needed")
        if len({line.line_no for line in self.lines}) < len(self.lines):
            raise Wrong("lines", zh="行号重复", en="two lines bear the same number")
        _text("buyer_key", self.buyer_key, empty=True)
        _text("discount_code", self.discount_code, empty=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refunded:
    """The body of a refund: how much went back (None: all that was left) and whether the goods were to blame."""

    amount_fen: int | None = None
    is_quality: bool = False

    def __post_init__(self) -> None:
        if self.amount_fen is not None:
            _whole("amount_fen", self.amount_fen, least=1)
        if type(self.is_quality) is not bool:
            raise Wrong("is_quality", zh="应为是或否", en="true or false")


@dataclass(frozen=True, kw_only=True, slots=True)
class Invalid:
    """The body of an invalid event: one of `TOLD_REASONS`."""

    reason: Reason = Reason.CANCELLED

    def __post_init__(self) -> None:
        if self.reason not in TOLD_REASONS:
            known = " | ".join(sorted(TOLD_REASONS))
            raise Wrong("reason", zh=f"应为 {known}，收到 {self.reason!r}", en=f"one of {known}, not {self.reason!r}")


Body = Paid | Refunded | Invalid | None
BODIES: dict[Kind, type] = {Kind.PAID: Paid, Kind.REFUNDED: Refunded, Kind.INVALID: Invalid}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One event about one order: (source, event id) names it for good. `line_no` None means every line of the order.

    `order_source` is the shop system whose order it is, "" where that is the teller itself.
    """

    source: str
    event_id: str
    kind: Kind
    order_ref: str
    occurred_at: datetime
    line_no: int | None = None
    body: Body = None
    order_source: str = ""

    def __post_init__(self) -> None:
        try:
            self._check()
        except Wrong as wrong:
            raise BadEvent(event_id=self.event_id, field=wrong.field, reason_zh=wrong.zh, reason_en=wrong.en) from wrong

    def _check(self) -> None:
        for field in ("source", "event_id", "order_ref"):
            _text(field, getattr(self, field))
        _text("order_source", self.order_source, empty=True)
        _moment("occurred_at", self.occurred_at)
        if self.line_no is not None:
            _whole("line_no", self.line_no, most=MOST_COUNT)
        if not isinstance(self.kind, Kind):
            raise Wrong("kind", zh=f"应为事件类型，收到 {self.kind!r}", en=f"a kind of event, not {self.kind!r}")
        if type(self.body) is not BODIES.get(self.kind, type(None)):
            raise Wrong("body", zh=f"与事件类型 {self.kind} 不符", en=f"does not fit the kind {self.kind}")
        if self.kind is Kind.PAID and self.line_no is not None:
            raise Wrong("line_no", zh="付款事件的行写在内容里", en="a paid event has its lines in its body")
        if isinstance(self.body, Refunded) and self.body.amount_fen is not None and self.line_no is None:
            raise Wrong("line_no", zh="部分退款须指明订单行", en="a refund of an amount needs its line")

    @property
    def order_key(self) -> tuple[str, str]:
        """The order it is about."""
        return (self.order_source or self.source, self.order_ref)

    @property
    def key(self) -> tuple[str, str]:
        """Its own name."""
        return (self.source, self.event_id)

    @property
    def place(self) -> tuple[datetime, int, str, str]:
        """Where it stands among the events of its order, whenever it was told."""
        return (self.occurred_at, RANK[self.kind], self.source, self.event_id)

    def body_json(self) -> dict[str, Any]:
        """The body as plain values; moments in UTC, so that one content has one text."""
        match self.body:
            case Paid(lines=lines, buyer_key=buyer_key, discount_code=discount_code):
                return {
                    "lines": [_line_json(line) for line in lines],
                    "buyer_key": buyer_key,
                    "discount_code": discount_code,
                }
            case Refunded(amount_fen=amount_fen, is_quality=is_quality):
                return {"amount_fen": amount_fen, "is_quality": is_quality}
            case Invalid(reason=reason):
                return {"reason": reason.value}
        return {}

    def digest(self) -> str:
        """A fingerprint of all that was told."""
        moment = self.occurred_at.astimezone(UTC).isoformat()
        told = [self.kind.value, *self.order_key, self.line_no, moment, self.body_json()]
        return sha256(dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _line_json(line: PaidLine) -> dict[str, Any]:
    values = {name: getattr(line, name) for name in LINE_FIELDS}
    promised_at = line.promised_at
    return {**values, "promised_at": promised_at.astimezone(UTC).isoformat() if promised_at else None}

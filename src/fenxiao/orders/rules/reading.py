"""Raw values (a row of a file, a JSON body, our own table) made into a `Told`; what cannot be used is a `BadEvent`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fenxiao.orders.errors import BadEvent
from fenxiao.orders.rules.states import Reason
from fenxiao.orders.rules.told import Body, Invalid, Kind, Paid, PaidLine, Refunded, Told, Wrong


def read_event(raw: Mapping[str, Any]) -> Told:
    """The event that `raw` tells: the fields of `Told`, the body's fields under "body", moments as ISO 8601 texts."""
    event_id = str(raw.get("event_id", ""))
    try:
        kind = _kind(raw.get("kind"))
        return Told(
            source=raw.get("source", ""),
            event_id=raw.get("event_id", ""),
            kind=kind,
            order_ref=raw.get("order_ref", ""),
            occurred_at=_moment("occurred_at", raw.get("occurred_at")),
            line_no=raw.get("line_no"),
            body=read_body(kind, raw.get("body", {})),
            order_source=raw.get("order_source", ""),
        )
    except Wrong as wrong:
        raise BadEvent(event_id=event_id, field=wrong.field, reason_zh=wrong.zh, reason_en=wrong.en) from wrong


def read_body(kind: Kind, raw: Mapping[str, Any]) -> Body:
    """The typed body of an event of this kind. Raises `Wrong`."""
    if not isinstance(raw, Mapping):
        raise Wrong("body", zh="应为对象", en="an object with named fields")
    try:
        match kind:
            case Kind.PAID:
                lines = tuple(_line(line) for line in raw.get("lines", ()))
                return Paid(**{**raw, "lines": lines})
            case Kind.REFUNDED:
                return Refunded(**raw)
            case Kind.INVALID:
                return Invalid(reason=_reason(raw.get("reason", "")))
        return None
    except TypeError as error:  # a missing or an unknown field
        raise Wrong("body", zh=f"字段不全或多余（{error}）", en=f"fields missing or unknown ({error})") from error


def _line(raw: Mapping[str, Any]) -> PaidLine:
    promised_at = raw.get("promised_at")
    return PaidLine(**{**raw, "promised_at": promised_at and _moment("promised_at", promised_at)})


def _kind(value: Any) -> Kind:
    try:
        return Kind(value)
    except ValueError as error:
        known = " | ".join(Kind)
        raise Wrong("kind", zh=f"应为 {known}，收到 {value!r}", en=f"one of {known}, not {value!r}") from error


def _reason(value: Any) -> Reason:
    try:
        return Reason(value)
    except ValueError as error:
        raise Wrong("reason", zh=f"没有这个原因：{value!r}", en=f"no such reason: {value!r}") from error


def _moment(field: str, value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Wrong(field, zh=f"应为 ISO 8601 时刻，收到 {value!r}", en=f"an ISO 8601 moment, not {value!r}") from error

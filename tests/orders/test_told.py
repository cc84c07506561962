"""What an event must say, and what is said about one that does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from fenxiao.orders.errors import BadEvent, BadReview
from fenxiao.orders.rules import Invalid, Kind, Paid, PaidLine, Reason, Refunded, Told, ToldReview, Wrong, read_event
from tests.cast import NOON
from tests.orders.telling import line, paid, refunded, shipped

RAW: dict[str, Any] = {
    "source": "shop",
    "event_id": "e1",
    "kind": "paid",
    "order_ref": "A1",
    "occurred_at": "2026-03-10T12:00:00+08:00",
    "body": {"buyer_key": "b1", "lines": [{"line_no": 1, "product_id": 7, "quantity": 2, "paid_fen": 500}]},
}


def test_a_raw_event_is_read() -> None:
    told = read_event(RAW)

    assert told == Told(
        source="shop",
        event_id="e1",
        kind=Kind.PAID,
        order_ref="A1",
        occurred_at=NOON,
        body=Paid(buyer_key="b1", lines=(PaidLine(line_no=1, product_id=7, quantity=2, paid_fen=500),)),
    )


def _with_line(**changes: Any) -> dict[str, Any]:
    return {**RAW, "body": {**RAW["body"], "lines": [{**RAW["body"]["lines"][0], **changes}]}}


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({**RAW, "event_id": ""}, "event_id"),
        ({**RAW, "event_id": "x" * 121}, "event_id"),
        ({**RAW, "event_id": "x\0"}, "event_id"),
        ({**RAW, "event_id": "\ud800"}, "event_id"),
        ({**RAW, "source": None}, "source"),
        ({**RAW, "order_ref": 12}, "order_ref"),
        ({**RAW, "kind": "paused"}, "kind"),
        ({**RAW, "occurred_at": "yesterday"}, "occurred_at"),
        ({**RAW, "occurred_at": "2026-03-10T12:00:00"}, "occurred_at"),
        ({**RAW, "occurred_at": "0001-01-01T00:00:00+08:00"}, "occurred_at"),
        ({**RAW, "line_no": 1}, "line_no"),
        ({**RAW, "body": []}, "body"),
        ({**RAW, "body": {"buyer_key": "b1"}}, "lines"),
        ({**RAW, "body": {**RAW["body"], "colour": "red"}}, "body"),
        ({**RAW, "body": {"lines": RAW["body"]["lines"] * 2}}, "lines"),
        (_with_line(quantity=0), "quantity"),
        (_with_line(quantity=-1), "quantity"),
        (_with_line(quantity="2"), "quantity"),
        (_with_line(quantity=True), "quantity"),
        (_with_line(paid_fen=-1), "paid_fen"),
        (_with_line(paid_fen=10**16), "paid_fen"),
        (_with_line(freight_fen=501), "paid_fen"),
        (_with_line(product_id=0), "product_id"),
        (_with_line(promised_at="soon"), "promised_at"),
        ({**RAW, "kind": "refunded", "line_no": 1, "body": {"amount_fen": 0}}, "amount_fen"),
        ({**RAW, "kind": "refunded", "body": {"amount_fen": 5}}, "line_no"),
        ({**RAW, "kind": "refunded", "body": {"is_quality": "yes"}}, "is_quality"),
        ({**RAW, "kind": "invalid", "body": {"reason": "bored"}}, "reason"),
        ({**RAW, "kind": "invalid", "body": {"reason": "self_purchase"}}, "reason"),
        ({**RAW, "kind": "shipped", "line_no": -1, "body": {}}, "line_no"),
    ],
)
def test_a_wrong_event_is_refused_and_its_field_named(raw: dict[str, Any], field: str) -> None:
    with pytest.raises(BadEvent) as refusal:
        read_event(raw)

    assert refusal.value.details["field"] == field
    assert f"「{field}」" in refusal.value.message("zh")
    assert f"“{field}”" in refusal.value.message("en")


def test_a_body_must_fit_its_kind() -> None:
    with pytest.raises(BadEvent, match="does not fit the kind shipped"):
        replace(shipped(), body=Invalid())


def test_a_line_alone_says_what_is_wrong() -> None:
    with pytest.raises(Wrong, match="quantity"):
        PaidLine(line_no=1, product_id=1, quantity=0, paid_fen=1)


def test_one_content_has_one_digest_whatever_the_time_zone() -> None:
    shanghai = timezone(timedelta(hours=8))
    one = paid(line(promised_at=NOON))
    other = paid(line(promised_at=NOON.astimezone(shanghai)))

    assert one.digest() == replace(other, occurred_at=NOON.astimezone(shanghai)).digest()


def test_other_content_has_another_digest() -> None:
    events = [
        paid(line()),
        paid(line(paid_fen=1)),
        paid(line(), buyer_key="b2"),
        paid(line(), days=1),
        paid(line(), ref="A2", event_id="A1:paid:None"),
        refunded(5),
        refunded(5, is_quality=True),
        refunded(5, line_no=2),
    ]

    assert len({told.digest() for told in events}) == len(events)


def test_a_body_is_read_back_as_it_was_written() -> None:
    told = paid(line(promised_at=NOON, link_code="abc"), line(2, freight_fen=3))

    raw = {**RAW, "event_id": told.event_id, "body": told.body_json()}

    assert read_event(raw).body == told.body


def test_every_reason_has_words_in_both_languages() -> None:
    assert all(reason.zh and reason.en for reason in Reason)
    assert Reason("cancelled") is Reason.CANCELLED
    assert str(Reason.CANCELLED) == "cancelled"


def test_a_whole_order_can_be_refunded_without_an_amount() -> None:
    assert refunded(None, line_no=None).body == Refunded(amount_fen=None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"stars": 0}, "stars"), ({"stars": 6}, "stars"), ({"external_id": ""}, "external_id")],
)
def test_a_wrong_review_is_refused(changes: dict[str, Any], field: str) -> None:
    right = {"external_id": "r1", "order_ref": "A1", "line_no": 1, "stars": 5, "reviewed_at": NOON}

    with pytest.raises(BadReview) as refusal:
        ToldReview(**{**right, **changes})

    assert refusal.value.details["field"] == field


def test_a_review_needs_an_aware_moment() -> None:
    naive = datetime(2026, 3, 10, tzinfo=UTC).replace(tzinfo=None)

    with pytest.raises(BadReview):
        ToldReview(external_id="r1", order_ref="A1", line_no=1, stars=5, reviewed_at=naive)

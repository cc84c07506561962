"""One row of the files at a time, made into drafts, order events and reviews; what cannot be used becomes a problem.

The files' moments are Brazilian local time. A cancelled order bears no moment of its cancellation: the latest moment
known of it is taken.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fenxiao.cli.olist.problems import Problem
from fenxiao.cli.olist.reading import Row
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.money import fen_of
from fenxiao.orders.rules import Invalid, Kind, Paid, PaidLine, Reason, Told, ToldReview

SOURCE = "olist"
ZONE = ZoneInfo("America/Sao_Paulo")
VOID = frozenset({"canceled", "unavailable"})
NEVER_PAID = VOID | {"created"}  # of these, what was never approved was never paid; others only lack the moment
ROUNDING_FEN = 5
ORDERS_FILE = "olist_orders_dataset"
REVIEWS_FILE = "olist_order_reviews_dataset"

Offers = Mapping[tuple[str, str], int]  # (seller id, product id) → our product's id


@dataclass(kw_only=True)
class Reading:
    """What came of one row: events or a review to tell, and problems to list."""

    events: list[Told] = field(default_factory=list)
    review: ToldReview | None = None
    problems: list[Problem] = field(default_factory=list)


def moment(text: str | None) -> datetime | None:
    """The moment a timestamp of the files names; None for an empty one. Raises `ValueError` for nonsense."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE) if text else None


def read_order(row: Row, offers: Offers) -> Reading:
    """The events of one order of the joined files."""
    order_id = str(row["order_id"])
    try:
        return _read_order(order_id, row, offers)
    except (ValueError, KeyError, Refused) as wrong:
        # One unreadable value spoils the order: half of an order would be a wrong order.
        return Reading(problems=[_problem(order_id, "order_unreadable", repr(wrong))])


def _read_order(order_id: str, row: Row, offers: Offers) -> Reading:
    if not row["items"]:
        return Reading(problems=[_problem(order_id, "order_without_items", f"status {row['order_status']}")])
    if not row["paid"] or (not row["order_approved_at"] and row["order_status"] in NEVER_PAID):
        return Reading(problems=[_problem(order_id, "order_unpaid", f"status {row['order_status']}")])
    times = _times(row)
    lines = tuple(_line(item, offers, promised_at=times.promised) for item in row["items"])
    events = [_told(order_id, Kind.PAID, times.paid, Paid(lines=lines, buyer_key=str(row["customer_unique_id"] or "")))]
    if row["order_status"] not in VOID:
        events += [
            _told(order_id, kind, at)
            for kind, at in ((Kind.SHIPPED, times.shipped), (Kind.RECEIVED, times.received))
            if at is not None
        ]
    else:
        events.append(_told(order_id, Kind.INVALID, times.latest, Invalid(reason=_void_reason(row["order_status"]))))
    return Reading(events=events, problems=list(_doubts(order_id, row, times, lines)))


def _void_reason(status: str) -> Reason:
    """A cancelled order was cancelled by someone; an unavailable one could not be supplied by its shop."""
    return Reason.CANCELLED if status == "canceled" else Reason.SHOP


@dataclass(frozen=True, kw_only=True)
class _Times:
    paid: datetime
    shipped: datetime | None
    received: datetime | None
    promised: datetime | None

    @property
    def latest(self) -> datetime:
        return max(at for at in (self.paid, self.shipped, self.received) if at is not None)


def _times(row: Row) -> _Times:
    promised = moment(row["order_estimated_delivery_date"])
    return _Times(
        paid=moment(row["order_approved_at"]) or _needed(moment(row["order_purchase_timestamp"])),
        shipped=moment(row["order_delivered_carrier_date"]),
        received=moment(row["order_delivered_customer_date"]),
        # The files promise a day, not a moment: it is kept until that day is over.
        promised=promised and promised + timedelta(days=1) - timedelta(seconds=1),
    )


def _needed(found: datetime | None) -> datetime:
    if found is None:
        raise ValueError("no purchase timestamp")
    return found


def _line(item: Row, offers: Offers, *, promised_at: datetime | None) -> PaidLine:
    price_fen, freight_fen = fen_of(item["price"]), fen_of(item["freight"])
    return PaidLine(
        line_no=int(item["line_no"]),
        product_id=offers[item["seller_id"], item["product_id"]],
        quantity=1,
        paid_fen=price_fen + freight_fen,
        freight_fen=freight_fen,
        promised_at=promised_at,
    )


def _doubts(order_id: str, row: Row, times: _Times, lines: tuple[PaidLine, ...]) -> Iterator[Problem]:
    paid_fen, lines_fen = sum(map(fen_of, row["paid"])), sum(line.paid_fen for line in lines)
    if paid_fen != lines_fen:
        code = "payment_rounding" if abs(paid_fen - lines_fen) <= ROUNDING_FEN else "payment_mismatch"
        yield _problem(order_id, code, f"paid {paid_fen} fen, items and freight {lines_fen} fen")
    if row["order_status"] == "delivered" and times.received is None:
        yield _problem(order_id, "delivered_without_date", "")
    if row["order_status"] == "shipped" and times.shipped is None:
        yield _problem(order_id, "status_without_date", "")
    known = [at for at in (times.paid, times.shipped, times.received) if at is not None]
    if known != sorted(known):
        yield _problem(order_id, "dates_out_of_order", " > ".join(at.isoformat(" ") for at in known))


def _told(order_id: str, kind: Kind, at: datetime, body: Paid | Invalid | None = None) -> Told:
    return Told(source=SOURCE, event_id=f"{order_id}:{kind}", kind=kind, order_ref=order_id, occurred_at=at, body=body)


def _problem(order_id: str, code: str, detail: str) -> Problem:
    return Problem(file=ORDERS_FILE, row=order_id, code=code, detail=detail)


def read_review(row: Row) -> Reading:
    """One review: a word on every line of its order. The files use one review id for several orders."""
    key = f"{row['review_id']}:{row['order_id']}"
    try:
        written = moment(row["review_creation_date"])
        review = ToldReview(
            external_id=key,
            order_ref=str(row["order_id"]),
            line_no=None,
            stars=int(row["review_score"]),
            reviewed_at=_needed(written),
        )
    except (ValueError, TypeError, Refused) as wrong:
        return Reading(problems=[Problem(file=REVIEWS_FILE, row=key, code="review_unreadable", detail=repr(wrong))])
    return Reading(review=review)

"""Received order lines, written directly, for tests of the books alone."""

from datetime import datetime, timedelta
from typing import Any, Final

from fenxiao.catalog.models import Product
from fenxiao.deals.rules import Terms
from fenxiao.orders.models import LineState, Order, OrderEvent, OrderLine, Refund, Way
from fenxiao.orders.rules import Body, Kind, Paid, PaidLine, Refunded, Told
from fenxiao.parties.models import Organisation
from tests.cast import NOON

PAID_AT = NOON - timedelta(days=20)
RECEIVED_AT = NOON - timedelta(days=15)
# What is the same of every line here.
PLAIN: Final[dict[str, Any]] = {"received_at": RECEIVED_AT, "hold_days": 15, "plan_id": 1}


def make_line(
    product: Product,
    creator: Organisation | None,
    *,
    ref: str,
    paid_fen: int = 10_000,
    freight_fen: int = 0,
    due_at: datetime = NOON,
    paid_at: datetime = PAID_AT,
    state: LineState = LineState.RECEIVED,
    **agreed: Any,
) -> OrderLine:
    """A received line of an order of its own, by default 100.00, due at noon, on what was `agreed` (`agreed_terms`)."""
    terms = agreed_terms(**agreed)
    sold = PaidLine(line_no=1, product_id=product.pk, quantity=1, paid_fen=paid_fen, freight_fen=freight_fen)
    paid_event = _received(ref, sold, state=state, paid_at=paid_at)
    return OrderLine.objects.create(
        order=paid_event.order,
        paid_event=paid_event,
        product=product,
        merchant_id=product.merchant_id,
        creator=creator,
        attributed_by=Way.LINK if creator else Way.NONE,
        state=state,
        paid_at=paid_at,
        due_at=due_at,
        **{name: getattr(sold, name) for name in ("line_no", "quantity", "paid_fen", "freight_fen")},
        **_frozen(terms, creator),
        **PLAIN,
    )


def agreed_terms(
    *,
    commission_rate_bp: int = 2_000,
    leader: Organisation | None = None,
    second_leader: Organisation | None = None,
    **others: Any,
) -> Terms:
    """Terms of 20 % commission and 10 % of it for the platform, with others where they are given."""
    return Terms(
        plan_id=1,
        plan_type=1,
        commission_rate_bp=commission_rate_bp,
        platform_fee_rate_bp=1_000,
        leader_id=leader.pk if leader else None,
        second_leader_id=second_leader.pk if second_leader else None,
        **others,
    )


def _received(ref: str, sold: PaidLine, *, state: LineState, paid_at: datetime) -> OrderEvent:
    """An order that was paid and received; returns its first event."""
    order = Order.objects.create(source="test", ref=ref, state=state, paid_at=paid_at)
    paid = _event(order, Kind.PAID, "paid", at=paid_at, body=Paid(lines=(sold,)))
    _event(order, Kind.RECEIVED, "received", at=RECEIVED_AT)
    return paid


def _frozen(terms: Terms, creator: Organisation | None) -> dict[str, Any]:
    """The columns in which a line keeps its terms; without a creator nothing was agreed, and nothing is owed."""
    kept = ("service_fee_rate_bp", "ceded_fee_rate_bp", "platform_fee_rate_bp")
    links = ("application_id", "leader_id", "second_leader_id", "step_window_id")
    return {name: getattr(terms, name) for name in kept + links} | {
        "terms": terms.as_json() if creator else None,
        "commission_rate_bp": terms.commission_rate_bp if creator else 0,
    }


def refund(line: OrderLine, amount_fen: int, *, event_id: str) -> Refund:
    """Money that went back, as the intake of orders writes it down."""
    line.refresh_from_db()
    line.refunded_fen += amount_fen
    line.save(update_fields=["refunded_fen"])
    event = _event(line.order, Kind.REFUNDED, event_id, at=NOON, body=Refunded(amount_fen=amount_fen), line_no=1)
    return Refund.objects.create(line=line, event=event, amount_fen=amount_fen, refunded_at=NOON)


def _event(
    order: Order, kind: Kind, event_id: str, *, at: datetime, body: Body = None, line_no: int | None = None
) -> OrderEvent:
    """An event as the intake keeps it, so that the intake can fold it with others that are told later."""
    told = Told(
        source=order.source,
        event_id=f"{order.ref}-{event_id}",
        kind=kind,
        order_ref=order.ref,
        occurred_at=at,
        line_no=line_no,
        body=body,
    )
    return OrderEvent.objects.create(
        order=order,
        source=told.source,
        event_id=told.event_id,
        kind=told.kind,
        line_no=line_no,
        occurred_at=at,
        taken_at=at,
        body=told.body_json(),
        digest=told.digest(),
    )

"""Received order lines, written directly, for tests of the books alone."""

from datetime import datetime, timedelta

from fenxiao.catalog.models import Product
from fenxiao.deals.rules import Terms
from fenxiao.deals.rules.terms import Ladder
from fenxiao.orders.models import LineState, Order, OrderEvent, OrderLine, Refund, Way
from fenxiao.orders.rules import Body, Kind, Paid, PaidLine, Refunded, Told
from fenxiao.parties.models import Organisation
from tests.cast import NOON

PAID_AT = NOON - timedelta(days=20)
RECEIVED_AT = NOON - timedelta(days=15)


def make_line(
    product: Product,
    creator: Organisation | None,
    *,
    ref: str,
    paid_fen: int = 10_000,
    freight_fen: int = 0,
    due_at: datetime = NOON,
    commission_rate_bp: int = 2_000,
    service_fee_rate_bp: int = 0,
    leader: Organisation | None = None,
    ceded_fee_rate_bp: int = 0,
    second_leader: Organisation | None = None,
    application_id: int | None = None,
    step_window_id: int | None = None,
    steps: Ladder = (),
    paid_at: datetime = PAID_AT,
    state: LineState = LineState.RECEIVED,
) -> OrderLine:
    """A received line of an order of its own, by default 100.00 with 20 % commission, due at noon."""
    terms = Terms(
        plan_id=1,
        plan_type=1,
        commission_rate_bp=commission_rate_bp,
        platform_fee_rate_bp=1_000,
        service_fee_rate_bp=service_fee_rate_bp,
        leader_id=leader.pk if leader else None,
        ceded_fee_rate_bp=ceded_fee_rate_bp,
        second_leader_id=second_leader.pk if second_leader else None,
        application_id=application_id,
        step_window_id=step_window_id,
        steps=steps,
    )
    order = Order.objects.create(source="test", ref=ref, state=state, paid_at=paid_at)
    sold = PaidLine(line_no=1, product_id=product.pk, quantity=1, paid_fen=paid_fen, freight_fen=freight_fen)
    paid_event = _event(order, Kind.PAID, "paid", at=paid_at, body=Paid(lines=(sold,)))
    _event(order, Kind.RECEIVED, "received", at=RECEIVED_AT)
    return OrderLine.objects.create(
        order=order,
        paid_event=paid_event,
        line_no=1,
        merchant_id=product.merchant_id,
        product=product,
        quantity=1,
        paid_fen=paid_fen,
        freight_fen=freight_fen,
        state=state,
        paid_at=paid_at,
        received_at=RECEIVED_AT,
        creator=creator,
        attributed_by=Way.LINK if creator else Way.NONE,
        plan_id=1,
        terms=terms.as_json() if creator else None,
        commission_rate_bp=commission_rate_bp if creator else 0,
        service_fee_rate_bp=service_fee_rate_bp,
        ceded_fee_rate_bp=ceded_fee_rate_bp,
        platform_fee_rate_bp=1_000,
        application_id=application_id,
        leader_id=terms.leader_id,
        second_leader_id=terms.second_leader_id,
        step_window_id=step_window_id,
        hold_days=15,
        due_at=due_at,
    )


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

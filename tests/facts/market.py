"""A small random market: orders, what befalls them and clicks, as rows, marked as the news would mark them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Application
from fenxiao.facts import services as facts
from fenxiao.facts.handlers import mark_lines_of
from fenxiao.kernel.outbox import News
from fenxiao.orders.models import EventKind, LineState, Order, OrderEvent, OrderLine, Refund, Review
from fenxiao.parties.models import Organisation
from fenxiao.tracking.models import Click, Link, Place
from tests.cast import NOON


def make_event(order: Order, kind: EventKind, *, at: datetime) -> OrderEvent:
    number = OrderEvent.objects.count()
    fields = {"event_id": f"e{number}", "kind": kind, "occurred_at": at, "taken_at": at, "body": {}, "digest": ""}
    return OrderEvent.objects.create(source="test", order=order, **fields)


def make_line(product: Product, *, paid_at: datetime = NOON, **fields: object) -> OrderLine:
    """A paid line of one unit for 100.00, by an order of its own; not marked stale."""
    buyer_key = str(fields.pop("buyer_key", ""))
    order = Order.objects.create(source="test", ref=f"o{Order.objects.count()}", buyer_key=buyer_key, paid_at=paid_at)
    given = {"quantity": 1, "paid_fen": 10_000, "state": LineState.PAID, **fields}
    event = make_event(order, EventKind.PAID, at=paid_at)
    return OrderLine.objects.create(
        order=order,
        line_no=1,
        paid_event=event,
        merchant=product.merchant,
        product=product,
        paid_at=paid_at,
        **given,
    )


def make_refund(line: OrderLine, amount_fen: int, *, at: datetime, is_quality: bool = False) -> Refund:
    event = make_event(line.order, EventKind.REFUNDED, at=at)
    return Refund.objects.create(line=line, event=event, amount_fen=amount_fen, is_quality=is_quality, refunded_at=at)


def make_review(line: OrderLine, stars: int, *, at: datetime) -> Review:
    return Review.objects.create(
        source="test", external_id=f"r{Review.objects.count()}", line=line, stars=stars, reviewed_at=at
    )


def make_link(product: Product, creator: Organisation, application: Application | None) -> Link:
    """The creator's link that carries this application."""
    place, _ = Place.objects.get_or_create(
        creator=creator, name="p", defaults={"code": f"P{creator.pk}", "opened_at": NOON}
    )
    code = f"L{creator.pk}-{product.pk}-{application.pk if application else 0}"
    key = {"place": place, "product": product, "creator": creator, "application": application}
    return Link.objects.get_or_create(code=code, defaults={**key, "made_at": NOON})[0]


def make_click(product: Product, creator: Organisation, *, at: datetime, link_id: int = 1) -> Click:
    return Click.objects.create(
        id=UUID(int=Click.objects.count() + 1),
        link_id=link_id,
        creator_id=creator.pk,
        product_id=product.pk,
        buyer_key="b",
        clicked_at=at,
    )


@dataclass
class Market:
    """Steps of a random history; each marks what the news of it would mark."""

    random: Random
    products: list[Product]
    creators: list[Organisation]
    chains: list[Application] = field(default_factory=list)  # the last application of each
    now: datetime = NOON
    lines: list[OrderLine] = field(default_factory=list)

    def step(self) -> None:
        """Let up to a day pass and something happen."""
        self.now += timedelta(hours=self.random.randint(0, 30))
        steps = [self.sell, self.sell, self.click, self.click]
        if self.lines:
            steps += [self.refund, self.receive, self.review, self.settle, self.correct, self.cancel]
        self.random.choice(steps)()

    def sell(self) -> None:
        paid = self.random.randint(2_000, 50_000)
        creator = self.random.choice([*self.creators, None])
        reason = self.random.choice(["", "", "", "self_purchase", "no_terms"]) if creator else ""
        product = self.random.choice(self.products)
        line = make_line(
            product,
            **(self._chain_of(product) if creator and not reason else {}),
            paid_at=self._earlier(),
            buyer_key=self.random.choice(["", "ann", "bob"]),
            quantity=self.random.randint(1, 3),
            paid_fen=paid,
            freight_fen=self.random.choice([0, 500]),
            tax_fen=self.random.choice([0, 130]),
            promised_at=self.random.choice([None, self.now + timedelta(days=3)]),
            creator=creator,
            commission_rate_bp=1_550 if creator and not reason else 0,
            platform_fee_rate_bp=1_000,
            state=LineState.INVALID if reason else LineState.PAID,
            reason=reason,
            invalid_at=self.now if reason else None,
        )
        self.lines.append(line)
        self._tell("order.paid", line)

    def refund(self) -> None:
        line = self._line()
        back = self.random.randint(0, line.paid_fen - line.refunded_fen)
        make_refund(line, back, at=self._earlier(), is_quality=self.random.random() < 0.4)
        line.refunded_fen += back
        line.save()
        self._tell("order.refunded", line)

    def receive(self) -> None:
        line = self._line()
        if line.received_at is None:
            line.received_at = self.now
            line.save()
            self._tell("order.received", line)

    def settle(self) -> None:
        line = self._line()
        if line.settled_at is None and not line.reason:
            line.settled_at, line.state = self.now, LineState.SETTLED
            line.step_bp = self.random.choice([0, 300, 8_000])
            line.save()
            self._tell("line.settled", line)

    def correct(self) -> None:
        """An earlier word on payment or receipt comes late."""
        line = self._line()
        line.paid_at -= timedelta(days=self.random.choice([0, 2]))
        if line.received_at:
            line.received_at -= timedelta(days=2)
        line.save()
        self._tell("order.paid", line)
        self._tell("order.received", line)

    def cancel(self) -> None:
        """An end is told that came before the receipt."""
        line = self._line()
        end = line.paid_at + timedelta(hours=1)
        if line.reason or line.settled_at or (line.received_at and line.received_at <= end):
            return  # what was received before stays received
        line.invalid_at, line.state, line.reason = end, LineState.INVALID, "cancelled"
        line.received_at = None
        make_refund(line, line.paid_fen - line.refunded_fen, at=line.invalid_at)
        line.refunded_fen = line.paid_fen
        line.save()
        self._tell("order.invalid", line)
        self._tell("order.refunded", line)

    def review(self) -> None:
        review = make_review(self._line(), self.random.randint(1, 5), at=self._earlier())
        facts.mark_reviews([review.pk])

    def click(self) -> None:
        product, creator = self.random.choice(self.products), self.random.choice(self.creators)
        chains = [None, *(each for each in self.chains if each.product_id == product.pk)]
        link = make_link(product, creator, self.random.choice(chains))
        make_click(product, creator, at=self.now, link_id=link.pk)

    def _chain_of(self, product: Product) -> dict[str, int]:
        """Columns of a line that came by a chain, or none."""
        leaf = self.random.choice([None, *(each for each in self.chains if each.product_id == product.pk)])
        if leaf is None:
            return {}
        found = {
            "application_id": leaf.first_id or leaf.pk,
            "leader_id": (leaf.first or leaf).activity.leader_id,
            "service_fee_rate_bp": 777,
        }
        if leaf.first_id:
            second = leaf.activity.leader_id
            found |= {"second_application_id": leaf.pk, "second_leader_id": second, "ceded_fee_rate_bp": 333}
        return found

    def _line(self) -> OrderLine:
        return self.random.choice(self.lines)

    def _earlier(self) -> datetime:
        """Now, or some time ago: what is told late."""
        return self.now - timedelta(hours=self.random.choice([0, 0, 50]))

    def _tell(self, name: str, line: OrderLine) -> None:
        mark_lines_of(News(event_id=0, name=name, payload={"lines": [line.pk]}, now=self.now))

"""Orders as the shops report them, their lines with frozen terms, refunds and reviews."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Product
from fenxiao.orders.rules import Kind, State
from fenxiao.parties.models import Organisation


class LineState(models.IntegerChoices):
    """States of an order line, numbered as the trade does. The moves are in `rules.NEXT`."""

    PAID = State.PAID, _("Paid")
    SHIPPED = State.SHIPPED, _("Shipped")
    RECEIVED = State.RECEIVED, _("Received")
    SETTLED = State.SETTLED, _("Settled")
    INVALID = State.INVALID, _("Invalid")


class EventKind(models.TextChoices):
    """What can happen to an order."""

    PAID = Kind.PAID.value, _("Paid")
    SHIPPED = Kind.SHIPPED.value, _("Shipped")
    RECEIVED = Kind.RECEIVED.value, _("Received")
    REFUNDED = Kind.REFUNDED.value, _("Refunded")  # part or whole of a line's money went back
    INVALID = Kind.INVALID.value, _("Invalid")  # cancelled or found void


class Order(models.Model):
    """A buyer's order at one shop system (`source`). Before its paid event is known, `state` and `paid_at` are null."""

    source = models.CharField(max_length=40)
    ref = models.CharField(max_length=80)  # its number there
    buyer_key = models.CharField(max_length=64, blank=True)
    state = models.PositiveSmallIntegerField(choices=LineState, null=True)  # the lowest of its live lines
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="order_once", fields=["source", "ref"])]


class OrderEvent(models.Model):
    """One event as it was told, kept for good. The same (source, event id) is one event however often it comes."""

    order = models.ForeignKey(Order, models.PROTECT)
    source = models.CharField(max_length=40)  # who told it; the shop system, or "system" for what happens by itself
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=EventKind)
    line_no = models.PositiveIntegerField(null=True)  # null: every line of the order
    occurred_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    body = models.JSONField()  # paid: buyer key and lines; refunded: amount, quality; invalid: reason
    digest = models.CharField(max_length=64)  # of all that was told, to find a reused id

    class Meta:
        constraints = [models.UniqueConstraint(name="order_event_once", fields=["source", "event_id"])]


class Way(models.TextChoices):
    """How a line's promoter was found, in the order in which evidence counts."""

    LINK = "link", _("Explicit link or place")
    CLICK = "click", _("Signed click id")
    CODE = "code", _("Discount code")
    LAST_CLICK = "last_click", _("Last click of the buyer")
    NONE = "none", _("No promoter")


class OrderLine(models.Model):
    """One product of an order, with its own state, refunds, promoter and terms frozen when it was paid."""

    order = models.ForeignKey(Order, models.PROTECT)
    line_no = models.PositiveIntegerField()
    paid_event = models.ForeignKey(OrderEvent, models.PROTECT)  # which told this line
    merchant = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    paid_fen = models.PositiveBigIntegerField()  # what the buyer paid for this line, freight and tax included
    freight_fen = models.PositiveBigIntegerField(default=0)
    tax_fen = models.PositiveBigIntegerField(default=0)
    refunded_fen = models.PositiveBigIntegerField(default=0)
    quality_refunded = models.BooleanField(default=False)  # a refund blamed the goods

    state = models.PositiveSmallIntegerField(choices=LineState)
    reason = models.CharField(max_length=40, blank=True)  # code of every 80; see rules.Reason
    paid_at = models.DateTimeField()
    promised_at = models.DateTimeField(null=True)  # when the shop said it would arrive
    shipped_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    invalid_at = models.DateTimeField(null=True)

    creator = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    link_id = models.BigIntegerField(null=True)
    click_id = models.UUIDField(null=True)
    sub_id = models.CharField(max_length=64, blank=True)
    attributed_by = models.CharField(max_length=10, choices=Way, default=Way.NONE)
    attribution = models.JSONField(default=list)  # what became of each piece of evidence, for people

    plan_id = models.BigIntegerField(null=True)
    application_id = models.BigIntegerField(null=True)  # in the first leader's activity, where its fee stands
    second_application_id = models.BigIntegerField(null=True)  # in the second's, where that stands too
    leader_id = models.BigIntegerField(null=True)
    second_leader_id = models.BigIntegerField(null=True)
    terms = models.JSONField(null=True)  # deals.rules.Terms as agreed at paid_at; never changed
    commission_rate_bp = models.PositiveIntegerField(default=0)
    service_fee_rate_bp = models.PositiveIntegerField(default=0)
    ceded_fee_rate_bp = models.PositiveIntegerField(default=0, db_default=0)  # part of the service fee
    platform_fee_rate_bp = models.PositiveIntegerField(default=0)  # of the commission and of the service fee
    step_window_id = models.BigIntegerField(null=True)  # in which the line counts towards a step
    step_bp = models.PositiveIntegerField(null=True)  # what the step adds to the commission rate; null until settled

    hold_days = models.PositiveSmallIntegerField(null=True)  # fixed when received
    due_at = models.DateTimeField(null=True)  # received_at + hold
    settled_at = models.DateTimeField(null=True)
    awaits_funds = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="order_line_once", fields=["order", "line_no"]),
            models.CheckConstraint(name="order_line_refund_within_paid", condition=Q(refunded_fen__lte=F("paid_fen"))),
            models.CheckConstraint(
                name="order_line_base_not_negative", condition=Q(paid_fen__gte=F("freight_fen") + F("tax_fen"))
            ),
            models.CheckConstraint(name="order_line_invalid_has_reason", condition=~Q(state=80) | ~Q(reason="")),
            models.CheckConstraint(
                name="order_line_settled_when", condition=~Q(state=60) | Q(settled_at__isnull=False)
            ),
            models.CheckConstraint(
                name="order_line_ceded_within_fee", condition=Q(ceded_fee_rate_bp__lte=F("service_fee_rate_bp"))
            ),
        ]
        indexes = [
            models.Index(name="order_line_due", fields=["due_at"], condition=Q(state=50)),
            models.Index(name="order_line_of_creator", fields=["creator", "-paid_at"]),
            models.Index(name="order_line_of_product", fields=["product", "paid_at"]),
            models.Index(name="order_line_of_merchant", fields=["merchant", "-paid_at"]),
            # Settlement counts a window's lines in this order.
            models.Index(
                name="order_line_of_window",
                fields=["plan_id", "creator", "step_window_id", "paid_at", "id"],
                condition=Q(step_window_id__isnull=False),
            ),
            models.Index(
                name="order_line_of_application",
                fields=["application_id", "paid_at"],
                condition=Q(application_id__isnull=False),
            ),
        ]


class Refund(models.Model):
    """Money of a line that went back to the buyer, by a refund or by a cancellation: all of it stands here."""

    line = models.ForeignKey(OrderLine, models.PROTECT)
    event = models.ForeignKey(OrderEvent, models.PROTECT)
    amount_fen = models.PositiveBigIntegerField()  # as counted: never more than was left of the line, so it may be 0
    is_quality = models.BooleanField(default=False)
    refunded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="refund_once", fields=["event", "line"])]


class Review(models.Model):
    """A buyer's word on one line (or on every line of an order, one row each)."""

    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    line = models.ForeignKey(OrderLine, models.PROTECT)
    stars = models.PositiveSmallIntegerField()
    reviewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="review_once", fields=["source", "external_id", "line"]),
            models.CheckConstraint(name="review_stars", condition=Q(stars__gte=1, stars__lte=5)),
        ]
        indexes = [models.Index(name="review_by_moment", fields=["reviewed_at"])]

"""Daily facts. Every figure stands on the day on which it happened, so what was known on a date can be told later.

Days are business days (FENXIAO_TIME_ZONE). Self-purchases are not in any figure. Money is what buyers paid for goods
(freight and tax excluded); refunds stand on the day of the refund, not of the sale.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Application
from fenxiao.parties.models import Organisation


class Sums(models.Model):
    """Columns that every kind of day shares; they add up over products, creators and days."""

    day = models.DateField()
    clicks = models.PositiveIntegerField(default=0)
    paid_lines = models.PositiveIntegerField(default=0)  # lines paid this day
    promoted_lines = models.PositiveIntegerField(default=0)  # of these, with a promoter
    units = models.PositiveIntegerField(default=0)
    gmv_fen = models.BigIntegerField(default=0)
    promoted_gmv_fen = models.BigIntegerField(default=0)
    refund_fen = models.BigIntegerField(default=0)  # refunds and cancellations of this day
    refunded_lines = models.PositiveIntegerField(default=0)  # lines whose first refund or cancellation is this day's
    commission_fen = models.BigIntegerField(default=0)  # expected by frozen terms, of lines paid this day

    class Meta:
        abstract = True


class SettledSums(Sums):
    """The columns of days that belong to a creator."""

    settled_lines = models.PositiveIntegerField(default=0)  # settled this day
    settled_commission_fen = models.BigIntegerField(default=0)  # creator's part after platform fee

    class Meta:
        abstract = True


class ProductDay(Sums):
    """One product's day."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    buyers = models.PositiveIntegerField(default=0)  # distinct buyer keys of lines paid this day
    lowest_unit_fen = models.BigIntegerField(null=True)  # lowest and highest paid price of one unit this day
    highest_unit_fen = models.BigIntegerField(null=True)
    quality_refunds = models.PositiveIntegerField(default=0)  # lines whose first refund for quality is this day's
    received_lines = models.PositiveIntegerField(default=0)  # received this day
    promised_lines = models.PositiveIntegerField(default=0)  # of these, with a promised date
    on_time_lines = models.PositiveIntegerField(default=0)  # of these, received by then
    reviews = models.PositiveIntegerField(default=0)
    stars = models.PositiveIntegerField(default=0)  # sum of the day's reviews' stars

    class Meta:
        constraints = [models.UniqueConstraint(name="product_day_once", fields=["product", "day"])]
        indexes = [models.Index(name="product_day_by_day", fields=["day"])]


class PromotionDay(SettledSums):
    """One creator's day with one product."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    creator = models.ForeignKey(Organisation, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="promotion_day_once", fields=["product", "creator", "day"])]
        indexes = [
            models.Index(name="promotion_day_of_creator", fields=["creator", "day"]),
            models.Index(name="promotion_day_of_product", fields=["product", "day"]),
        ]


class CreatorDay(SettledSums):
    """One creator's day: lines attributed to them. The sum of their promotion days."""

    creator = models.ForeignKey(Organisation, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="creator_day_once", fields=["creator", "day"])]
        indexes = [models.Index(name="creator_day_by_day", fields=["day"])]


class MerchantDay(Sums):
    """One merchant's day. The sum of their product days."""

    merchant = models.ForeignKey(Organisation, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="merchant_day_once", fields=["merchant", "day"])]
        indexes = [models.Index(name="merchant_day_by_day", fields=["day"])]


class ApplicationDay(SettledSums):
    """One creator's day with one product by one application, through links that carry it; its effect.

    A sale by a second leader stands on both applications of its chain. Fees are before the platform's own.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    creator = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    service_fee_fen = models.BigIntegerField(default=0)  # expected by frozen terms, of lines paid this day
    ceded_fee_fen = models.BigIntegerField(default=0)  # part of it: the second leader's
    settled_service_fee_fen = models.BigIntegerField(default=0)  # of lines settled this day
    settled_ceded_fee_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="application_day_once", fields=["application", "product", "creator", "day"])
        ]
        indexes = [models.Index(name="application_day_of_product", fields=["product", "day"])]


class Medium(models.TextChoices):
    """How creators show goods."""

    LIVE = "live", _("Live")
    VIDEO = "video", _("Video")


class ContentDay(models.Model):
    """What a creator showed on a day, as the platform it stands on tells: nothing here is counted by us."""

    creator = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    day = models.DateField()
    medium = models.CharField(max_length=5, choices=Medium)
    pieces = models.PositiveIntegerField()  # broadcasts or videos
    views = models.PositiveBigIntegerField()
    gmv_fen = models.BigIntegerField()  # sold through them, wherever
    told_by = models.CharField(max_length=80)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="content_day_once", fields=["creator", "day", "medium"]),
            models.CheckConstraint(name="content_day_gmv", condition=Q(gmv_fen__gte=0)),
        ]
        indexes = [models.Index(name="content_day_by_day", fields=["day"])]


class StaleDay(models.Model):
    """A product's day that must be counted again because something of it changed; the builder takes these away."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(name="stale_day_once", fields=["product", "day"])]
        indexes = [models.Index(name="stale_day_by_day", fields=["day", "product"])]


class ClicksSeen(models.Model):
    """How far the builder has looked for clicks, which the edge writes without telling anybody. One row."""

    until = models.DateTimeField()  # the latest click seen

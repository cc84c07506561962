"""Terms on which merchants let creators promote their goods."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Product


class PlanType(models.IntegerChoices):
    """Types of commission plan, numbered as the trade does."""

    NORMAL = 1, _("Normal plan")
    ITEM_TARGETED = 2, _("Item-targeted plan")
    SHOP_TARGETED = 4, _("Shop-targeted plan")
    EXCLUSIVE = 5, _("Exclusive plan")
    ACTIVITY_NORMAL = 6, _("Activity plan")
    ACTIVITY_EXCLUSIVE = 7, _("Exclusive activity plan")


class PlanQuerySet(models.QuerySet["Plan"]):
    """Filters of plans."""

    def open_at(self, moment: datetime) -> "PlanQuerySet":
        """Plans in force at `moment`."""
        return self.filter(opens_at__lte=moment).filter(Q(closes_at=None) | Q(closes_at__gt=moment))


class Plan(models.Model):
    """Terms on which a merchant lets creators promote one product; its rates are rows of `PlanRate`."""

    type = models.PositiveSmallIntegerField(choices=PlanType)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_closes_after_opening", condition=Q(closes_at=None) | Q(closes_at__gte=F("opens_at"))
            ),
            models.UniqueConstraint(
                name="plan_one_normal_per_product",
                fields=["product"],
                condition=Q(type=PlanType.NORMAL, closes_at=None),
            ),
        ]
        indexes = [models.Index(name="plan_of_product", fields=["product", "opens_at"])]


class PlanRate(models.Model):
    """A plan's commission rate from `from_at` on. A newer entry supersedes what had not begun when it was entered."""

    plan = models.ForeignKey(Plan, models.PROTECT)
    rate_bp = models.PositiveIntegerField()
    entered_at = models.DateTimeField()
    from_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="plan_rate_within_bounds", condition=Q(rate_bp__lte=9_000)),
            models.CheckConstraint(name="plan_rate_not_before_entry", condition=Q(from_at__gte=F("entered_at"))),
            # A rate that has begun is history; only one that had not may be superseded.
            models.CheckConstraint(
                name="plan_rate_superseded_unbegun", condition=Q(superseded_at=None) | Q(superseded_at__lt=F("from_at"))
            ),
        ]
        indexes = [models.Index(name="plan_rate_of_plan", fields=["plan", "from_at"])]


class PlatformFee(models.Model):
    """The platform's share of commission and service fee from `from_at` on; before the first row the rules' default."""

    rate_bp = models.PositiveIntegerField()
    from_at = models.DateTimeField()
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="platform_fee_within_bounds", condition=Q(rate_bp__lte=10_000)),
            models.CheckConstraint(name="platform_fee_not_before_entry", condition=Q(from_at__gte=F("entered_at"))),
        ]

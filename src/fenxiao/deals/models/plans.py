"""Commission plans: on which goods, for whom, at which rate from when on."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Product
from fenxiao.deals.models.schedule import Scheduled
from fenxiao.parties.models import Organisation, Tier


class PlanType(models.IntegerChoices):
    """Types of commission plan, numbered as the trade does. The last two are carried by an activity's application."""

    NORMAL = 1, _("Normal plan")
    ITEM_TARGETED = 2, _("Item-targeted plan")
    SHOP_TARGETED = 4, _("Shop-targeted plan")
    EXCLUSIVE = 5, _("Exclusive plan")
    ACTIVITY_NORMAL = 6, _("Activity plan")
    ACTIVITY_EXCLUSIVE = 7, _("Exclusive activity plan")


class Entry(models.TextChoices):
    """How a creator whom a targeted plan does not name may come into it."""

    INVITED = "invited", _("By invitation only")
    AUTOMATIC = "automatic", _("At once, when the floors are met")
    MANUAL = "manual", _("After the merchant's audit, when the floors are met")


class PlanQuerySet(models.QuerySet["Plan"]):
    """Filters of plans."""

    def open_at(self, moment: datetime) -> "PlanQuerySet":
        """Plans in force at `moment`."""
        return self.filter(Exists(PlanSpell.objects.filter(plan=OuterRef("pk")).covering(moment)))

    def ending(self) -> "PlanQuerySet":
        """Plans whose last spell has an end, passed or to come: none of it may be changed but by opening again."""
        return self.exclude(Exists(PlanSpell.objects.filter(plan=OuterRef("pk"), closes_at=None)))


class Plan(models.Model):
    """Terms on which a merchant lets creators promote one product, or all of its shop; its rates are on its rows."""

    type = models.PositiveSmallIntegerField(choices=PlanType)
    merchant = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")  # null: the whole shop
    made_at = models.DateTimeField()
    entry = models.CharField(max_length=10, choices=Entry, default=Entry.INVITED)
    offered_rate_bp = models.PositiveIntegerField(null=True)  # what one who applies gets
    floor_tier = models.CharField(max_length=6, choices=Tier, blank=True)  # "": none
    floor_score_centi = models.PositiveSmallIntegerField(null=True)  # creator score; null: none

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_shop_targeted_has_no_product",
                condition=Q(type=PlanType.SHOP_TARGETED, product=None)
                | (~Q(type=PlanType.SHOP_TARGETED) & Q(product__isnull=False)),
            ),
            models.CheckConstraint(
                name="plan_of_a_merchants_own_types",
                condition=Q(type__in=[PlanType.NORMAL, PlanType.ITEM_TARGETED, PlanType.SHOP_TARGETED, 5]),
            ),
            models.UniqueConstraint(
                name="plan_one_normal_per_product", fields=["product"], condition=Q(type=PlanType.NORMAL)
            ),
            models.UniqueConstraint(
                name="plan_one_exclusive_per_product", fields=["product"], condition=Q(type=PlanType.EXCLUSIVE)
            ),
            models.CheckConstraint(
                name="plan_entry_names_its_rate",
                condition=Q(entry=Entry.INVITED) | Q(offered_rate_bp__isnull=False, offered_rate_bp__lte=9_000),
            ),
        ]
        indexes = [
            models.Index(name="plan_of_product", fields=["product"]),
            models.Index(name="plan_of_merchant", fields=["merchant", "type"]),
        ]


class PlanSpellQuerySet(models.QuerySet["PlanSpell"]):
    """Filters of spells."""

    def covering(self, moment: datetime) -> "PlanSpellQuerySet":
        """Spells in force at `moment`."""
        return self.filter(opens_at__lte=moment).filter(Q(closes_at=None) | Q(closes_at__gt=moment))


class PlanSpell(models.Model):
    """One time of a plan's being open; opening a closed plan again begins another."""

    plan = models.ForeignKey(Plan, models.PROTECT)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)
    opening_told_at = models.DateTimeField(null=True)  # set when both were made known: once each
    closing_told_at = models.DateTimeField(null=True)

    objects = PlanSpellQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_closes_after_opening", condition=Q(closes_at=None) | Q(closes_at__gte=F("opens_at"))
            ),
            models.UniqueConstraint(name="plan_one_unended_spell", fields=["plan"], condition=Q(closes_at=None)),
        ]
        indexes = [
            models.Index(name="plan_spell_of_plan", fields=["plan", "opens_at"]),
            models.Index(name="plan_spell_opening_untold", fields=["opens_at"], condition=Q(opening_told_at=None)),
            models.Index(
                name="plan_spell_closing_untold",
                fields=["closes_at"],
                condition=Q(closing_told_at=None, closes_at__isnull=False),
            ),
        ]


class PlanRow(models.Model):
    """A commission row: what one creator gets of a plan, or everybody of a normal one (`creator` null)."""

    plan = models.ForeignKey(Plan, models.PROTECT)
    creator = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)  # taken out of the plan's list; its rates stay as history

    class Meta:
        constraints = [
            models.UniqueConstraint(name="plan_row_once", fields=["plan", "creator"], nulls_distinct=False),
        ]
        indexes = [models.Index(name="plan_row_of_creator", fields=["creator", "plan"])]


class PlanRate(Scheduled):
    """A row's commission rate from `from_at` on; null: the row is closed from then on."""

    row = models.ForeignKey(PlanRow, models.PROTECT)
    rate_bp = models.PositiveIntegerField(null=True)

    class Meta(Scheduled.Meta):
        constraints = [
            *Scheduled.Meta.constraints,
            models.CheckConstraint(name="plan_rate_within_bounds", condition=Q(rate_bp=None) | Q(rate_bp__lte=9_000)),
        ]
        indexes = [
            models.Index(name="plan_rate_of_row", fields=["row", "from_at"]),
            models.Index(name="plan_rate_untold", fields=["from_at"], condition=Q(told_at=None, superseded_at=None)),
        ]


class PlanDifferential(Scheduled):
    """What creators of a tier get of a plan on top of its rate, from `from_at` on; 0 ends it."""

    plan = models.ForeignKey(Plan, models.PROTECT)
    tier = models.CharField(max_length=6, choices=Tier)
    extra_bp = models.PositiveIntegerField()

    class Meta(Scheduled.Meta):
        constraints = [
            *Scheduled.Meta.constraints,
            models.CheckConstraint(name="plan_differential_within_bounds", condition=Q(extra_bp__lte=9_000)),
        ]
        indexes = [models.Index(name="plan_differential_of_plan", fields=["plan", "tier", "from_at"])]


class StepWindow(models.Model):
    """A time in which a plan's step commission counts orders. It may be cancelled only before it begins."""

    plan = models.ForeignKey(Plan, models.PROTECT)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="step_window_has_length", condition=Q(until_at__gt=F("from_at"))),
            models.CheckConstraint(name="step_window_not_before_entry", condition=Q(from_at__gte=F("entered_at"))),
            models.CheckConstraint(
                name="step_window_cancelled_unbegun",
                condition=Q(cancelled_at=None) | Q(cancelled_at__lt=F("from_at")),
            ),
        ]
        indexes = [models.Index(name="step_window_of_plan", fields=["plan", "from_at"])]


class Step(Scheduled):
    """A rung of a window's ladder: lines after the N-th valid one of a creator earn `extra_bp` on top.

    A ladder is entered whole: the rungs of one `from_at` are one ladder, the latest that has begun holds.
    """

    window = models.ForeignKey(StepWindow, models.PROTECT)
    after_orders = models.PositiveIntegerField()
    extra_bp = models.PositiveIntegerField()

    class Meta(Scheduled.Meta):
        constraints = [
            *Scheduled.Meta.constraints,
            models.CheckConstraint(name="step_after_some_order", condition=Q(after_orders__gte=1)),
            models.CheckConstraint(name="step_within_bounds", condition=Q(extra_bp__gte=1, extra_bp__lte=9_000)),
            models.UniqueConstraint(
                name="step_once", fields=["window", "from_at", "after_orders"], condition=Q(superseded_at=None)
            ),
        ]


class PlanRequest(models.Model):
    """A creator's request to be let into a targeted plan."""

    class State(models.TextChoices):
        """Where a request stands."""

        PENDING = "pending", _("Waiting for the merchant")
        PASSED = "passed", _("Let in")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        VOID = "void", _("The plan closed before it was answered")

    plan = models.ForeignKey(Plan, models.PROTECT)
    creator = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    words = models.CharField(max_length=200, blank=True)  # the creator's own
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # the merchant's, of a rejection

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="plan_request_one_pending", fields=["plan", "creator"], condition=Q(state="pending")
            ),
            models.CheckConstraint(
                name="plan_request_decided_when",
                condition=Q(state="pending", decided_at=None) | (~Q(state="pending") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(name="plan_request_rejected_why", condition=~Q(state="rejected") | ~Q(reason="")),
        ]
        indexes = [models.Index(name="plan_request_of_creator", fields=["creator", "-asked_at"])]


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

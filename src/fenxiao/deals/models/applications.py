"""A product in an activity: applied by its merchant, or by the first leader to a second's activity."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Product
from fenxiao.deals.models.activities import Activity
from fenxiao.deals.models.schedule import Scheduled
from fenxiao.parties.models import Organisation


class ApplicationState(models.IntegerChoices):
    """States of an application, numbered as the trade does."""

    PENDING = 1, _("Waiting for audit")
    PASSED = 2, _("Passed")
    REJECTED = 3, _("Rejected")
    EXPIRED = 5, _("Expired")


class ExpiredBy(models.IntegerChoices):
    """What ended an application, numbered as the trade does; it has no number for a window that simply ran out."""

    OFF_SHELF = 1, _("Product went off shelf")
    MERCHANT = 2, _("Merchant withdrew")
    WINDOW_OVER = 3, _("Cooperation ran out")
    LEADER = 4, _("Leader ended it")


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Filters of applications."""

    def standing_at(self, moment: datetime) -> "ApplicationQuerySet":
        """Passed ones within their window at `moment`. The activity's own time is asked apart (`live_at`)."""
        return self.filter(passed_at__lte=moment, from_at__lte=moment, until_at__gt=moment).filter(
            Q(ends_at=None) | Q(ends_at__gt=moment)
        )

    def live(self) -> "ApplicationQuerySet":
        """Those that stand or may yet: pending and passed."""
        return self.filter(state__in=[ApplicationState.PENDING, ApplicationState.PASSED])


class Application(models.Model):
    """A product's application to an activity; `first` is the application it hangs on in the first leader's activity.

    Keyed by (product, activity, first activity). The database lets no chain grow past two: see migration 0004.
    """

    activity = models.ForeignKey(Activity, models.PROTECT)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    merchant = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    first = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    depth = models.PositiveSmallIntegerField(default=1)  # 2 where `first` is named
    state = models.PositiveSmallIntegerField(choices=ApplicationState, default=ApplicationState.PENDING)
    expired_by = models.PositiveSmallIntegerField(choices=ExpiredBy, null=True)
    from_at = models.DateTimeField()  # the cooperation's window
    until_at = models.DateTimeField()
    guaranteed_orders = models.PositiveIntegerField(default=0)  # 0: none
    shows_contact_to_creators = models.BooleanField(default=False)  # the leader always sees it
    applied_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    passed_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)  # from when it stands no more, where something ended it early
    reason = models.CharField(max_length=200, blank=True)  # of a rejection or an end, for the other side

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="application_has_length", condition=Q(until_at__gt=F("from_at"))),
            models.CheckConstraint(
                name="application_depth",
                condition=Q(depth=1, first=None) | Q(depth=2, first__isnull=False),
            ),
            models.UniqueConstraint(
                name="application_once",
                fields=["product", "activity", "first"],
                condition=Q(state__in=[1, 2]),
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="application_passed_when", condition=~Q(state=2) | Q(passed_at__isnull=False)),
            models.CheckConstraint(name="application_rejected_why", condition=~Q(state=3) | ~Q(reason="")),
            models.CheckConstraint(
                name="application_expired_by",
                condition=Q(state=5, expired_by__isnull=False) | (~Q(state=5) & Q(expired_by=None)),
            ),
        ]
        indexes = [
            models.Index(name="application_of_activity", fields=["activity", "state", "-applied_at"]),
            models.Index(name="application_of_product", fields=["product", "state"]),
            models.Index(name="application_of_merchant", fields=["merchant", "-applied_at"]),
            models.Index(name="application_of_first", fields=["first"]),
        ]


class ApplicationTerms(Scheduled):
    """An application's rates from `from_at` on. On a second leader's, the service fee is the ceded fee.

    The commission of a second's application is its first's and is left null there.
    """

    application = models.ForeignKey(Application, models.PROTECT)
    commission_rate_bp = models.PositiveIntegerField(null=True)
    service_fee_rate_bp = models.PositiveIntegerField()

    class Meta(Scheduled.Meta):
        constraints = [
            *Scheduled.Meta.constraints,
            models.CheckConstraint(
                name="application_terms_within_bounds",
                condition=(Q(commission_rate_bp=None) | Q(commission_rate_bp__lte=9_000))
                & Q(service_fee_rate_bp__lte=10_000),
            ),
        ]
        indexes = [models.Index(name="application_terms_of", fields=["application", "from_at"])]


class Wish(models.Model):
    """What one side of a passed application asks of the other: a longer window, a lower fee, or an end."""

    class Kind(models.TextChoices):
        """What is asked."""

        EXTENSION = "extension", _("Longer cooperation")  # by either side
        FEE_CUT = "fee_cut", _("Lower service fee")  # by the merchant
        CANCELLATION = "cancellation", _("End of the cooperation")  # by a first leader, of the second

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("Waiting for the other side")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        VOID = "void", _("Void")  # the application ended before it was answered

    application = models.ForeignKey(Application, models.PROTECT)
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    asked_by = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    wanted_until = models.DateTimeField(null=True)
    wanted_fee_bp = models.PositiveIntegerField(null=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="wish_one_open", fields=["application", "kind"], condition=Q(state="open")),
            models.CheckConstraint(
                name="wish_says_what",
                condition=Q(kind="extension", wanted_until__isnull=False)
                | Q(kind="fee_cut", wanted_fee_bp__isnull=False)
                | Q(kind="cancellation"),
            ),
            models.CheckConstraint(
                name="wish_decided_when",
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
        ]


class ShareToken(models.Model):
    """A short code that carries a product with its activity chain to whoever enters it."""

    code = models.CharField(max_length=20, unique=True)
    application = models.ForeignKey(Application, models.PROTECT)
    title = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="share_token_of", fields=["application"])]

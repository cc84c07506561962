"""How goods are lifted, what was shown to whom in which order and why, and how newcomers fare in their trial."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Product
from fenxiao.parties.models import Organisation


class Boosts(models.Model):
    """A version of what levels and trials count for, from `from_at` on; the latest row counts. Never changed."""

    level_percent = models.JSONField()  # {"1": 100, …, "5": 200}: what relevance is multiplied by, in hundredths
    trial_share_bp = models.PositiveIntegerField()  # of the places of a page, kept for L1 goods on trial
    trial_showings = models.PositiveIntegerField()  # a good's trial ends when it was shown as often …
    trial_days = models.PositiveSmallIntegerField()  # … or as many days after it was admitted
    reason = models.TextField()  # an operator's words
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    from_at = models.DateTimeField(unique=True)

    class Meta:
        constraints = [models.CheckConstraint(name="boosts_share", condition=Q(trial_share_bp__lte=5_000))]


class Surface(models.TextChoices):
    """Where goods are shown to a creator."""

    SELECTION = "selection", _("Selection centre")
    FRONT = "front", _("Front page")
    SIMILAR = "similar", _("Similar goods")
    CHART = "chart", _("Chart")
    TOPIC = "topic", _("Topic")


class Showing(models.Model):
    """One list of goods as it was shown: arrays of one length, in the order shown. Written once, never changed.

    `propensities` is the chance each good had of standing where it stood, over all that chance decided: 1 where none
    was at work, 0 where it is not known. That is what counterfactual evaluation divides by.
    """

    at = models.DateTimeField()
    surface = models.CharField(max_length=10, choices=Surface)
    creator = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    boosts = models.ForeignKey(Boosts, models.PROTECT, null=True, related_name="+")
    ask = models.JSONField(default=dict)  # what was asked, without what was left open
    first_place = models.PositiveIntegerField()  # of the first good shown: 1 on a first page
    products = ArrayField(models.BigIntegerField())
    propensities = ArrayField(models.FloatField())
    on_trial = ArrayField(models.BooleanField())
    factors = models.JSONField()  # by name, a number per good: what moved it

    class Meta:
        indexes = [
            models.Index(name="showing_of_creator", fields=["creator", "-at"]),
            models.Index(name="showing_by_time", fields=["at"]),
        ]


class Trial(models.Model):
    """How a newcomer fared where it was shown on trial. Kept by the job that counts showings."""

    product = models.OneToOneField(Product, models.CASCADE, primary_key=True, related_name="+")
    shown = models.PositiveIntegerField(default=0)  # times
    taken = models.PositiveIntegerField(default=0)  # of these, picked by the creator within the days that count
    counted_at = models.DateTimeField()


class TrialDay(models.Model):
    """A good that was shown on trial to a creator on a business day, and when he picked it within the days that count.

    However often he saw it that day, it is one showing: looking at a page again is no evidence.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    creator = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    shown_at = models.DateTimeField()  # first
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="trial_day_once", fields=["creator", "product", "day"])]
        indexes = [models.Index(name="trial_day_by_time", fields=["shown_at"])]

"""Grading policies and runs, and what operators ask for. Grades lie in the lake (a Parquet file per run)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Product
from fenxiao.parties.models import Member


class Policy(models.Model):
    """One version of the model of good goods: weights, gates, windows. A published one never changes."""

    number = models.PositiveIntegerField(unique=True)
    body = models.JSONField()  # rules.PolicyBody
    note = models.CharField(max_length=200, blank=True)
    drafted_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")  # null: the product's own
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="policy_approved_by_another", condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by"))
            ),
        ]


class RunState(models.TextChoices):
    """How a grading run ended."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")  # its levels are in force until the next one
    FAILED = "failed", _("Failed")  # left the run before in force
    DRY = "dry", _("Dry run")  # changed nothing


class GradingRun(models.Model):
    """One grading of every admitted product, from a snapshot of facts to levels."""

    policy = models.ForeignKey(Policy, models.PROTECT)
    state = models.CharField(max_length=8, choices=RunState, default=RunState.RUNNING)
    engine = models.CharField(max_length=80)
    as_of = models.DateField()  # facts of days before this one were read
    inputs_digest = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)
    products = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)  # products set aside for facts that cannot be true
    levels_changed = models.PositiveIntegerField(default=0)
    by_level = models.JSONField(default=dict)  # {"0": count, …, "5": count}
    grades_path = models.CharField(max_length=300, blank=True)  # of the run's folder, relative to the lake
    # The run whose grades are kept but for the products that a change touched; null: every product was graded.
    laid_over = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    regraded = models.PositiveIntegerField(default=0)  # products graded anew in a run laid over another
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grading_run_ends_after", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
        ]
        indexes = [models.Index(name="grading_run_in_force", fields=["-id"], condition=Q(state="done"))]


class ChangedProduct(models.Model):
    """A product of which something was told that its grade may hang on, since it was graded last. May stand twice."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    told_at = models.DateTimeField()


class WorkState(models.TextChoices):
    """How far work is that somebody asked for and the worker carries out."""

    WAITING = "waiting", _("Waiting")  # for the worker, or for a grading that is under way
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")  # changed nothing; `error` says why

    @classmethod
    def still_open(cls) -> list[str]:
        """The states in which something is still to come."""
        return [cls.WAITING.value, cls.RUNNING.value]


class GradingRequest(models.Model):
    """An operator's wish for a grading now, or for a dry run of a policy."""

    policy = models.ForeignKey(Policy, models.PROTECT, null=True)  # null: the one in force when its turn comes
    dry_run = models.BooleanField()
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=WorkState, default=WorkState.WAITING)
    run = models.ForeignKey(GradingRun, models.PROTECT, null=True)
    error = models.JSONField(default=list)  # in Chinese and in English

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="grading_request_open_once",
                fields=["policy", "dry_run"],
                condition=Q(state__in=["waiting", "running"]),
                nulls_distinct=False,
            ),
        ]


class Backtest(models.Model):
    """A backtest that was asked for, and what it found."""

    at = models.DateField()  # graded on what was known before this day
    horizon = models.PositiveSmallIntegerField()  # days that followed
    received_weight = models.FloatField(default=1.0)  # lines that one received line stands for
    policy = models.ForeignKey(Policy, models.PROTECT, null=True)  # null: the product's own, or `note` says which
    note = models.CharField(max_length=200, blank=True)
    asked_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")  # null: from the command line
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=WorkState, default=WorkState.WAITING)
    ended_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)  # of backtest.Backtest
    error = models.JSONField(default=list)  # in Chinese and in English

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="backtest_done_with_result", condition=~Q(state="done") | Q(result__isnull=False)
            ),
        ]

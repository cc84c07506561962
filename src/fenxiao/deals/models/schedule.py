"""What an entry of a schedule is: a figure that holds from a moment on, entered once and never edited."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q


class ScheduleQuerySet(models.QuerySet[Any]):
    """Filters of entries."""

    def standing(self) -> Self:
        """Entries that began or will begin, in the order in which they hold."""
        return self.filter(superseded_at=None).order_by("from_at", "id")

    def begun(self, moment: datetime) -> Self:
        """Entries that hold or held by `moment`, in their order: the last one of its owner is in force."""
        return self.standing().filter(from_at__lte=moment)

    def untold(self, moment: datetime) -> Self:
        """Entries that begin later than they were entered, have begun by `moment` and were not made known."""
        return self.begun(moment).filter(told_at=None, from_at__gt=F("entered_at"))


class Scheduled(models.Model):
    """A figure that holds from `from_at` until the next entry's. A newer entry supersedes what had not begun.

    What begins later is made known when it begins, once: `told_at` is when.
    """

    entered_at = models.DateTimeField()
    from_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(name="%(class)s_not_before_entry", condition=Q(from_at__gte=F("entered_at"))),
            # What has begun is history; only what had not may be superseded.
            models.CheckConstraint(
                name="%(class)s_superseded_unbegun", condition=Q(superseded_at=None) | Q(superseded_at__lt=F("from_at"))
            ),
        ]

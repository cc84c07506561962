"""Leaders' activities: for which goods, on which floors, for whom, and when."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Category
from fenxiao.parties.models import Organisation


class ActivityType(models.IntegerChoices):
    """Types of activity, numbered as the trade does."""

    NORMAL = 1, _("Normal activity")
    EXCLUSIVE = 2, _("Exclusive activity")  # for the creators it names
    COOPERATIVE = 3, _("Cooperative activity")  # a leader's invitation to other leaders


class ActivityState(models.IntegerChoices):
    """States of an activity, numbered as the trade does."""

    DRAFT = 1, _("Draft")
    PUBLISHED = 2, _("Published")  # takes applications; stored
    PROMOTING = 3, _("Promoting")  # published and begun: told by time, never stored
    INVALID = 4, _("Invalid")  # closed (stored) or over (told by time)
    DELETED = 5, _("Deleted")


class FloorScope(models.IntegerChoices):
    """For which categories an activity's floors of commission are set, numbered as the trade does."""

    LEAF = 0, _("By leaf category")
    SECOND_LEVEL = 2, _("By second-level category")
    ALL = 10, _("One floor for all categories")


class LeaderEntry(models.IntegerChoices):
    """Which other leaders may apply to an exclusive activity, numbered as the trade does."""

    NONE = 1, _("No other leader")
    ALL = 2, _("Every leader")
    NAMED = 3, _("Named leaders")


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Filters of activities."""

    def live_at(self, moment: datetime) -> "ActivityQuerySet":
        """Published ones whose time it is at `moment`."""
        return self.filter(published_at__lte=moment, begins_at__lte=moment, ends_at__gt=moment).filter(
            Q(closes_at=None) | Q(closes_at__gt=moment)
        )

    def taking(self, moment: datetime) -> "ActivityQuerySet":
        """Published ones that take applications at `moment`: neither over nor closed, begun or not."""
        return self.filter(state=ActivityState.PUBLISHED, ends_at__gt=moment, closes_at=None)


class Activity(models.Model):
    """A leader's campaign (招商活动), to which merchants and other leaders apply with goods."""

    leader = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    type = models.PositiveSmallIntegerField(choices=ActivityType)
    state = models.PositiveSmallIntegerField(choices=ActivityState, default=ActivityState.DRAFT)
    title = models.CharField(max_length=60)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    floor_scope = models.PositiveSmallIntegerField(choices=FloorScope, default=FloorScope.ALL)
    floor_commission_bp = models.PositiveIntegerField(default=0)  # where the scope is ALL
    floor_service_fee_bp = models.PositiveIntegerField(default=0)
    leader_entry = models.PositiveSmallIntegerField(choices=LeaderEntry, default=LeaderEntry.NONE)
    contact_phone = models.CharField(max_length=20, blank=True)
    contact_wechat = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)  # the midnight from which a closed one stands no more
    deleted_at = models.DateTimeField(null=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="activity_has_length", condition=Q(ends_at__gt=F("begins_at"))),
            models.CheckConstraint(
                name="activity_promoting_is_told_by_time", condition=~Q(state=ActivityState.PROMOTING)
            ),
            models.CheckConstraint(
                name="activity_published_when",
                condition=Q(state=ActivityState.DRAFT, published_at=None)
                | Q(state=ActivityState.DELETED)
                | (~Q(state=ActivityState.DRAFT) & Q(published_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="activity_closed_when",
                condition=(Q(state=ActivityState.INVALID) & Q(closes_at__isnull=False))
                | Q(state=ActivityState.DELETED)
                | (~Q(state=ActivityState.INVALID) & Q(closes_at=None)),
            ),
            models.CheckConstraint(
                name="activity_floors_within_bounds",
                condition=Q(floor_commission_bp__lte=9_000, floor_service_fee_bp__lte=10_000),
            ),
        ]
        indexes = [
            models.Index(name="activity_of_leader", fields=["leader", "-made_at"]),
            models.Index(name="activity_by_end", fields=["state", "ends_at"]),
        ]


class ActivityFloor(models.Model):
    """The least commission of one category's goods in an activity."""

    activity = models.ForeignKey(Activity, models.CASCADE)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    commission_bp = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="activity_floor_once", fields=["activity", "category"]),
            models.CheckConstraint(name="activity_floor_within_bounds", condition=Q(commission_bp__lte=9_000)),
        ]


class ActivityCreator(models.Model):
    """A creator named by an exclusive activity, from when until when; naming again adds a row, so rows are history."""

    activity = models.ForeignKey(Activity, models.CASCADE)
    creator = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    added_by = models.CharField(max_length=120)
    removed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="activity_creator_once", fields=["activity", "creator"], condition=Q(until_at=None)
            ),
            models.CheckConstraint(
                name="activity_creator_ends_after_beginning", condition=Q(until_at=None) | Q(until_at__gte=F("from_at"))
            ),
        ]
        indexes = [models.Index(name="activity_of_creator", fields=["creator", "activity"])]


class ActivityLeader(models.Model):
    """Another leader who may apply to an activity that names its leaders."""

    activity = models.ForeignKey(Activity, models.CASCADE)
    leader = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="activity_leader_once", fields=["activity", "leader"])]


class Trusteeship(models.Model):
    """A merchant lets a leader enter rates of its plans, within bounds, until it takes that back."""

    merchant = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    leader = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    lowest_rate_bp = models.PositiveIntegerField()
    highest_rate_bp = models.PositiveIntegerField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)  # by the leader
    ended_at = models.DateTimeField(null=True)  # by either

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="trusteeship_bounds_in_order",
                condition=Q(lowest_rate_bp__lte=F("highest_rate_bp"), highest_rate_bp__lte=9_000),
            ),
            models.CheckConstraint(name="trusteeship_has_length", condition=Q(until_at__gt=F("from_at"))),
            models.UniqueConstraint(name="trusteeship_once", fields=["merchant", "leader"], condition=Q(ended_at=None)),
        ]

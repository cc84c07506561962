"""Topics: an operator's lists of goods with a cover and dates."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Product


class TopicState(models.TextChoices):
    """What became of a topic; whether a published one is shown is said by its dates."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Topic(models.Model):
    """A list of goods for an occasion: hand-picked, or all that meet a rule, the hand-picked first."""

    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=120, blank=True)
    words_zh = models.TextField(blank=True)
    words_en = models.TextField(blank=True)
    cover_url = models.URLField(max_length=500, blank=True)  # "": a plain cover in `tint`
    tint = models.CharField(max_length=20, blank=True)  # a colour of the console
    rule = models.JSONField(null=True)  # what goods must meet, as `rules.topics` reads it; null: hand-picked only
    state = models.CharField(max_length=10, choices=TopicState, default=TopicState.DRAFT)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()  # half open
    weight = models.IntegerField(default=0)  # the heavier stands first on the front page
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="topic_has_time", condition=Q(ends_at__gt=F("starts_at")))]
        indexes = [models.Index(name="topic_by_time", fields=["state", "starts_at"])]

    @property
    def last_moment(self) -> datetime:
        """On its last day, which `ends_at` is not."""
        return self.ends_at - timedelta(microseconds=1)


class TopicProduct(models.Model):
    """A hand-picked good of a topic."""

    topic = models.ForeignKey(Topic, models.CASCADE)
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    row = models.PositiveSmallIntegerField()  # from 1

    class Meta:
        constraints = [
            models.UniqueConstraint(name="topic_product_once", fields=["topic", "product"]),
            models.UniqueConstraint(
                name="topic_row_once", fields=["topic", "row"], deferrable=models.Deferrable.DEFERRED
            ),
        ]

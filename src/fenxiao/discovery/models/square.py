"""Cards of the square: what is found of each creator, counted at night and when something of them changed."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from fenxiao.parties.models import Organisation


class CreatorCard(models.Model):
    """A creator's figures. They leave this floor only as `rules.bands` shows them.

    Keys are what lists are ordered by: the figure itself with consent, else the lower end of its range; -1: not known.
    """

    creator = models.OneToOneField(Organisation, models.CASCADE, primary_key=True, related_name="+")
    shows_exact = models.BooleanField()  # as of `counted_at`
    followers = models.PositiveIntegerField()
    gmv_fen = models.BigIntegerField()  # of the last 30 days, as facts count it
    gpm_fen = models.BigIntegerField(null=True)  # of the last 30 days, as platforms tell sales and views
    views = models.BigIntegerField()
    live_pieces = models.PositiveIntegerField()
    video_pieces = models.PositiveIntegerField()
    stayed_bp = models.PositiveSmallIntegerField(null=True)  # of the lines of 90 days, those not taken back
    plans_kept = models.PositiveSmallIntegerField()  # of those that let him in, in which he sold
    plans_let_in = models.PositiveSmallIntegerField()
    price_low_fen = models.BigIntegerField(null=True)  # a quarter of what he sold in 90 days was cheaper
    price_high_fen = models.BigIntegerField(null=True)  # and a quarter dearer
    category_shares = models.JSONField()  # basis points of the sales of 90 days, by category of the third level
    audience = models.JSONField()  # basis points, by dimension and bucket
    tier = models.CharField(max_length=6, blank=True)
    score_centi = models.PositiveSmallIntegerField(null=True)
    followers_band = models.PositiveSmallIntegerField()
    gmv_band = models.PositiveSmallIntegerField()
    gpm_band = models.PositiveSmallIntegerField()
    followers_key = models.BigIntegerField()
    gmv_key = models.BigIntegerField()
    gpm_key = models.BigIntegerField()
    score_key = models.BigIntegerField()
    newest_key = models.BigIntegerField()
    marks = ArrayField(models.CharField(max_length=60))  # what filters of sets look for, see `rules.cards`
    words = ArrayField(models.CharField(max_length=60))  # grams of name, city and introduction
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="card_by_gmv", fields=["-gmv_key", "creator"]),
            models.Index(name="card_by_gpm", fields=["-gpm_key", "creator"]),
            models.Index(name="card_by_followers", fields=["-followers_key", "creator"]),
            models.Index(name="card_by_score", fields=["-score_key", "creator"]),
            models.Index(name="card_by_newest", fields=["-newest_key", "creator"]),
            GinIndex(name="card_marks", fields=["marks"], fastupdate=False),
            GinIndex(name="card_words", fields=["words"], fastupdate=False),
        ]

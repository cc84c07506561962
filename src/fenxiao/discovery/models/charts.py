"""Charts of goods, a set of places per day and category; and what caps took from goods on that day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Category, Product
from fenxiao.discovery.rules.charts import Ranked


class Chart(models.TextChoices):
    """What goods are ranked by."""

    RISING = Ranked.RISING.value, _("Rising")
    BEST_SELLING = Ranked.BEST_SELLING.value, _("Best-selling")
    BEST_EARNING = Ranked.BEST_EARNING.value, _("Best-earning")
    MOST_PICKED = Ranked.MOST_PICKED.value, _("Most picked")
    TOOK_OFF = Ranked.TOOK_OFF.value, _("New that took off")


class ChartRow(models.Model):
    """One place of a chart. Goods with equal figures share a place; `row` numbers the lines."""

    chart = models.CharField(max_length=10, choices=Chart)
    day = models.DateField()
    category = models.ForeignKey(Category, models.CASCADE, null=True, related_name="+")  # of the third level; null: all
    row = models.PositiveSmallIntegerField()  # from 1
    place = models.PositiveSmallIntegerField()  # from 1; equal goods have one
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    # What it is ranked by: pieces, fen, creators, basis points of growth, or hundredths of a buyer per day.
    figure = models.BigIntegerField()
    place_before = models.PositiveSmallIntegerField(null=True)  # on the chart of the day before

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="chart_row_once", fields=["chart", "day", "category", "row"], nulls_distinct=False
            ),
        ]
        indexes = [models.Index(name="chart_rows_of_product", fields=["product", "-day"])]


class Cap(models.TextChoices):
    """Why something of a product does not count on charts."""

    RETURNED = "returned", _("Cancelled or refunded")  # pieces
    BUYER = "buyer", _("Too many by one buyer")  # pieces
    CREATOR = "creator", _("Too much by one creator")  # pieces
    PICK = "pick", _("Picks that do not count")  # creators
    MERCHANT = "merchant", _("Too many of one merchant")  # charts on which it stood behind others of its merchant


class ChartCut(models.Model):
    """What a cap took from a product on a day; of each cap and day the largest cuts are kept, for operators."""

    day = models.DateField()
    cap = models.CharField(max_length=10, choices=Cap)
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    told = models.BigIntegerField()  # what there was before this cap
    cut = models.BigIntegerField()  # how much of it does not count

    class Meta:
        constraints = [models.UniqueConstraint(name="chart_cut_once", fields=["day", "cap", "product"])]

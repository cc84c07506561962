"""Charts of goods, a set of places per day and category."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Category, Product


class Chart(models.TextChoices):
    """What goods are ranked by."""

    RISING = "rising", _("Rising")
    BEST_SELLING = "selling", _("Best-selling")
    BEST_EARNING = "earning", _("Best-earning")
    MOST_PICKED = "picked", _("Most picked")
    TOOK_OFF = "took_off", _("New that took off")


class ChartRow(models.Model):
    """One place of a chart. Goods with equal figures share a place; `row` numbers the lines."""

    chart = models.CharField(max_length=10, choices=Chart)
    day = models.DateField()
    category = models.ForeignKey(Category, models.CASCADE, null=True, related_name="+")  # of the third level; null: all
    row = models.PositiveSmallIntegerField()  # from 1
    place = models.PositiveSmallIntegerField()  # from 1; equal goods have one
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    figure = models.BigIntegerField()  # what it is ranked by: pieces, fen, creators or basis points of growth
    place_before = models.PositiveSmallIntegerField(null=True)  # on the chart of the day before

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="chart_row_once", fields=["chart", "day", "category", "row"], nulls_distinct=False
            ),
        ]
        indexes = [models.Index(name="chart_rows_of_product", fields=["product", "-day"])]

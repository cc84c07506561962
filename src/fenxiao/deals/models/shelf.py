"""What creators have picked (货架)."""

from django.db import models
from django.db.models import Q

from fenxiao.catalog.models import Product
from fenxiao.deals.models.applications import Application
from fenxiao.parties.models import Organisation


class ShelfItem(models.Model):
    """A product on a creator's shelf, with the application whose activity its links carry, if any."""

    creator = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, models.PROTECT, null=True)
    place = models.PositiveIntegerField()  # in the creator's own order, from 1 on; gaps are fine
    note = models.CharField(max_length=200, blank=True)
    picked_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="shelf_item_once", fields=["creator", "product"], condition=Q(removed_at=None)
            ),
        ]
        indexes = [
            models.Index(name="shelf_of_creator", fields=["creator", "place"], condition=Q(removed_at=None)),
            models.Index(name="shelf_holders_of_product", fields=["product"], condition=Q(removed_at=None)),
        ]

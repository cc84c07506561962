"""What people keep: searches of creators, creators of merchants and leaders."""

from django.db import models
from django.db.models import Q

from fenxiao.catalog.models import Product
from fenxiao.parties.models import Organisation


class SavedSearch(models.Model):
    """A search kept under a name by an organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    ask = models.JSONField()  # as it was asked, without what was left open
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # when its goods were last looked at: what came later is new

    class Meta:
        constraints = [models.UniqueConstraint(name="saved_search_once", fields=["organisation", "name"])]


class ShortlistedCreator(models.Model):
    """A creator on the shortlist of a merchant or leader."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    creator = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, models.SET_NULL, null=True, related_name="+")  # for which, where one was named
    note = models.CharField(max_length=200, blank=True)
    added_by = models.CharField(max_length=120)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="shortlisted_once", fields=["organisation", "creator"], condition=Q(removed_at=None)
            ),
        ]

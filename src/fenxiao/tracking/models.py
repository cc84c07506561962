"""Where goods are promoted and who clicked."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Application
from fenxiao.parties.models import Organisation


class Place(models.Model):
    """A promotion place (PID): a named spot where a creator shows links, for telling their results apart."""

    code = models.CharField(max_length=20, unique=True)
    creator = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="place_name_once", fields=["creator", "name"])]


class LinkTarget(models.IntegerChoices):
    """What a link leads to, numbered as the trade does."""

    LIVE_ROOM = 100, _("Live room")
    ITEM = 101, _("Item")


class Link(models.Model):
    """A tracked link of one creator to one product from one place; it may carry an application's terms."""

    code = models.CharField(max_length=20, unique=True)  # the path after /t/
    target = models.PositiveSmallIntegerField(choices=LinkTarget, default=LinkTarget.ITEM)
    place = models.ForeignKey(Place, models.PROTECT)
    creator = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    sub_id = models.CharField(max_length=64, blank=True)  # the creator's own mark, given back with orders
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="+")  # the chain's last one
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="link_once", fields=["place", "product", "sub_id", "application"], nulls_distinct=False
            )
        ]
        indexes = [models.Index(name="link_of_creator", fields=["creator", "product"])]


class Click(models.Model):
    """One click on a link, written by the edge before it answers. Keys are plain: they come from the link's row."""

    id = models.UUIDField(primary_key=True)
    link_id = models.BigIntegerField()
    creator_id = models.BigIntegerField()
    product_id = models.BigIntegerField()
    buyer_key = models.CharField(max_length=64)  # the edge's cookie for this browser
    clicked_at = models.DateTimeField()
    referrer = models.CharField(max_length=253, blank=True)  # host only
    address_digest = models.CharField(max_length=16, blank=True)  # keyed, rotates daily; no address is kept
    agent_digest = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes = [
            models.Index(name="click_last_of_buyer", fields=["buyer_key", "product_id", "clicked_at"]),
            models.Index(name="click_by_day", fields=["clicked_at"]),
        ]

"""Whose goods those are for which creators are looked for."""

from datetime import datetime

from django.db.models import QuerySet

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Application
from fenxiao.parties.models import Kind, Organisation


def goods_asked_for(asker: Organisation, *, now: datetime) -> "QuerySet[Product]":
    """A merchant's own goods on the market; a leader's: those whose cooperation with him stands at this moment."""
    offered = Product.objects.offered()
    if asker.kind == Kind.MERCHANT:
        return offered.filter(merchant=asker)
    if asker.kind == Kind.LEADER:
        standing = Application.objects.filter(activity__leader=asker).standing_at(now)
        return offered.filter(pk__in=standing.values("product"))
    return offered.none()

"""Whose goods those are for which creators are looked for."""

from datetime import datetime

from django.db.models import QuerySet

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Application
from fenxiao.kernel.errors import BadInput
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


def own_product(asker: Organisation, product_id: int, *, now: datetime) -> Product:
    """The product for which creators are looked for. Refuses (`BadInput`) one that is not among `goods_asked_for`."""
    product = goods_asked_for(asker, now=now).filter(pk=product_id).first()
    if product is None:
        raise BadInput(field="product", reason_zh="不是你的在推商品", reason_en="not a product of yours on the market")
    return product

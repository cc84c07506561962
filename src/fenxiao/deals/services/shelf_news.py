"""Creators are told when a product on their shelf earns them nothing any more."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from fenxiao.catalog.models import Level, Product, ProductState
from fenxiao.deals.queries.shelf import holders_of, holders_without_terms
from fenxiao.kernel.actors import SYSTEM
from fenxiao.parties import services as parties
from fenxiao.parties.models import Notice
from fenxiao.parties.notices import register_words

OFF_SHELF, FALLEN, TERMS_LOST = "shelf.off_shelf", "shelf.fallen_to_l0", "shelf.terms_lost"
WORDS = {
    OFF_SHELF: (
        "货架商品「{title}」已下架或暂停销售，链接不再计佣，请更换商品",
        "“{title}” on your shelf is not offered any more and its links earn nothing: put another product there",
    ),
    FALLEN: (
        "货架商品「{title}」已降为 L0 未达标，新订单不再计佣，请更换商品",
        "“{title}” on your shelf has fallen to L0 and new orders earn nothing: put another product there",
    ),
    TERMS_LOST: (
        "货架商品「{title}」当前没有对你生效的佣金计划，请在货架查看原因或更换活动",
        "“{title}” on your shelf has no terms for you now: the shelf says why; another activity may have some",
    ),
}
register_words(WORDS)


@transaction.atomic
def tell_of_goods(product_ids: Collection[int], *, cause: str, now: datetime) -> int:
    """Tell every holder of those goods that are not offered any more, once per `cause`; returns how many were."""
    holders = holders_of(product_ids)
    told = 0
    for product in Product.objects.filter(pk__in=holders).select_related("merchant").order_by("pk"):
        if code := _fall_of(product):
            told += _tell(product.pk, product.title, holders[product.pk], code=code, cause=cause, now=now)
    return told


@transaction.atomic
def tell_of_terms(product_ids: Collection[int], *, cause: str, now: datetime) -> int:
    """Tell the holders of offered goods who have lost their terms and have no unread notice of it; returns how many."""
    titles = dict(Product.objects.offered().filter(pk__in=product_ids).values_list("pk", "title"))
    told = 0
    for product_id, creator_ids in sorted(holders_without_terms(titles, now).items()):
        known = Notice.objects.filter(code=TERMS_LOST, subject_kind="product", subject_id=product_id, read_at=None)
        fresh = set(creator_ids) - set(
            known.filter(organisation__in=creator_ids).values_list("organisation", flat=True)
        )
        told += _tell(product_id, titles[product_id], sorted(fresh), code=TERMS_LOST, cause=cause, now=now)
    return told


def _fall_of(product: Product) -> str:
    if product.state != ProductState.ADMITTED or not product.merchant.is_active:
        return OFF_SHELF
    return FALLEN if product.level == Level.UNQUALIFIED else ""


def _tell(product_id: int, title: str, holders: list[int], *, code: str, cause: str, now: datetime) -> int:
    return parties.notify(
        holders, code=code, subject=("product", product_id), details={"title": title}, cause=cause, by=SYSTEM, now=now
    )

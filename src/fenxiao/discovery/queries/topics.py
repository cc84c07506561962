"""Topics as they are shown: within their dates, the hand-picked goods first, then those that meet the rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from fenxiao.catalog.models import Product
from fenxiao.discovery.errors import TopicNotShown
from fenxiao.discovery.models import Topic, TopicProduct, TopicState
from fenxiao.discovery.queries.search import search
from fenxiao.discovery.rules.topics import MOST_BY_RULE, MOST_PICKED, read_rule
from fenxiao.kernel.errors import BadInput
from fenxiao.kernel.models import AuditRow

PER_PAGE: Final = 24
HISTORY: Final = 50  # acts shown


@dataclass(frozen=True, kw_only=True)
class TopicPage:
    """One page of a topic's goods."""

    topic: Topic
    products: list[Product]  # with merchant, brand, category and its third level
    picked_ids: set[int]  # those of them that were picked by hand
    total: int
    next_cursor: str | None  # where the list goes on; None at its end


@dataclass(frozen=True, kw_only=True)
class TopicGoods:
    """All goods of a topic by how they came, for operators."""

    picked: list[TopicProduct]  # with their products, offered or not
    by_rule: list[Product]
    gone: set[int]  # picked goods that are no longer offered: creators do not see them


def topics_shown(*, now: datetime, limit: int | None = None) -> list[Topic]:
    """The topics that creators see at this moment, the heaviest first, then the latest."""
    return list(_shown(now).order_by("-weight", "-starts_at", "-pk")[:limit])


def topic_page(topic_id: int, *, now: datetime, cursor: str | None = None, per_page: int = PER_PAGE) -> TopicPage:
    """A page of a topic that is shown at this moment.

    Refuses (`TopicNotShown`) any other, a cursor that is none (`BadInput`), and a rule that cannot be asked while
    there is no index (`IndexMissing`).
    """
    topic = _shown(now).filter(pk=topic_id).first()
    if topic is None:
        raise TopicNotShown
    return _page(topic, now=now, first=first_of(cursor), per_page=per_page)


def topic_preview(topic: Topic, *, now: datetime, cursor: str | None = None, per_page: int = PER_PAGE) -> TopicPage:
    """The same page of any topic, as creators would see it at this moment; for operators."""
    return _page(topic, now=now, first=first_of(cursor), per_page=per_page)


def topic_goods(topic: Topic, *, now: datetime) -> TopicGoods:
    """All that stands on a topic, and what of it creators do not see."""
    picked = list(_picked(topic).select_related("product__merchant", "product__category__third"))
    offered = _offered([each.product_id for each in picked])
    return TopicGoods(
        picked=picked,
        by_rule=_by_rule(topic, now=now, without=set(offered)),
        gone={each.product_id for each in picked} - set(offered),
    )


def topics_for_operators() -> "QuerySet[Any]":
    """Every topic with how many goods were `picked` and how many of those are `gone`, the latest first."""
    is_gone = ~Q(topicproduct__product__in=Product.objects.offered().values("pk"))
    return Topic.objects.annotate(
        picked=Count("topicproduct"),
        gone=Count("topicproduct", filter=is_gone & Q(topicproduct__isnull=False)),
    ).order_by("-starts_at", "-pk")


def topic_history(topic: Topic) -> list[AuditRow]:
    """Who did what to a topic, the latest first."""
    rows = AuditRow.objects.filter(subject_type=Topic._meta.label_lower, subject_id=str(topic.pk))
    return list(rows.order_by("-pk")[:HISTORY])


def _shown(now: datetime) -> "QuerySet[Topic]":
    return Topic.objects.filter(state=TopicState.PUBLISHED, starts_at__lte=now, ends_at__gt=now)


def _picked(topic: Topic) -> "QuerySet[TopicProduct]":
    return TopicProduct.objects.filter(topic=topic).order_by("row")


def _page(topic: Topic, *, now: datetime, first: int, per_page: int) -> TopicPage:
    asked = list(_picked(topic).values_list("product_id", flat=True))
    offered = _offered(asked)
    picked = [offered[pk] for pk in asked if pk in offered]
    goods = [*picked, *_by_rule(topic, now=now, without=set(offered))]
    until = first + per_page
    shown = goods[first:until]
    return TopicPage(
        topic=topic,
        products=shown,
        picked_ids={each.pk for each in shown} & set(offered),
        total=len(goods),
        next_cursor=str(until) if until < len(goods) else None,
    )


def _by_rule(topic: Topic, *, now: datetime, without: set[int]) -> list[Product]:
    if topic.rule is None:
        return []
    found = search(read_rule(topic.rule).ask(now=now), now=now)
    return [row.product for row in found.rows if row.product.pk not in without]


def _offered(product_ids: Sequence[int]) -> dict[int, Product]:
    return Product.objects.offered().select_related("merchant", "brand", "category__third").in_bulk(list(product_ids))


def first_of(cursor: str | None) -> int:
    """How many goods a cursor says were shown: a topic is short. Refuses (`BadInput`) one that is none."""
    if not cursor:
        return 0
    # Its length first: Python makes no number of thousands of figures.
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= len(str(MOST_PICKED + MOST_BY_RULE))):
        raise BadInput(field="cursor", reason_zh="不是本列表给出的位置", reason_en="is none that this list gave")
    return int(cursor)

"""Who dealt with what, and what is known of goods and creators: what matches are learnt from."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from fenxiao.catalog.models import Category, Product
from fenxiao.discovery.matching import Goods
from fenxiao.discovery.matching.gathering import Dealings
from fenxiao.discovery.queries.streams import streamed
from fenxiao.discovery.rules import dealings as rules
from fenxiao.kernel.clock import business_day
from fenxiao.kernel.settings import settings
from fenxiao.orders.models import LineState
from fenxiao.parties.models import CreatorProfile, Kind, Organisation

# A creator's clicks and sales by day and his shelf, each weighing half as much after every half-life.
DEALINGS = """
WITH told AS (
    SELECT creator_id, product_id, %(today)s - day AS age,
        %(click)s * clicks + %(paid)s * paid_lines + %(settled)s * settled_lines AS weight
    FROM facts_promotionday WHERE day > %(today)s - %(days)s AND day <= %(today)s
    UNION ALL
    SELECT creator_id, product_id, greatest(%(today)s - (picked_at AT TIME ZONE %(zone)s)::date, 0), %(shelf)s
    FROM deals_shelfitem WHERE removed_at IS NULL AND picked_at > %(since)s
)
SELECT creator_id, product_id, sum(weight * power(0.5, age / %(half)s::float8))::float8
FROM told WHERE weight > 0 GROUP BY creator_id, product_id ORDER BY creator_id, min(age) DESC, product_id
"""
# What one buyer of a shop system bought, however many orders that took: of the last days that have no more than so many
# lines, the newest one whatever it has, and of a buyer the goods that came last.
BASKETS = """
WITH days AS (
    SELECT date_trunc('day', paid_at) AS day, sum(count(*)) OVER (ORDER BY date_trunc('day', paid_at) DESC) AS lines
    FROM orders_orderline WHERE paid_at > %(since)s GROUP BY 1
), bought AS (
    SELECT o.source, o.buyer_key, l.product_id, min(l.paid_at) AS came
    FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
    WHERE o.buyer_key <> '' AND l.state <> %(invalid)s AND l.paid_at > %(since)s
        AND l.paid_at >= (SELECT coalesce(min(day) FILTER (WHERE lines <= %(most_lines)s), max(day)) FROM days)
    GROUP BY o.source, o.buyer_key, l.product_id
), placed AS (
    SELECT dense_rank() OVER (ORDER BY source, buyer_key) - 1 AS buyer, product_id, came,
        row_number() OVER (PARTITION BY source, buyer_key ORDER BY came DESC, product_id DESC) AS place
    FROM bought
)
SELECT buyer, product_id FROM placed WHERE place <= %(most_each)s ORDER BY buyer, came, product_id
"""


def creators_dealings(*, now: datetime) -> Iterator[Dealings]:
    """What creators sold, had clicked and hold on their shelves; many sales say more, but not in proportion."""
    since = now - timedelta(days=rules.REMEMBERED_DAYS)
    told = {"today": business_day(now), "since": since, "zone": settings().time_zone, **rules.TOLD}
    for rows in streamed(DEALINGS, told, creator=np.int64, product=np.int64, weight=np.float64):
        yield Dealings(
            who=rows["creator"].astype(np.int64),
            product_ids=rows["product"].astype(np.int64),
            weights=np.log1p(rows["weight"]).astype(np.float32),
        )


def buyers_baskets(
    *, now: datetime, most_lines: int = rules.MOST_LINES, most_each: int = rules.MOST_OF_A_BUYER
) -> Iterator[Dealings]:
    """What buyers bought of late, a number per buyer from 0 on: so many goods of each, out of so many lines at most."""
    since = now - timedelta(days=rules.REMEMBERED_DAYS)
    told = {"since": since, "invalid": int(LineState.INVALID), "most_lines": most_lines, "most_each": most_each}
    for rows in streamed(BASKETS, told, buyer=np.int64, product=np.int64):
        yield Dealings(
            who=rows["buyer"].astype(np.int64),
            product_ids=rows["product"].astype(np.int64),
            weights=np.ones(len(rows), dtype=np.float32),
        )


def goods_by_id(product_ids: Any) -> dict[int, Goods]:
    """What is known of the products on their first day: categories from the top, brand, price and title."""
    parents = dict(Category.objects.values_list("id", "parent_id"))
    rows = Product.objects.filter(pk__in=list(product_ids))
    return {
        pk: Goods(categories=_line(category, parents), brand=brand or "", price_fen=price, title=title)
        for pk, category, brand, price, title in rows.values_list(
            "pk", "category_id", "brand__name", "price_fen", "title"
        )
    }


def creator_profiles() -> dict[int, str]:
    """Every active creator's words about himself, empty where there are none."""
    told = dict(CreatorProfile.objects.values_list("creator_id", "introduction"))
    creators = Organisation.objects.filter(kind=Kind.CREATOR, is_active=True).order_by("pk")
    return {pk: told.get(pk, "") for pk in creators.values_list("pk", flat=True)}


def product_ids() -> NDArray[np.int64]:
    """Every product there is, in order."""
    return _in_order(Product.objects.all())


def offered_product_ids() -> NDArray[np.int64]:
    """Every product that may be offered, in order."""
    return _in_order(Product.objects.offered())


def _in_order(rows: QuerySet[Any]) -> NDArray[np.int64]:
    return np.fromiter(rows.order_by("pk").values_list("pk", flat=True).iterator(), dtype=np.int64)


def _line(category_id: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    above = [category_id]
    while (parent := parents.get(above[-1])) is not None:
        above.append(parent)
    return tuple(reversed(above))

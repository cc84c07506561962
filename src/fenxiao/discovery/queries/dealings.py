"""Who dealt with what, and what is known of goods and creators: what matches are learnt from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from fenxiao.catalog.models import Category, Product
from fenxiao.discovery.matching import Goods
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
SELECT creator_id, product_id, sum(weight * power(0.5, age / %(half)s::float8))::float8, -min(age)
FROM told WHERE weight > 0 GROUP BY creator_id, product_id ORDER BY creator_id, product_id
"""
# What one buyer of a shop system bought, however many orders that took.
BASKETS = """
SELECT dense_rank() OVER (ORDER BY o.source, o.buyer_key), l.product_id,
    extract(epoch FROM min(l.paid_at))::float8
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
WHERE o.buyer_key <> '' AND l.state <> %(invalid)s AND l.paid_at > %(since)s
GROUP BY o.source, o.buyer_key, l.product_id ORDER BY 1, 3, 2
"""


@dataclass(frozen=True, kw_only=True)
class Dealings:
    """Columns of one length: who, with which product, how much it says, when it was last (larger is later)."""

    who: NDArray[np.int64]
    product_ids: NDArray[np.int64]
    weights: NDArray[np.float64]
    moments: NDArray[np.float64]


def creators_dealings(*, now: datetime) -> Dealings:
    """What creators sold, had clicked and hold on their shelves; many sales say more, but not in proportion."""
    since = now - timedelta(days=rules.REMEMBERED_DAYS)
    told = {"today": business_day(now), "since": since, "zone": settings().time_zone, **rules.TOLD}
    creators, products, summed, moments = _columns(DEALINGS, told, columns=4)
    return Dealings(
        who=creators.astype(np.int64),
        product_ids=products.astype(np.int64),
        weights=np.log1p(summed),
        moments=moments,
    )


def buyers_baskets(*, now: datetime) -> Dealings:
    """What buyers bought, a number per buyer."""
    since = now - timedelta(days=rules.REMEMBERED_DAYS)
    buyers, products, moments = _columns(BASKETS, {"since": since, "invalid": int(LineState.INVALID)}, columns=3)
    return Dealings(
        who=buyers.astype(np.int64) - 1,
        product_ids=products.astype(np.int64),
        weights=np.ones(len(buyers)),
        moments=moments,
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


def offered_product_ids() -> NDArray[np.int64]:
    """Every product that may be offered, in order."""
    rows = Product.objects.offered().order_by("pk").values_list("pk", flat=True)
    return np.fromiter(rows.iterator(), dtype=np.int64)


def _columns(statement: str, told: dict[str, Any], *, columns: int) -> NDArray[np.float64]:
    """The columns of a statement's rows; also of none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return np.array(cursor.fetchall(), dtype=np.float64).reshape(-1, columns).T


def _line(category_id: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    above = [category_id]
    while (parent := parents.get(above[-1])) is not None:
        above.append(parent)
    return tuple(reversed(above))

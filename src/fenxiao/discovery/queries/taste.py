"""What a creator sold, had clicked and holds, by categories and prices."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from fenxiao.discovery.rules import dealings as rules
from fenxiao.discovery.rules.fit import Dealt, Taste, taste_of
from fenxiao.kernel.clock import business_day
from fenxiao.kernel.settings import settings

# As the matches are learnt from (`queries.dealings`), of one creator; each half-life halves the weight.
MIX = """
WITH told AS (
    SELECT product_id, %(today)s - day AS age,
        %(click)s * clicks + %(paid)s * paid_lines + %(settled)s * settled_lines AS weight
    FROM facts_promotionday WHERE creator_id = %(creator)s AND day > %(today)s - %(days)s AND day <= %(today)s
    UNION ALL
    SELECT product_id, greatest(%(today)s - (picked_at AT TIME ZONE %(zone)s)::date, 0), %(shelf)s
    FROM deals_shelfitem WHERE creator_id = %(creator)s AND removed_at IS NULL AND picked_at > %(since)s
)
SELECT coalesce(third.id, c.id), second.id, top.id, p.price_fen,
    sum(weight * power(0.5, age / %(half)s::float8))::float8
FROM told JOIN catalog_product p ON p.id = told.product_id JOIN catalog_category c ON c.id = p.category_id
LEFT JOIN catalog_category third ON third.id = c.third_id
LEFT JOIN catalog_category second ON second.id = third.parent_id
LEFT JOIN catalog_category top ON top.id = second.parent_id
WHERE weight > 0 GROUP BY 1, 2, 3, 4
"""


def taste_at(creator_id: int, now: datetime) -> Taste:
    """The creator's mix of categories and prices, in one statement."""
    told: dict[str, Any] = {
        **{"creator": creator_id, "today": business_day(now), "zone": settings().time_zone},
        **{"since": now - timedelta(days=rules.REMEMBERED_DAYS), **rules.TOLD},
    }
    with connection.cursor() as cursor:
        cursor.execute(MIX, told)
        rows = cursor.fetchall()
    return taste_of(
        Dealt(path=tuple(each for each in path if each is not None), price_fen=price_fen, weight=weight)
        for *path, price_fen, weight in rows
    )

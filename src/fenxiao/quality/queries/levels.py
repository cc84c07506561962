"""How levels are spread over categories, in goods and in money."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import connection

from fenxiao.catalog.models import Category, ProductState
from fenxiao.quality.rules import Words

LEVELS: Final = (5, 4, 3, 2, 1, 0)
DEPTHS: Final = 3  # the third level is the peer group's; nothing is told apart below it
SHORT_DAYS: Final = 30
# Every admitted product counts for the category on its path that lies right below the parent, or is it.
SPREAD: Final = """
WITH sold AS (
  SELECT product_id, sum(gmv_fen - refund_fen) AS gmv_fen FROM facts_productday
  WHERE day >= %(since)s AND day < %(until)s GROUP BY product_id
)
SELECT top.id, top.name_zh, top.name_en, p.level, count(*), coalesce(sum(sold.gmv_fen), 0)::bigint
FROM catalog_product p
JOIN catalog_category own ON own.id = p.category_id
JOIN catalog_category third ON third.id = coalesce(own.third_id, own.id)
LEFT JOIN catalog_category second ON second.id = third.parent_id
JOIN catalog_category top ON top.id = CASE
  WHEN %(parent)s::text IS NULL THEN coalesce(second.parent_id, second.id, third.id)
  WHEN third.parent_id = %(parent)s OR third.id = %(parent)s THEN third.id
  WHEN second.parent_id = %(parent)s THEN second.id END
LEFT JOIN sold ON sold.product_id = p.id
WHERE p.state = %(admitted)s
GROUP BY top.id, top.name_zh, top.name_en, p.level
"""


@dataclass(frozen=True, kw_only=True)
class Part:
    """The goods of one level in one category."""

    level: int
    products: int
    share: float  # of the category's graded goods, in percent
    gmv_fen: int  # net, of 30 days
    gmv_share: float  # of what the category's graded goods sold, in percent


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The levels of one category's goods. `key` is None for all categories shown together."""

    key: str | None
    name: Words
    products: int
    ungraded: int
    gmv_fen: int
    parts: tuple[Part, ...]  # of every level, the highest first


def spread_of_levels(parent: Category | None, *, today: date) -> tuple[Spread, list[Spread]]:
    """The levels of all goods under `parent`, and of each category right below it, the fullest first.

    Goods that hang at `parent` itself are told under its own name. One statement.
    """
    asked = {
        "parent": parent.pk if parent else None,
        "since": today - timedelta(days=SHORT_DAYS),
        "until": today,
        "admitted": ProductState.ADMITTED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, asked)
        rows = cursor.fetchall()
    found: dict[str, tuple[Words, dict[int | None, tuple[int, int]]]] = {}
    whole: dict[int | None, tuple[int, int]] = {}
    for key, zh, en, level, products, gmv_fen in rows:
        _, levels = found.setdefault(key, (Words(zh, en), {}))
        levels[level] = (products, gmv_fen)
        before = whole.get(level, (0, 0))
        whole[level] = (before[0] + products, before[1] + gmv_fen)
    each = [_spread(key, name, levels) for key, (name, levels) in found.items()]
    return _spread(None, Words("合计", "All"), whole), sorted(each, key=lambda one: (-one.products, one.key or ""))


def _spread(key: str | None, name: Words, levels: dict[int | None, tuple[int, int]]) -> Spread:
    graded = sum(levels.get(level, (0, 0))[0] for level in LEVELS)
    # What was refunded may exceed what was sold; no bar is longer than the whole or shorter than nothing.
    sold = sum(max(0, levels.get(level, (0, 0))[1]) for level in LEVELS)
    return Spread(
        key=key,
        name=name,
        products=sum(count for count, _ in levels.values()),
        ungraded=levels.get(None, (0, 0))[0],
        gmv_fen=sum(fen for _, fen in levels.values()),
        parts=tuple(_part(level, *levels.get(level, (0, 0)), graded=graded, sold=sold) for level in LEVELS),
    )


def _part(level: int, products: int, gmv_fen: int, *, graded: int, sold: int) -> Part:
    return Part(
        level=level,
        products=products,
        share=100 * products / graded if graded else 0.0,
        gmv_fen=gmv_fen,
        gmv_share=100 * max(0, gmv_fen) / sold if sold else 0.0,
    )

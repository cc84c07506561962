"""The SQL of charts: all categories of a day at once, by the rules of `rules.charts`, whose numbers stand in it.

Lines of orders become `chart_line` (what of each counts), these `chart_good` (a product's sums), these `contender`
(a product on a chart), these `standing` (in order). Facts cannot serve: they know no buyers, and what went back stands
there on the day it did, while a chart leaves out the sale itself.
"""
# ruff: noqa: S608  # the pieces put together here are this module's own constants

from typing import Final

from fenxiao.discovery.rules import charts as rules
from fenxiao.kernel.money import BP
from fenxiao.orders.rules import State

DAY: Final = "interval '1 day'"
GOODS: Final = "(l.paid_fen - l.freight_fen - l.tax_fen)"
# catalog's `offered()`, written out.
IS_OFFERED: Final = "p.state = 'admitted' AND p.level IS DISTINCT FROM 0 AND m.is_active"
Z: Final = f"{rules.CERTAINTY}::float8"
Z2: Final = f"({Z} * {Z})"
BY_DAY: Final = "day > %(day)s - {days} AND day <= %(day)s"

MAKE_TABLES: Final = """
DROP TABLE IF EXISTS chart_line, chart_good, chart_pick, contender, standing;
CREATE TEMP TABLE chart_line
  (product_id bigint, creator_id bigint, age int, is_since boolean, buyer bigint, told bigint, standing bigint,
   counted bigint, head int, commission_fen bigint) ON COMMIT DROP;
CREATE TEMP TABLE chart_good
  (product_id bigint, told bigint, sold bigint, earned_fen bigint, recent bigint, before bigint, fresh bigint,
   buyers bigint) ON COMMIT DROP;
CREATE TEMP TABLE chart_pick (product_id bigint, told bigint, counted bigint) ON COMMIT DROP;
CREATE TEMP TABLE contender
  (chart text, category_id text, product_id bigint, merchant_id bigint, figure bigint, buyers bigint, lot text)
  ON COMMIT DROP;
CREATE TEMP TABLE standing
  (chart text, category_id text, product_id bigint, figure bigint, plain_row bigint, is_kept boolean, row bigint,
   place bigint) ON COMMIT DROP;
"""

# `standing_pieces` and `counted_of_buyer`: an order that names no buyer is a buyer of its own.
LINES: Final = f"""
INSERT INTO chart_line
WITH sold AS (
  SELECT l.id, l.product_id, l.creator_id, l.paid_at, l.quantity, o.buyer_key <> '' AS is_named,
         floor(extract(epoch FROM %(until)s - l.paid_at) / 86400)::int AS age,
         l.paid_at >= p.admitted_at AS is_since,
         hashtextextended(o.source || chr(31) || coalesce(nullif(o.buyer_key, ''), 'order:' || o.id), 0) AS buyer,
         CASE WHEN l.state = {State.INVALID:d} OR {GOODS} = 0 THEN 0 WHEN l.refunded_fen = 0 THEN l.quantity
              ELSE div(2::numeric * l.quantity * ({GOODS} - least(l.refunded_fen, {GOODS})) + {GOODS} - 1,
                       2 * {GOODS})
         END::bigint AS standing,
         ({GOODS} - least(l.refunded_fen, {GOODS})) * l.commission_rate_bp / {BP} AS commission_fen
  FROM orders_orderline l
  JOIN orders_order o ON o.id = l.order_id
  JOIN catalog_product p ON p.id = l.product_id
  JOIN parties_organisation m ON m.id = p.merchant_id
  WHERE l.paid_at <= %(until)s AND l.paid_at > %(until)s - {rules.READ_DAYS} * {DAY} AND {IS_OFFERED}
),
queued AS (
  SELECT *, coalesce(sum(standing) OVER (
    PARTITION BY product_id, age, buyer ORDER BY paid_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), 0)::bigint AS ahead FROM sold
),
capped AS (
  SELECT *, greatest(least(standing,
    CASE WHEN is_named THEN {rules.PIECES_PER_BUYER} ELSE {rules.PIECES_WITHOUT_BUYER} END - ahead), 0) AS counted
  FROM queued
)
SELECT product_id, creator_id, age, is_since, buyer, quantity, standing, counted,
       (ahead = 0 AND counted > 0)::int,
       CASE WHEN creator_id IS NULL OR standing = 0 THEN 0 ELSE commission_fen * counted / standing END
FROM capped
"""


def _part(column: str, condition: str) -> str:
    """What a creator brought under a condition; 0 for nothing, since `least` passes over nulls."""
    return f"coalesce(sum({column}) FILTER (WHERE {condition}), 0)"


def _most(column: str) -> str:
    """The most that one creator's part may be of a product's sum, rounded up."""
    return f"div(sum({column}) OVER (PARTITION BY product_id) * {rules.PROMOTER_SHARE_BP} + {BP - 1}, {BP})"


def _shared(column: str) -> str:
    """`counted_of_product`: a creator's part is cut to the most it may be."""
    return f"sum(CASE WHEN creator_id IS NULL THEN {column} ELSE least({column}, {column}_most) END)"


# Only what lifts a product is capped: what it sold before rising is taken whole, or a cap there would look like growth.
GOODS_SOLD: Final = f"""
INSERT INTO chart_good
WITH brought AS (
  SELECT product_id, creator_id,
         {_part("counted", f"age < {rules.SOLD_DAYS}")} AS sold,
         {_part("commission_fen", f"age < {rules.SOLD_DAYS}")} AS earned_fen,
         {_part("head", f"age < {rules.RECENT_DAYS}")} AS recent,
         {_part("head", f"age >= {rules.RECENT_DAYS} AND age < {rules.RECENT_DAYS + rules.BEFORE_DAYS}")} AS before,
         {_part("head", f"is_since AND age < {rules.NEW_DAYS}")} AS fresh
  FROM chart_line GROUP BY product_id, creator_id
),
bounded AS (
  SELECT *, {_most("sold")} AS sold_most, {_most("earned_fen")} AS earned_fen_most, {_most("recent")} AS recent_most,
         {_most("fresh")} AS fresh_most
  FROM brought
),
buyers AS (
  SELECT product_id, count(DISTINCT buyer) AS buyers FROM chart_line
  WHERE counted > 0 AND age < {rules.SOLD_DAYS} GROUP BY product_id
)
SELECT b.product_id, sum(sold), {_shared("sold")}, {_shared("earned_fen")}, {_shared("recent")}, sum(before),
       {_shared("fresh")}, coalesce(max(n.buyers), 0)
FROM bounded b LEFT JOIN buyers n ON n.product_id = b.product_id GROUP BY b.product_id
"""

# `counted_pickers` of picks that were kept, of each creator's first so many.
PICKS: Final = f"""
INSERT INTO chart_pick
WITH active AS (
  SELECT DISTINCT creator_id FROM facts_creatorday
  WHERE {BY_DAY.format(days=rules.ACTIVE_DAYS)} AND (clicks > 0 OR paid_lines > 0)
),
picked AS (
  SELECT i.creator_id, i.product_id, min(i.picked_at) AS picked_at,
         bool_or(i.removed_at IS NULL OR i.removed_at > %(until)s
                 OR i.removed_at - i.picked_at >= {rules.KEPT_HOURS} * interval '1 hour') AS is_kept
  FROM deals_shelfitem i JOIN parties_organisation c ON c.id = i.creator_id AND c.is_active
  WHERE i.picked_at <= %(until)s AND i.picked_at > %(until)s - {rules.SOLD_DAYS} * {DAY}
  GROUP BY i.creator_id, i.product_id
),
numbered AS (
  SELECT product_id, a.creator_id IS NOT NULL AS is_active,
         is_kept AND row_number() OVER (
           PARTITION BY k.creator_id ORDER BY picked_at, product_id
         ) <= {rules.PICKS_PER_CREATOR} AS counts
  FROM picked k LEFT JOIN active a USING (creator_id)
),
summed AS (
  SELECT product_id, count(*) AS told, count(*) FILTER (WHERE counts AND is_active) AS active,
         count(*) FILTER (WHERE counts AND NOT is_active) AS idle
  FROM numbered GROUP BY product_id
)
SELECT product_id, told, active + least(idle, active * {rules.IDLE_SHARE_BP} / {BP}) FROM summed
"""

# `growth_bp`: q is the lower Wilson bound of the share of recent buyers.
GROWTH: Final = f"""
CROSS JOIN LATERAL (SELECT (g.recent + greatest(g.before, {rules.LEAST_BEFORE_BUYERS}))::float8 AS n) AS a
CROSS JOIN LATERAL (SELECT a.n, g.recent / a.n AS share) AS s
CROSS JOIN LATERAL (
  SELECT (s.share + {Z2} / (2 * s.n) - {Z} * sqrt(s.share * (1 - s.share) / s.n + {Z2} / (4.0 * s.n * s.n)))
         / (1 + {Z2} / s.n) AS q
) AS w
CROSS JOIN LATERAL (
  SELECT floor({BP} * (w.q / (1 - w.q) * {rules.BEFORE_DAYS} / {rules.RECENT_DAYS} - 1)) AS growth
) AS r
"""
# `take_off`
TAKE_OFF: Final = f"""
floor(100 * (g.fresh + {Z2} / 2 - {Z} * sqrt(g.fresh + {Z2} / 4))
      / greatest(extract(epoch FROM %(until)s - p.admitted_at)::float8 / 86400, {rules.LEAST_NEW_DAYS}))
"""

CONTENDERS: Final = f"""
INSERT INTO contender
WITH figures AS (
  SELECT '{rules.Ranked.BEST_SELLING}' AS chart, product_id, sold AS figure FROM chart_good
  WHERE sold >= {rules.LEAST_PIECES}
  UNION ALL
  SELECT '{rules.Ranked.BEST_EARNING}', product_id, earned_fen FROM chart_good
  WHERE earned_fen > 0 AND sold >= {rules.LEAST_PIECES}
  UNION ALL
  SELECT '{rules.Ranked.MOST_PICKED}', product_id, counted FROM chart_pick WHERE counted >= {rules.LEAST_PICKERS}
  UNION ALL
  SELECT '{rules.Ranked.RISING}', g.product_id, r.growth
  FROM (SELECT * FROM chart_good WHERE recent >= {rules.LEAST_RISING_BUYERS}) g
  JOIN catalog_product p ON p.id = g.product_id {GROWTH}
  WHERE r.growth > 0 AND p.admitted_at <= %(until)s - {rules.RECENT_DAYS + rules.BEFORE_DAYS} * {DAY}
  UNION ALL
  SELECT '{rules.Ranked.TOOK_OFF}', g.product_id, {TAKE_OFF}
  FROM chart_good g JOIN catalog_product p ON p.id = g.product_id
  WHERE g.fresh >= {rules.LEAST_NEW_BUYERS} AND p.admitted_at > %(until)s - {rules.NEW_DAYS} * {DAY}
)
SELECT f.chart, place.category_id, f.product_id, p.merchant_id, f.figure, coalesce(g.buyers, 0),
       md5(%(key)s || ':' || f.product_id)
FROM figures f
JOIN catalog_product p ON p.id = f.product_id
JOIN parties_organisation m ON m.id = p.merchant_id
JOIN catalog_category c ON c.id = p.category_id
LEFT JOIN chart_good g ON g.product_id = f.product_id
CROSS JOIN LATERAL (
  SELECT c.third_id AS category_id WHERE c.third_id IS NOT NULL UNION ALL SELECT NULL
) AS place
WHERE {IS_OFFERED}
"""

# `placed`
STANDINGS: Final = f"""
INSERT INTO standing
WITH ordered AS (
  SELECT *, row_number() OVER (PARTITION BY chart, category_id ORDER BY figure DESC, buyers DESC, lot) AS plain_row,
         row_number() OVER (
           PARTITION BY chart, category_id, merchant_id ORDER BY figure DESC, buyers DESC, lot
         ) AS of_merchant
  FROM contender
),
numbered AS (
  SELECT *, row_number() OVER (PARTITION BY chart, category_id, is_kept ORDER BY figure DESC, buyers DESC, lot) AS row,
         rank() OVER (PARTITION BY chart, category_id, is_kept ORDER BY figure DESC) AS place
  FROM (SELECT *, of_merchant <= {rules.PLACES_PER_MERCHANT} AS is_kept FROM ordered) AS marked
)
SELECT chart, category_id, product_id, figure, plain_row, is_kept, row, place FROM numbered
WHERE plain_row <= {rules.PLACES} OR is_kept AND row <= {rules.PLACES}
"""

FORGET: Final = """
DELETE FROM discovery_chartrow WHERE chart = ANY(%(charts)s) AND (day = %(day)s OR day < %(oldest)s);
DELETE FROM discovery_chartcut WHERE day = %(day)s OR day < %(oldest)s;
"""

WRITE_ROWS: Final = f"""
INSERT INTO discovery_chartrow (chart, day, category_id, row, place, product_id, figure, place_before)
SELECT s.chart, %(day)s, s.category_id, s.row, s.place, s.product_id, s.figure, b.place
FROM standing s
LEFT JOIN discovery_chartrow b ON b.day = %(day)s - 1 AND b.chart = s.chart AND b.product_id = s.product_id
  AND coalesce(b.category_id, '') = coalesce(s.category_id, '')
WHERE s.is_kept AND s.row <= {rules.PLACES}
"""

WRITE_CUTS: Final = f"""
INSERT INTO discovery_chartcut (day, cap, product_id, told, cut)
WITH cuts AS (
  SELECT 'returned' AS cap, product_id, sum(told) AS told, sum(told - standing) AS cut
  FROM chart_line WHERE age < {rules.SOLD_DAYS} GROUP BY product_id
  UNION ALL
  SELECT 'buyer', product_id, sum(standing), sum(standing - counted)
  FROM chart_line WHERE age < {rules.SOLD_DAYS} GROUP BY product_id
  UNION ALL
  SELECT 'creator', product_id, told, told - sold FROM chart_good
  UNION ALL
  SELECT 'pick', k.product_id, k.told, k.told - k.counted
  FROM chart_pick k JOIN catalog_product p ON p.id = k.product_id
  JOIN parties_organisation m ON m.id = p.merchant_id WHERE {IS_OFFERED}
  UNION ALL
  SELECT 'merchant', product_id, count(*), count(*) FILTER (WHERE NOT is_kept)
  FROM standing WHERE plain_row <= {rules.PLACES} GROUP BY product_id
),
largest AS (
  SELECT *, row_number() OVER (PARTITION BY cap ORDER BY cut DESC, product_id) AS nth FROM cuts WHERE cut > 0
)
SELECT %(day)s, cap, product_id, told, cut FROM largest WHERE nth <= {rules.CUTS_KEPT}
"""

# In this order; each table is told to the planner before the next reads it.
STEPS: Final = (
    (LINES, "chart_line"),
    (GOODS_SOLD, "chart_good"),
    (PICKS, "chart_pick"),
    (CONTENDERS, "contender"),
    (STANDINGS, "standing"),
)

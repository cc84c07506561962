"""The SQL of counting. Each happening is one row in a temporary table; days are sums of them.

Every statement reads rows of the floors below by the stale product-days in `stale_batch`, whatever their number.
Only the grouping of `happening` knows that clicks and sales are different things.
"""
# ruff: noqa: S608  # the pieces put together here are this module's own constants

from typing import Final

from fenxiao.deals.rules import HIGHEST_COMMISSION_BP
from fenxiao.orders.rules import NO_SALE

SUMS: Final = (
    "clicks",
    "paid_lines",
    "promoted_lines",
    "units",
    "gmv_fen",
    "promoted_gmv_fen",
    "refund_fen",
    "refunded_lines",
    "commission_fen",
)
SETTLED_SUMS: Final = (*SUMS, "settled_lines", "settled_commission_fen")
FEES: Final = ("service_fee_fen", "ceded_fee_fen", "settled_service_fee_fen", "settled_ceded_fee_fen")
APPLICATION_SUMS: Final = (*SETTLED_SUMS, *FEES)
PRODUCT_SUMS: Final = (
    *SUMS,
    "quality_refunds",
    "received_lines",
    "promised_lines",
    "on_time_lines",
    "reviews",
    "stars",
)
COUNTS: Final = (*PRODUCT_SUMS, "settled_lines", "settled_commission_fen", *FEES)

IS_SALE: Final = f"l.reason NOT IN ({', '.join(repr(str(reason)) for reason in sorted(NO_SALE))})"
GOODS: Final = "(l.paid_fen - l.freight_fen - l.tax_fen)"
WHOSE: Final = "l.product_id, l.creator_id, l.application_id, l.second_application_id"

MAKE_TABLES: Final = f"""
CREATE TEMP TABLE IF NOT EXISTS stale_batch
  (product_id bigint, day date, starts_at timestamptz, ends_at timestamptz) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS happening
  (product_id bigint, creator_id bigint, application_id bigint, second_application_id bigint, day date,
   buyer text, unit_fen bigint,
   {", ".join(f"{column} bigint NOT NULL DEFAULT 0" for column in COUNTS)}) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS touched_creator (creator_id bigint, day date) ON COMMIT DROP;
TRUNCATE stale_batch, happening, touched_creator;
"""

TAKE_STALE: Final = """
WITH taken AS (
  DELETE FROM facts_staleday WHERE id IN (
    SELECT id FROM facts_staleday ORDER BY day, product_id LIMIT %(most)s FOR UPDATE
  ) RETURNING product_id, day
)
INSERT INTO stale_batch
SELECT product_id, day, day::timestamp AT TIME ZONE %(zone)s, (day + 1)::timestamp AT TIME ZONE %(zone)s FROM taken
"""

SALES: Final = f"""
INSERT INTO happening (product_id, creator_id, application_id, second_application_id, day, buyer, unit_fen,
                       paid_lines, promoted_lines, units, gmv_fen, promoted_gmv_fen, commission_fen,
                       service_fee_fen, ceded_fee_fen)
SELECT {WHOSE}, s.day, coalesce(nullif(o.buyer_key, ''), 'order:' || o.id),
       {GOODS} / greatest(l.quantity, 1),
       1, (l.creator_id IS NOT NULL)::int, l.quantity, {GOODS},
       CASE WHEN l.creator_id IS NULL THEN 0 ELSE {GOODS} END,
       CASE WHEN l.creator_id IS NULL THEN 0 ELSE {GOODS} * l.commission_rate_bp / 10000 END,
       CASE WHEN l.leader_id IS NULL THEN 0 ELSE {GOODS} * l.service_fee_rate_bp / 10000 END,
       CASE WHEN l.second_leader_id IS NULL THEN 0 ELSE {GOODS} * l.ceded_fee_rate_bp / 10000 END
FROM stale_batch s
JOIN orders_orderline l ON l.product_id = s.product_id AND l.paid_at >= s.starts_at AND l.paid_at < s.ends_at
JOIN orders_order o ON o.id = l.order_id
WHERE {IS_SALE}
"""

# How much of each refund fell on the goods: freight and tax go back last, and never more than the goods cost.
REFUNDS: Final = f"""
WITH hit AS (
  SELECT DISTINCT l.id FROM stale_batch s
  JOIN orders_orderline l ON l.product_id = s.product_id
  JOIN orders_refund r ON r.line_id = l.id AND r.refunded_at >= s.starts_at AND r.refunded_at < s.ends_at
  WHERE {IS_SALE}
), running AS (
  SELECT r.line_id, r.refunded_at, r.amount_fen, r.is_quality,
         sum(r.amount_fen) OVER way AS upto,
         row_number() OVER (PARTITION BY r.line_id, r.is_quality ORDER BY r.refunded_at, r.id) AS nth_alike
  FROM orders_refund r JOIN hit ON hit.id = r.line_id
  WINDOW way AS (PARTITION BY r.line_id ORDER BY r.refunded_at, r.id)
)
INSERT INTO happening (product_id, creator_id, application_id, second_application_id, day,
                       refund_fen, refunded_lines, quality_refunds)
SELECT {WHOSE}, s.day,
       least({GOODS}, r.upto) - least({GOODS}, r.upto - r.amount_fen),
       (r.amount_fen > 0 AND r.upto = r.amount_fen)::int, (r.is_quality AND r.nth_alike = 1)::int
FROM running r
JOIN orders_orderline l ON l.id = r.line_id
JOIN stale_batch s ON s.product_id = l.product_id AND r.refunded_at >= s.starts_at AND r.refunded_at < s.ends_at
"""

RECEIPTS: Final = f"""
INSERT INTO happening (product_id, creator_id, application_id, second_application_id, day,
                       received_lines, promised_lines, on_time_lines)
SELECT {WHOSE}, s.day, 1, (l.promised_at IS NOT NULL)::int,
       coalesce(l.received_at <= l.promised_at, false)::int
FROM stale_batch s
JOIN orders_orderline l ON l.product_id = s.product_id AND l.received_at >= s.starts_at AND l.received_at < s.ends_at
WHERE {IS_SALE}
"""

# deals.rules.parts_of, written out: the creator's net of the base that was left when the line was settled, with the
# step it reached, and the fees of the leaders before the platform's own.
SETTLEMENTS: Final = f"""
INSERT INTO happening (product_id, creator_id, application_id, second_application_id, day,
                       settled_lines, settled_commission_fen, settled_service_fee_fen, settled_ceded_fee_fen)
SELECT {WHOSE}, s.day, 1, earned.fen - earned.fen * l.platform_fee_rate_bp / 10000,
       CASE WHEN l.leader_id IS NULL THEN 0 ELSE base.fen * l.service_fee_rate_bp / 10000 END,
       CASE WHEN l.second_leader_id IS NULL THEN 0 ELSE base.fen * l.ceded_fee_rate_bp / 10000 END
FROM stale_batch s
JOIN orders_orderline l ON l.product_id = s.product_id AND l.settled_at >= s.starts_at AND l.settled_at < s.ends_at
CROSS JOIN LATERAL (
  SELECT coalesce(sum(r.amount_fen), 0) AS fen FROM orders_refund r
  WHERE r.line_id = l.id AND r.refunded_at <= l.settled_at
) AS back
CROSS JOIN LATERAL (SELECT greatest({GOODS} - back.fen, 0)::bigint AS fen) AS base
CROSS JOIN LATERAL (
  SELECT base.fen * least(l.commission_rate_bp + coalesce(l.step_bp, 0), {HIGHEST_COMMISSION_BP}) / 10000 AS fen
) AS earned
WHERE l.creator_id IS NOT NULL AND {IS_SALE}
"""

# Clicks and reviews are found by their day, not by their product: the batch is in the order of days, so few are read.
REVIEWS: Final = f"""
WITH span AS MATERIALIZED (SELECT DISTINCT day, starts_at, ends_at FROM stale_batch)
INSERT INTO happening (product_id, creator_id, application_id, second_application_id, day, reviews, stars)
SELECT {WHOSE}, s.day, 1, v.stars
FROM span
JOIN orders_review v ON v.reviewed_at >= span.starts_at AND v.reviewed_at < span.ends_at
JOIN orders_orderline l ON l.id = v.line_id
JOIN stale_batch s ON s.product_id = l.product_id AND s.day = span.day
WHERE {IS_SALE}
"""

# A link carries the last application of its chain: `first_id` is the one that hangs on.
CLICKS: Final = """
WITH span AS MATERIALIZED (SELECT DISTINCT day, starts_at, ends_at FROM stale_batch),
counted AS MATERIALIZED (
  SELECT c.product_id, c.creator_id, c.link_id, span.day, count(*) AS clicks
  FROM span JOIN tracking_click c ON c.clicked_at >= span.starts_at AND c.clicked_at < span.ends_at
  GROUP BY 1, 2, 3, 4
)
INSERT INTO happening (product_id, creator_id, application_id, second_application_id, day, clicks)
SELECT counted.product_id, counted.creator_id, coalesce(a.first_id, a.id),
       CASE WHEN a.first_id IS NOT NULL THEN a.id END, counted.day, counted.clicks
FROM counted JOIN stale_batch USING (product_id, day)
LEFT JOIN tracking_link k ON k.id = counted.link_id
LEFT JOIN deals_application a ON a.id = k.application_id
"""

FORGET: Final = """
DELETE FROM facts_productday d USING stale_batch s WHERE d.product_id = s.product_id AND d.day = s.day;
WITH gone AS (
  DELETE FROM facts_promotionday d USING stale_batch s
  WHERE d.product_id = s.product_id AND d.day = s.day RETURNING d.creator_id, d.day
)
INSERT INTO touched_creator SELECT DISTINCT creator_id, day FROM gone;
DELETE FROM facts_applicationday d USING stale_batch s WHERE d.product_id = s.product_id AND d.day = s.day;
"""


def _sums_of(columns: tuple[str, ...], *, table: str) -> str:
    return ", ".join(f"sum({table}.{column})" for column in columns)


COUNT_PRODUCTS: Final = f"""
INSERT INTO facts_productday (product_id, day, buyers, lowest_unit_fen, highest_unit_fen, {", ".join(PRODUCT_SUMS)})
SELECT h.product_id, h.day, count(DISTINCT h.buyer), min(h.unit_fen), max(h.unit_fen),
       {_sums_of(PRODUCT_SUMS, table="h")}
FROM happening h GROUP BY h.product_id, h.day
"""

COUNT_PROMOTIONS: Final = f"""
WITH made AS (
  INSERT INTO facts_promotionday (product_id, creator_id, day, {", ".join(SETTLED_SUMS)})
  SELECT h.product_id, h.creator_id, h.day, {_sums_of(SETTLED_SUMS, table="h")}
  FROM happening h WHERE h.creator_id IS NOT NULL
  GROUP BY h.product_id, h.creator_id, h.day
  RETURNING creator_id, day
)
INSERT INTO touched_creator SELECT DISTINCT creator_id, day FROM made
"""

# What came through a second leader is the first's effect too: one happening counts for each link of its chain.
COUNT_APPLICATIONS: Final = f"""
INSERT INTO facts_applicationday (application_id, product_id, creator_id, day, {", ".join(APPLICATION_SUMS)})
SELECT chain.application_id, h.product_id, h.creator_id, h.day, {_sums_of(APPLICATION_SUMS, table="h")}
FROM happening h CROSS JOIN LATERAL (VALUES (h.application_id), (h.second_application_id)) AS chain (application_id)
WHERE chain.application_id IS NOT NULL AND h.creator_id IS NOT NULL
GROUP BY chain.application_id, h.product_id, h.creator_id, h.day
"""

COUNT_CREATORS: Final = f"""
DELETE FROM facts_creatorday d USING touched_creator t WHERE d.creator_id = t.creator_id AND d.day = t.day;
INSERT INTO facts_creatorday (creator_id, day, {", ".join(SETTLED_SUMS)})
SELECT p.creator_id, p.day, {_sums_of(SETTLED_SUMS, table="p")}
FROM (SELECT DISTINCT creator_id, day FROM touched_creator) t
JOIN facts_promotionday p ON p.creator_id = t.creator_id AND p.day = t.day
GROUP BY p.creator_id, p.day;
"""

_TOUCHED_MERCHANTS: Final = """
SELECT DISTINCT p.merchant_id, s.day FROM stale_batch s JOIN catalog_product p ON p.id = s.product_id
"""
COUNT_MERCHANTS: Final = f"""
DELETE FROM facts_merchantday d USING ({_TOUCHED_MERCHANTS}) t WHERE d.merchant_id = t.merchant_id AND d.day = t.day;
INSERT INTO facts_merchantday (merchant_id, day, {", ".join(SUMS)})
SELECT t.merchant_id, t.day, {_sums_of(SUMS, table="d")}
FROM ({_TOUCHED_MERCHANTS}) t
JOIN catalog_product p ON p.merchant_id = t.merchant_id
JOIN facts_productday d ON d.product_id = p.id AND d.day = t.day
GROUP BY t.merchant_id, t.day;
"""

HAPPENINGS: Final = (SALES, REFUNDS, RECEIPTS, SETTLEMENTS, REVIEWS, CLICKS)
DAYS: Final = (FORGET, COUNT_PRODUCTS, COUNT_PROMOTIONS, COUNT_APPLICATIONS, COUNT_CREATORS, COUNT_MERCHANTS)

MARK: Final = """
INSERT INTO facts_staleday (product_id, day)
SELECT DISTINCT m.product_id, (m.at AT TIME ZONE %(zone)s)::date FROM ({moments}) m WHERE m.at IS NOT NULL
ORDER BY 1, 2 ON CONFLICT DO NOTHING
"""
MARK_LATER: Final = """
INSERT INTO facts_staleday (product_id, day)
SELECT DISTINCT d.product_id, d.day FROM orders_orderline l
JOIN facts_productday d ON d.product_id = l.product_id
  AND d.day > (l.{moment} AT TIME ZONE %(zone)s)::date AND d.{column} > 0
WHERE l.id = ANY(%(ids)s)
ORDER BY 1, 2 ON CONFLICT DO NOTHING
"""
# Where each moment of a line stands. `{only}` narrows the lines.
MOMENTS_OF_LINES: Final = {
    "paid_at": "SELECT l.product_id, l.paid_at AS at FROM orders_orderline l {only}",
    "received_at": "SELECT l.product_id, l.received_at AS at FROM orders_orderline l {only}",
    "settled_at": "SELECT l.product_id, l.settled_at AS at FROM orders_orderline l {only}",
    "refunded_at": (
        "SELECT l.product_id, r.refunded_at AS at FROM orders_orderline l "
        "JOIN orders_refund r ON r.line_id = l.id {only}"
    ),
    "reviewed_at": (
        "SELECT l.product_id, v.reviewed_at AS at FROM orders_orderline l "
        "JOIN orders_review v ON v.line_id = l.id {only}"
    ),
}
CLICKS_FROM: Final = "SELECT c.product_id, c.clicked_at AS at FROM tracking_click c WHERE c.clicked_at >= %(since)s"

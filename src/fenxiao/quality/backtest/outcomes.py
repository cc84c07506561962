"""What followed for each product, from the lines themselves: facts count by day, here each line has its own weight."""

from datetime import datetime
from typing import Any, Final

from django.db import connection

from fenxiao.orders.rules import NO_SALE
from fenxiao.quality.rules.backtesting import Outcome

# A line that ever arrived stands for `weight` of its kind (a sample may hold only some of these).
FOLLOWED: Final = """
WITH line AS (
  SELECT l.product_id, CASE WHEN l.received_at IS NULL THEN 1.0 ELSE %(weight)s END AS weight,
         EXISTS (SELECT FROM orders_refund r
                 WHERE r.line_id = l.id AND r.amount_fen > 0 AND r.refunded_at < %(until)s) AS is_refunded,
         l.received_at < %(until)s AS is_received, l.received_at > l.promised_at AS came_late,
         l.promised_at < %(until)s AS is_due, l.invalid_at IS NOT NULL AND l.received_at IS NULL AS is_void
  FROM orders_orderline l
  WHERE l.paid_at >= %(since)s AND l.paid_at < %(until)s AND l.reason <> ALL(%(no_sale)s)
), due AS (
  SELECT product_id, weight, coalesce(is_received AND NOT came_late, false) AS is_in_time
  FROM line WHERE NOT is_void AND (coalesce(is_due, false) OR (coalesce(is_received, false) AND came_late IS NOT NULL))
), review AS (
  SELECT l.product_id, CASE WHEN l.received_at IS NULL THEN 1.0 ELSE %(weight)s END AS weight, v.stars
  FROM orders_review v JOIN orders_orderline l ON l.id = v.line_id
  WHERE v.reviewed_at >= %(since)s AND v.reviewed_at < %(until)s AND l.reason <> ALL(%(no_sale)s)
)
SELECT product_id, sum(orders)::float, sum(refunded)::float, sum(due)::float, sum(late)::float,
       sum(reviews)::float, sum(stars)::float
FROM (
  SELECT product_id, weight AS orders, weight * is_refunded::int AS refunded, 0 AS due, 0 AS late, 0 AS reviews,
         0 AS stars FROM line
  UNION ALL SELECT product_id, 0, 0, weight, weight * (NOT is_in_time)::int, 0, 0 FROM due
  UNION ALL SELECT product_id, 0, 0, 0, 0, weight, weight * stars FROM review
) AS one GROUP BY product_id
"""


def outcomes_between(since: datetime, until: datetime, *, weight: float) -> dict[int, Outcome]:
    """What followed for each product with anything in [since, until)."""
    parameters: dict[str, Any] = {
        "since": since,
        "until": until,
        "weight": weight,
        "no_sale": [str(reason) for reason in NO_SALE],
    }
    with connection.cursor() as cursor:
        cursor.execute(FOLLOWED, parameters)
        rows = cursor.fetchall()
    names = ("orders", "refunded", "due", "late", "reviews", "stars")
    return {row[0]: Outcome(**dict(zip(names, row[1:], strict=True))) for row in rows}

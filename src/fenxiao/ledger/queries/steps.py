"""Which step of a plan's ladder each line reaches when it is settled."""

from collections.abc import Sequence

from django.db import connection

# A rung is reached by the lines after the N-th valid one of the same plan, creator and window, in the order of
# payment. So what is looked up is that N-th line, once for each rung of each ladder that some line bears: its price is
# N entries of the index at most, however many lines the window has.
STEPS_REACHED = """
WITH due AS MATERIALIZED (
    SELECT line.id, line.plan_id, line.creator_id, line.step_window_id, line.paid_at,
        (rung ->> 0)::int AS after_orders, (rung ->> 1)::int AS extra_bp
    FROM orders_orderline line CROSS JOIN LATERAL jsonb_array_elements(line.terms -> 'steps') rung
    WHERE line.id = ANY(%s) AND line.step_window_id IS NOT NULL
), nth AS MATERIALIZED (
    SELECT wanted.*, valid.paid_at, valid.id
    FROM (SELECT DISTINCT plan_id, creator_id, step_window_id, after_orders FROM due) wanted
    CROSS JOIN LATERAL (
        SELECT line.paid_at, line.id FROM orders_orderline line
        WHERE line.plan_id = wanted.plan_id AND line.creator_id = wanted.creator_id
            AND line.step_window_id = wanted.step_window_id AND line.step_window_id IS NOT NULL
            AND line.state <> 80 AND line.refunded_fen < line.paid_fen - line.freight_fen - line.tax_fen
        ORDER BY line.paid_at, line.id OFFSET wanted.after_orders - 1 LIMIT 1
    ) valid
)
SELECT due.id, max(due.extra_bp) FROM due
JOIN nth USING (plan_id, creator_id, step_window_id, after_orders)
WHERE (due.paid_at, due.id) > (nth.paid_at, nth.id)
GROUP BY due.id"""


def steps_reached(line_ids: Sequence[int]) -> dict[int, int]:
    """The basis points that a step adds to each of these lines, those that reach none left out; in one statement.

    Valid are lines that are not void and not refunded in full as of now: what becomes of one later changes no other.
    """
    if not line_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(STEPS_REACHED, [list(line_ids)])
        return dict(cursor.fetchall())

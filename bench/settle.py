"""How many order lines are settled in a second: `fenxiao bench settle [--lines N] [--json]`.

Twice: spread over many merchants and creators, and all of one merchant crediting one creator (the hot account).
It works in a scratch database that it removes.
"""

import argparse
import os
import sys
from pathlib import Path
from time import perf_counter

from figures import figure, report

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fenxiao.cli.site.settings")
os.environ.setdefault("FENXIAO_TEST_DATABASE", f"bench_ledger_{os.getpid()}")

TARGET = 20_000  # order lines a second
TERMS = '{"plan_id": 1, "plan_type": 1, "commission_rate_bp": 2000, "platform_fee_rate_bp": 1000}'
PARTIES = """
INSERT INTO parties_organisation (kind, name, is_active, source, external_id, joined_at)
SELECT kind, kind || n, true, '', '', now() FROM unnest(ARRAY['merchant', 'creator']) kind, generate_series(1, 2000) n;
INSERT INTO catalog_category (id, depth, name_zh, name_en, is_active) VALUES ('a', 1, 'a', 'a', true);
INSERT INTO catalog_product (merchant_id, category_id, title, description, price_fen, stock, image_url, page_url, state,
    source, external_id, submitted_at, is_select)
SELECT id, 'a', name, '', 100, 1, '', '', 'pending', '', '', now(), false FROM parties_organisation
WHERE kind = 'merchant';
CREATE TEMP TABLE sides AS SELECT row_number() OVER (ORDER BY p.id) AS n, p.id AS product, p.merchant_id AS merchant,
    c.id AS creator
FROM catalog_product p JOIN parties_organisation c ON c.name = replace(p.title, 'merchant', 'creator')
"""
LINES = f"""
WITH told AS (
    INSERT INTO orders_order (source, ref, buyer_key, state, paid_at)
    SELECT 'bench%(spread)s', n, '', 50, now() FROM generate_series(1, %(lines)s) n RETURNING id, ref::int AS n
), events AS (
    INSERT INTO orders_orderevent (order_id, source, event_id, kind, occurred_at, taken_at, body, digest)
    SELECT id, 'bench%(spread)s', n::text, 'paid', now(), now(), '{{}}', '' FROM told RETURNING id, order_id
)
INSERT INTO orders_orderline (order_id, paid_event_id, line_no, merchant_id, product_id, creator_id, quantity, paid_fen,
    freight_fen, tax_fen, refunded_fen, quality_refunded, state, reason, paid_at, received_at, sub_id, attributed_by,
    attribution, plan_id, terms, commission_rate_bp, service_fee_rate_bp, platform_fee_rate_bp, hold_days, due_at,
    awaits_funds)
SELECT told.id, events.id, 1, s.merchant, s.product, s.creator, 1, 1000 + told.n %% 9000, 0, 0, 0, false, 50, '', now(),
    now(), '', 'link', '[]', 1, '{TERMS}', 2000, 0, 1000, 7, now() - told.n * interval '1 second', false
FROM told JOIN events ON events.order_id = told.id JOIN sides s ON s.n = 1 + told.n %% %(spread)s
"""  # noqa: S608  only terms of our own stand in it


def measure(lines: int, *, spread: int) -> float:
    """Lines settled per second when they are spread over so many merchants and as many creators."""
    from django.db import connection

    from fenxiao.kernel import clock
    from fenxiao.kernel.actors import SYSTEM
    from fenxiao.ledger import services as ledger

    with connection.cursor() as cursor:
        cursor.execute(LINES, {"lines": lines, "spread": spread})
    started = perf_counter()
    now = clock.now()
    run = ledger.settle(until=now, by=SYSTEM, now=now)
    seconds = perf_counter() - started
    if run.lines_settled != lines:
        raise SystemExit(f"{run.lines_settled} of {lines} lines were settled")
    return lines / seconds


def fill_wallets() -> None:
    """Make the parties and give every merchant more than it needs."""
    from django.db import connection

    from fenxiao.kernel import clock
    from fenxiao.kernel.actors import SYSTEM
    from fenxiao.ledger import services as ledger
    from fenxiao.parties.models import Organisation

    with connection.cursor() as cursor:
        cursor.execute(PARTIES)
        cursor.execute("SELECT DISTINCT merchant FROM sides")
        merchants = [merchant for (merchant,) in cursor]
    for merchant in Organisation.objects.filter(pk__in=merchants):
        ledger.deposit(merchant, amount_fen=10**12, key=f"bench:{merchant.pk}", by=SYSTEM, now=clock.now())


def main(lines: int, *, as_json: bool) -> None:
    """Print both rates, and the time that checking the books takes; wrong books are an error."""
    import django

    django.setup()
    from django.db import connection

    from fenxiao.ledger.queries import check_books

    name = connection.creation.create_test_db(verbosity=0)
    try:
        fill_wallets()
        figures = [
            figure("orders_per_s", measure(lines, spread=2_000), "1/s", target=TARGET),
            figure("hot_account_orders_per_s", measure(lines, spread=1), "1/s", target=TARGET),
        ]
        started = perf_counter()
        books = check_books()
        seconds = perf_counter() - started
        if not books.ok:
            raise SystemExit(f"the books are wrong: {books.problems}")
        report("settle", figures, as_json=as_json, check_books_s=round(seconds, 2), transfers=books.transfers)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--lines", type=int, default=50_000)
    options.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    asked = options.parse_args()
    main(asked.lines, as_json=asked.json)

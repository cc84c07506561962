"""How fast levels are written back: `fenxiao bench levels [--products N] [--parts 1,10,100] [--json]`.

Of so many products 1 %, 10 % and 100 % get another level: by the service (COPY, one update, history, audit, news), by
the statement it had before (arrays of a thousand, `unnest`) with all the same beside it, and by a plain
`UPDATE … FROM` a copied table with nothing beside it, which is as fast as it can be. Each commits; the table is
vacuumed in between, so that each finds the same room. It works in a scratch database that it removes.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from figures import figure, report

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fenxiao.cli.site.settings")
os.environ.setdefault("FENXIAO_TEST_DATABASE", f"bench_levels_{os.getpid()}")

RUN: Final = 1
BATCH: Final = 1_000
GOODS: Final = """
INSERT INTO parties_organisation (kind, name, is_active, source, external_id, joined_at)
SELECT 'merchant', 'm' || n, true, '', '', now() FROM generate_series(1, 1000) n;
INSERT INTO catalog_category (id, depth, name_zh, name_en, is_active)
SELECT 'c' || n, 1, 'c' || n, 'c' || n, true FROM generate_series(1, 1440) n;
INSERT INTO catalog_product (merchant_id, category_id, title, description, price_fen, stock, image_url, page_url, state,
    source, external_id, submitted_at, admitted_at, level, is_select)
SELECT m.id, 'c' || 1 + n %% 1440, 'product ' || n, '', 100 + n, 1, '', '', 'admitted', 'bench', n::text, now(), now(),
    n %% 5, false
FROM generate_series(1, %(products)s) n
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM parties_organisation) m ON m.k = n %% 1000;
"""
BY_UNNEST: Final = """
WITH wanted AS (
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::boolean[], %s::text[])
        AS wanted(id, level, is_select, reason)),
changed AS (
    UPDATE catalog_product product SET level = wanted.level, is_select = wanted.is_select
    FROM wanted WHERE product.id = wanted.id
    AND (product.level, product.is_select) IS DISTINCT FROM (wanted.level, wanted.is_select)
    AND (wanted.level = 0 OR NOT EXISTS (
        SELECT FROM catalog_violation violation
        WHERE violation.product_id = product.id AND violation.lifted_at IS NULL))
    RETURNING product.id, wanted.level, wanted.is_select, wanted.reason)
INSERT INTO catalog_levelchange (product_id, level, is_select, from_at, run, reason)
SELECT id, level, is_select, %s, %s, reason FROM changed ORDER BY id RETURNING product_id
"""
COPIED: Final = "CREATE TEMP TABLE copied (id bigint, level smallint, is_select boolean) ON COMMIT DROP"
PLAIN: Final = """
UPDATE catalog_product product SET level = copied.level, is_select = copied.is_select
FROM copied WHERE product.id = copied.id
"""

Writer = Callable[[Sequence[Any], datetime], None]


def by_service(changes: Sequence[Any], now: datetime) -> None:
    """As grading writes them."""
    from fenxiao.catalog import services as catalog
    from fenxiao.kernel.actors import SYSTEM
    from fenxiao.quality.services.grading import BATCH as AT_ONCE

    for start in range(0, len(changes), AT_ONCE):
        catalog.set_levels(changes[start : start + AT_ONCE], run=RUN, by=SYSTEM, now=now)


def by_unnest(changes: Sequence[Any], now: datetime) -> None:
    """As the service wrote them before: locks, statement, audit and news by the thousand."""
    from fenxiao.catalog import rules

    rules.check_settings(changes)
    for start in range(0, len(changes), BATCH):
        _unnested(changes[start : start + BATCH], now)


def _unnested(batch: Sequence[Any], now: datetime) -> None:
    from django.db import connection

    from fenxiao.catalog.models import Product
    from fenxiao.catalog.services.news import tell
    from fenxiao.kernel import audit
    from fenxiao.kernel.actors import SYSTEM

    ids = [one.product_id for one in batch]
    locked = Product.objects.filter(pk__in=ids, admitted_at__isnull=False).order_by("pk").select_for_update(no_key=True)
    if set(ids) != set(locked.values_list("pk", flat=True)):
        raise SystemExit("not all are admitted")
    columns = [[getattr(one, name) for one in batch] for name in ("product_id", "level", "is_select", "reason")]
    with connection.cursor() as cursor:
        cursor.execute(BY_UNNEST, [*columns, now, RUN])
        changed = [product for (product,) in cursor.fetchall()]
    audit.record_batch("set_levels", Product, ids=changed, by=SYSTEM, now=now)
    tell("product.levelled", changed, run=RUN)


def plainly(changes: Sequence[Any], _now: datetime) -> None:
    """The limit: levels alone, with no lock, guard, history, audit or news."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(COPIED)
        with cursor.copy("COPY copied FROM STDIN") as copy:
            for one in changes:
                copy.write_row((one.product_id, one.level, one.is_select))
        cursor.execute(PLAIN)


def seconds_of(write: Writer, *, level: int, every: int, products: int) -> float:
    """Give every so many-th product this level in one transaction; the seconds to its commit."""
    from django.db import connection, transaction

    from fenxiao.catalog.rules import LevelSetting
    from fenxiao.kernel import clock

    changes = [
        LevelSetting(product_id=pk, level=level, is_select=False, reason="up")
        for pk in range(every, products + 1, every)
    ]
    with connection.cursor() as cursor:
        for table in ("catalog_product", "catalog_levelchange"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    started = perf_counter()
    with transaction.atomic():
        write(changes, clock.now())
    seconds = perf_counter() - started
    check_written(len(changes), level=level, every=every)
    return seconds


def check_written(expected: int, *, level: int, every: int) -> None:
    """A writer that leaves a product out would be fast."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalog_product WHERE id %% %s = 0 AND level = %s", [every, level])
        found = cursor.fetchone()[0]
    if found != expected:
        raise SystemExit(f"{found} of {expected} levels were written")


# Of the service's rows a second ÷ those by unnest, and of its seconds ÷ the limit's.
TARGETS: Final = (1.0, 4.0)


def figures_of(part: int, *, products: int) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """The figures of one part of the products, in per cent."""
    every, rows = 100 // part, products // (100 // part)
    writers = {"limit": plainly, "unnest": by_unnest, "service": by_service}
    # Levels that none of these products has, one after another.
    seconds = {
        name: seconds_of(write, level=1 + number, every=every, products=products)
        for number, (name, write) in enumerate(writers.items())
    }
    took = seconds["service"]
    beside, above = TARGETS
    unnest, limit = rows / seconds["unnest"], seconds["limit"]
    return [
        figure(f"levels_{part}_percent", rows / took, "1/s", target=beside, peer="unnest", peer_value=unnest),
        figure(
            f"levels_{part}_percent_s", took, "s", target=above, peer="limit", peer_value=limit, is_less_better=True
        ),
    ], seconds


def main(products: int, *, parts: Sequence[int], as_json: bool) -> None:
    """Print what each part of the products costs."""
    import django

    django.setup()
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0)
    try:
        with connection.cursor() as cursor:
            cursor.execute(GOODS, {"products": products})
        # Not counted: it leaves the room that a table has whose rows are updated every day.
        seconds_of(plainly, level=0, every=1, products=products)
        found = [figures_of(part, products=products) for part in parts]
        seconds = {f"{part}_percent": took for part, (_figures, took) in zip(parts, found, strict=True)}
        report(
            "levels", [one for some, _ in found for one in some], as_json=as_json, products=products, seconds=seconds
        )
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--products", type=int, default=1_000_000)
    options.add_argument("--parts", default="1,10,100", help="per cent of the products that change, e.g. 1,10,100")
    options.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    asked = options.parse_args()
    main(asked.products, parts=[int(part) for part in asked.parts.split(",")], as_json=asked.json)

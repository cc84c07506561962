"""Levels and the label are set from above, with their history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from fenxiao.catalog import rules
from fenxiao.catalog.errors import NeverAdmitted
from fenxiao.catalog.models import Product
from fenxiao.catalog.services.news import tell
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor

NOTED_AT_ONCE: Final = 1_000  # products whose change is one row of the audit and one of news
MOST_NAMED: Final = 20
WANTED: Final = """
CREATE TEMP TABLE catalog_wanted (
    product_id bigint NOT NULL, level smallint NOT NULL, is_select boolean NOT NULL, reason text NOT NULL)
"""
COPY: Final = "COPY catalog_wanted FROM STDIN"
# By the index in the order of ids, however large the table is: a hash join would read and hash all of it.
BY_INDEX: Final = "SET LOCAL enable_hashjoin = off"
AS_BEFORE: Final = "SET LOCAL enable_hashjoin TO DEFAULT"
# In the order of ids: two runs at once wait for each other instead of meeting in a deadlock.
LOCK: Final = """
SELECT count(*) FROM (
    SELECT FROM catalog_product product JOIN catalog_wanted wanted ON wanted.product_id = product.id
    WHERE product.admitted_at IS NOT NULL ORDER BY product.id FOR NO KEY UPDATE OF product) locked
"""
STRANGERS: Final = """
SELECT product_id FROM catalog_wanted WHERE NOT EXISTS (
    SELECT FROM catalog_product WHERE id = product_id AND admitted_at IS NOT NULL)
ORDER BY product_id LIMIT %s
"""
WRITE: Final = """
WITH changed AS (
    UPDATE catalog_product product SET level = wanted.level, is_select = wanted.is_select
    FROM catalog_wanted wanted WHERE product.id = wanted.product_id
    AND (product.level, product.is_select) IS DISTINCT FROM (wanted.level, wanted.is_select)
    AND (wanted.level = 0 OR NOT EXISTS (
        SELECT FROM catalog_violation violation
        WHERE violation.product_id = product.id AND violation.lifted_at IS NULL))
    RETURNING product.id, wanted.level, wanted.is_select, wanted.reason)
INSERT INTO catalog_levelchange (product_id, level, is_select, from_at, run, reason)
SELECT id, level, is_select, %s, %s, reason FROM changed ORDER BY id RETURNING product_id
"""


@transaction.atomic
def set_levels(changes: Sequence[rules.LevelSetting], *, run: int, by: Actor, now: datetime) -> int:
    """Give products their levels and labels, and note each real change in its history; returns how many changed.

    However many there are, they come in one COPY and are written by one statement; the caller need not cut them up.
    Goods off the shelf keep being graded, so that they come back with the level they deserve. What a violation stands
    against is passed over unless it falls to L0: it may have been recorded after the run read its facts. Refuses
    everything when one setting is impossible (`BadLevelSetting`) or names a product that was never admitted
    (`NeverAdmitted`).
    """
    rules.check_settings(changes)
    with connection.cursor() as cursor:
        cursor.execute(WANTED)
        _copy(changes)
        cursor.execute("ANALYZE catalog_wanted")  # one row or a million: the plans differ
        cursor.execute(BY_INDEX)
        _lock_admitted(len(changes))
        cursor.execute(WRITE, [now, run])
        changed = [product for (product,) in cursor.fetchall()]
        cursor.execute(f"{AS_BEFORE}; DROP TABLE catalog_wanted")
    for start in range(0, len(changed), NOTED_AT_ONCE):
        some = changed[start : start + NOTED_AT_ONCE]
        audit.record_batch("set_levels", Product, ids=some, by=by, now=now)
        tell("product.levelled", some, run=run)
    return len(changed)


def _copy(changes: Sequence[rules.LevelSetting]) -> None:
    # Django wraps the errors of `execute` only.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(COPY) as copy:
        for one in changes:
            copy.write_row((one.product_id, one.level, one.is_select, one.reason))


def _lock_admitted(wanted: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if cursor.fetchone()[0] == wanted:
            return
        cursor.execute(STRANGERS, [MOST_NAMED])
        raise NeverAdmitted(products=", ".join(str(product) for (product,) in cursor.fetchall()))

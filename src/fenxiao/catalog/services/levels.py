"""Levels and the label are set from above, with their history."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from fenxiao.catalog import rules
from fenxiao.catalog.errors import NeverAdmitted
from fenxiao.catalog.models import Product
from fenxiao.catalog.services.news import tell
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor

BATCH = 1_000


@transaction.atomic
def set_levels(changes: Sequence[rules.LevelSetting], *, run: int, by: Actor, now: datetime) -> int:
    """Give products their levels and labels, and note each real change in its history; returns how many changed.

    Goods off the shelf keep being graded, so that they come back with the level they deserve. What a violation stands
    against is passed over unless it falls to L0: it may have been recorded after the run read its facts. Refuses
    everything when one setting is impossible (`BadLevelSetting`) or names a product that was never admitted
    (`NeverAdmitted`).
    """
    rules.check_settings(changes)
    # In the order of ids: two runs at once wait for each other instead of meeting in a deadlock.
    ordered = sorted(changes, key=lambda change: change.product_id)
    batches = [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
    return sum(_set_batch(batch, run=run, by=by, now=now) for batch in batches)


def _set_batch(batch: Sequence[rules.LevelSetting], *, run: int, by: Actor, now: datetime) -> int:
    ids = [change.product_id for change in batch]
    _check_admitted(ids)
    changed = _write(batch, run=run, now=now)
    if changed:
        audit.record_batch("set_levels", Product, ids=changed, by=by, now=now)
        tell("product.levelled", changed, run=run)
    return len(changed)


def _check_admitted(ids: Sequence[int]) -> None:
    locked = Product.objects.filter(pk__in=ids, admitted_at__isnull=False).order_by("pk").select_for_update(no_key=True)
    strangers = sorted(set(ids) - set(locked.values_list("pk", flat=True)))
    if strangers:
        raise NeverAdmitted(products=", ".join(map(str, strangers[:20])))


def _write(batch: Sequence[rules.LevelSetting], *, run: int, now: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH wanted AS (
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
               SELECT id, level, is_select, %s, %s, reason FROM changed ORDER BY id RETURNING product_id""",
            [
                [change.product_id for change in batch],
                [change.level for change in batch],
                [change.is_select for change in batch],
                [change.reason for change in batch],
                now,
                run,
            ],
        )
        return [product for (product,) in cursor.fetchall()]

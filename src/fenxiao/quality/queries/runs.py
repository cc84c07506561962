"""What a run moved and what it set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from fenxiao.catalog.models import Product
from fenxiao.quality import lake, quarantine, results
from fenxiao.quality.models import GradingRun

MOST_SET_ASIDE: Final = 50
# A change's level before it is that of the change before it.
STEPS: Final = """
SELECT run, count(*) FILTER (WHERE level > before), count(*) FILTER (WHERE level < before),
       count(*) FILTER (WHERE before IS NULL), count(*) FILTER (WHERE level = before)
FROM (
  SELECT c.run, c.level, (SELECT b.level FROM catalog_levelchange b
                          WHERE b.product_id = c.product_id AND (b.from_at, b.id) < (c.from_at, c.id)
                          ORDER BY b.from_at DESC, b.id DESC LIMIT 1) AS before
  FROM catalog_levelchange c WHERE c.run = ANY(%s)
) AS change GROUP BY run
"""


@dataclass(frozen=True, kw_only=True)
class Steps:
    """How many products a run moved."""

    up: int = 0
    down: int = 0
    first: int = 0  # had no level before
    label: int = 0  # only their label changed


def steps_of(run_ids: Sequence[int]) -> dict[int, Steps]:
    """What each of these runs moved; a run that moved nothing has zeros."""
    with connection.cursor() as cursor:
        cursor.execute(STEPS, [list(run_ids)])
        found = {row[0]: Steps(up=row[1], down=row[2], first=row[3], label=row[4]) for row in cursor.fetchall()}
    return {run: found.get(run, Steps()) for run in run_ids}


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A row of facts that cannot be true; its product was not graded."""

    product_id: int
    title: str
    source: str
    reason: str
    row: str  # JSON


def set_aside_by(run: GradingRun) -> list[SetAside]:
    """The rows that a run set aside with their reasons, at most so many; none where the run's files are gone."""
    file = lake.absolute(run.grades_path) / quarantine.FILE
    if not run.quarantined or not file.exists():
        return []
    query = f"SELECT product_id, source, reason, row FROM read_parquet('{file}') ORDER BY ALL LIMIT {MOST_SET_ASIDE}"  # noqa: S608  # our own file name and number
    rows = results.reader().execute(query).fetchall()
    titles = dict(Product.objects.filter(pk__in={row[0] for row in rows}).values_list("pk", "title"))
    return [
        SetAside(product_id=pk, title=titles.get(pk, ""), source=source, reason=reason, row=told)
        for pk, source, reason, told in rows
    ]

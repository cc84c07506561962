"""What a run moved and what it set aside."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from django.db import connection

from fenxiao.catalog.models import Product
from fenxiao.quality import lake, quarantine
from fenxiao.quality.models import Backtest, GradingRun

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
class SetAside(quarantine.SetAsideRow):
    """A row of facts that cannot be true; its product was not graded."""

    title: str


def set_aside_by(run: GradingRun) -> list[SetAside]:
    """The rows that a run set aside with their reasons, at most so many; none where the run's files are gone."""
    return _titled(quarantine.rows_in(lake.absolute(run.grades_path))) if run.quarantined else []


def set_aside_in(backtest: Backtest) -> list[SetAside]:
    """The rows that a backtest set aside, as it told them."""
    told = (backtest.result or {}).get("set_aside", [])  # results of before say nothing of it
    return _titled([quarantine.SetAsideRow(**row) for row in told])


def _titled(rows: Sequence[quarantine.SetAsideRow]) -> list[SetAside]:
    titles = dict(Product.objects.filter(pk__in={row.product_id for row in rows}).values_list("pk", "title"))
    return [SetAside(**asdict(row), title=titles.get(row.product_id, "")) for row in rows]

"""Making the charts of a day, all at once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from time import perf_counter
from typing import Any, Final

from django.db import connection, transaction

from fenxiao.discovery import chart_statements as statements
from fenxiao.discovery.models import Chart, ChartRow
from fenxiao.discovery.rules.charts import KEPT_DAYS
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.clock import business_day, day_start
from fenxiao.kernel.errors import BadInput
from fenxiao.kernel.settings import settings

CHARTS_LOCK: Final = 0x63686172  # one builder at a time: two would both write the same lines


@dataclass(frozen=True, kw_only=True)
class ChartsBuilt:
    """What a build did."""

    day: date
    rows: int
    cuts: int
    seconds: float


@transaction.atomic
def build_charts(day: date, *, by: Actor, now: datetime) -> ChartsBuilt:
    """Make every chart of a business day anew: up to its end, or up to now while it lasts. Throws old days away.

    Refuses (`BadInput`) a day that has not begun and one whose charts are thrown away. The same sales, picks and goods
    give the same charts.
    """
    started, today = perf_counter(), business_day(now)
    oldest = today - timedelta(days=KEPT_DAYS)
    if not oldest <= day <= today:
        said = f"{oldest} – {today}"
        raise BadInput(field="day", reason_zh=f"应在 {said} 之间", reason_en=f"must be within {said}")
    told: dict[str, Any] = {
        **{"day": day, "oldest": oldest, "charts": Chart.values, "key": _key(day)},
        **{"until": min(now, day_start(day + timedelta(days=1)))},
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHARTS_LOCK])
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(statements.MAKE_TABLES)
        for statement, table in statements.STEPS:
            cursor.execute(statement, told)
            cursor.execute(f"ANALYZE {table}")
        cursor.execute(statements.FORGET, told)
        cursor.execute(statements.WRITE_ROWS, told)
        rows = int(cursor.rowcount)
        cursor.execute(statements.WRITE_CUTS, told)
        cuts = int(cursor.rowcount)
    audit.record_batch("build_charts", ChartRow, ids=_charted(day), by=by, now=now)
    outbox.publish("charts.built", day=day.isoformat(), rows=rows)
    return ChartsBuilt(day=day, rows=rows, cuts=cuts, seconds=perf_counter() - started)


def _charted(day: date) -> list[int]:
    rows = ChartRow.objects.filter(chart__in=Chart.values, day=day)
    return list(rows.order_by("product").values_list("product", flat=True).distinct())


def _key(day: date) -> str:
    """What the day's lots are drawn with; nobody outside the installation can know it beforehand."""
    return sha256(f"charts:{day}:{settings().secret_key}".encode()).hexdigest()

"""Marking product-days stale and counting them again.

A mark is taken away and its day counted in one transaction, and the rows are read after the mark was taken. News
arrives after its act is committed, so a mark set meanwhile either is still there for the next batch or waited for ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from django.db import connection, transaction

from fenxiao.facts import statements
from fenxiao.facts.models import (
    ApplicationDay,
    ClicksSeen,
    CreatorDay,
    MerchantDay,
    ProductDay,
    PromotionDay,
    StaleDay,
)
from fenxiao.facts.rules import CLICK_OVERLAP, MOMENTS
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.settings import settings
from fenxiao.tracking.models import Click

BATCH = 5_000  # product-days counted by one round of statements
BUILDER_LOCK = 0x66616374  # one builder at a time: two would both add the same creator's day
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Built:
    """What a build did: product-days counted, and how long it took."""

    days: int
    seconds: float


@transaction.atomic
def mark_lines(line_ids: Sequence[int], *, moments: Sequence[str] = MOMENTS) -> int:
    """Mark the days of these moments of the lines stale; returns how many were not marked before.

    A mark is bookkeeping of this floor and leaves no audit row; the act that caused it has one.
    """
    only = "WHERE l.id = ANY(%(ids)s)"
    return _mark(" UNION ALL ".join(statements.MOMENTS_OF_LINES[name].format(only=only) for name in moments), line_ids)


@transaction.atomic
def mark_later_days(line_ids: Sequence[int], *, moment: str, column: str) -> int:
    """Mark counted days after this moment of the lines: one of them may hold what has moved back to it."""
    return _execute(statements.MARK_LATER.format(moment=moment, column=column), ids=line_ids)


@transaction.atomic
def mark_reviews(review_ids: Sequence[int]) -> int:
    """Mark the days of these reviews stale; returns how many were not marked before."""
    return _mark(statements.MOMENTS_OF_LINES["reviewed_at"].format(only="WHERE v.id = ANY(%(ids)s)"), review_ids)


# not one act: a transaction per batch, so that marks and readers never wait long
def build(*, by: Actor, now: datetime) -> Built:
    """Count every stale product-day again, and the creators', merchants' and promotions' days they touch."""
    started, days = perf_counter(), 0
    _mark_new_clicks(now=now)
    while counted := _count_batch(by=by, now=now):
        days += counted
    return Built(days=days, seconds=perf_counter() - started)


@transaction.atomic
def rebuild_all(*, by: Actor, now: datetime) -> Built:
    """Throw every day away and count all of history again; readers see the old days until it is done."""
    started, days = perf_counter(), 0
    _lock()
    for table in (ProductDay, PromotionDay, ApplicationDay, CreatorDay, MerchantDay, StaleDay):
        table.objects.all().delete()
    everything = [query.format(only="") for query in statements.MOMENTS_OF_LINES.values()]
    _mark(" UNION ALL ".join([*everything, statements.CLICKS_FROM]), since=BEGINNING)
    _see_clicks(now)
    while counted := _count_batch(by=by, now=now):
        days += counted
    return Built(days=days, seconds=perf_counter() - started)


@transaction.atomic
def _mark_new_clicks(*, now: datetime) -> None:
    _lock()
    seen = ClicksSeen.objects.first()
    _mark(statements.CLICKS_FROM, since=seen.until - CLICK_OVERLAP if seen else BEGINNING)
    _see_clicks(now)


def _see_clicks(now: datetime) -> None:
    """Remember the latest click, not the clock: clicks told of an earlier time (an import, a rehearsal) come later."""
    latest = Click.objects.order_by("-clicked_at").values_list("clicked_at", flat=True).first()
    if latest is not None:
        ClicksSeen.objects.update_or_create(pk=1, defaults={"until": min(latest, now)})


@transaction.atomic
def _count_batch(*, by: Actor, now: datetime) -> int:
    """Take up to `BATCH` marks and count their days; returns how many."""
    _lock()
    with connection.cursor() as cursor:
        cursor.execute(statements.MAKE_TABLES)
        cursor.execute(statements.TAKE_STALE, {"most": BATCH, "zone": settings().time_zone})
        if not (taken := int(cursor.rowcount)):
            return 0
        cursor.execute("ANALYZE stale_batch")
        for statement in statements.HAPPENINGS:
            cursor.execute(statement)
        for statement in statements.DAYS:
            cursor.execute(statement)
        cursor.execute("SELECT DISTINCT product_id FROM stale_batch ORDER BY 1")
        audit.record_batch("build_facts", ProductDay, ids=[pk for (pk,) in cursor.fetchall()], by=by, now=now)
    return taken


def _mark(moments: str, ids: Sequence[int] = (), *, since: datetime = BEGINNING) -> int:
    return _execute(statements.MARK.format(moments=moments), ids=ids, since=since)


def _execute(statement: str, *, ids: Sequence[int], since: datetime = BEGINNING) -> int:
    parameters: dict[str, Any] = {"zone": settings().time_zone, "ids": list(ids), "since": since}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BUILDER_LOCK])

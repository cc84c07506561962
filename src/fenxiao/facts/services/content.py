"""What platforms tell of creators' live broadcasts and videos, day by day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from fenxiao.facts.models import ContentDay
from fenxiao.facts.rules import BadRow, ToldContent, check_content
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.clock import business_day
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind, Organisation

BATCH = 2_000
COLUMNS = ("pieces", "views", "gmv_fen")
LONGEST_TELLER = 80


@dataclass(frozen=True, kw_only=True)
class ContentTaken:
    """What an import did: rows new, rows that say something else than before, rows as before, and rows refused."""

    created: int
    changed: int
    same: int
    refused: list[BadRow]


@transaction.atomic
def take_content_days(rows: Sequence[ToldContent], *, told_by: str, by: Actor, now: datetime) -> ContentTaken:
    """Take what was told of creators' days in place of what was told before; the later of two like rows counts.

    A bad row is refused with its line and reason, and the others are taken. Refuses a nameless teller.
    """
    if not 0 < len(told_by.strip()) <= LONGEST_TELLER or not told_by.isprintable():
        raise BadInput(field="told_by", reason_zh="须为 1 到 80 个字符", reason_en="1 to 80 characters")
    with connection.cursor() as cursor:  # two imports at once would both make the same row
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('facts.content'))")
    good, refused = _sorted_out(rows, now=now)
    created = changed = 0
    for batch in _batches(good):
        fresh, other = _write(batch, told_by=told_by.strip(), by=by, now=now)
        created, changed = created + fresh, changed + other
    same = len(good) - created - changed
    return ContentTaken(created=created, changed=changed, same=same, refused=refused)


def _sorted_out(rows: Sequence[ToldContent], *, now: datetime) -> tuple[list[ToldContent], list[BadRow]]:
    wanted = {row.creator_id for row in rows}
    creators = Organisation.objects.filter(pk__in=wanted, kind=Kind.CREATOR).values_list("pk", flat=True)
    known, today = set(creators), business_day(now)
    good: dict[tuple[int, object, str], ToldContent] = {}
    refused: list[BadRow] = []
    for row in rows:
        fault = check_content(row, is_known=row.creator_id in known, today=today)
        if fault:
            refused.append(fault)
        else:
            good[row.creator_id, row.day, row.medium] = row
    return list(good.values()), refused


def _batches(rows: Sequence[ToldContent]) -> Iterator[list[ToldContent]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _write(rows: Sequence[ToldContent], *, told_by: str, by: Actor, now: datetime) -> tuple[int, int]:
    """Write one batch; returns how many rows are new and how many say something else."""
    days = ContentDay.objects.filter(creator__in={row.creator_id for row in rows}, day__in={row.day for row in rows})
    known = {(row.creator_id, row.day, row.medium): row for row in days}
    moved = [row for row in rows if _said(row) != _said(known.get((row.creator_id, row.day, row.medium)))]
    fresh = sum((row.creator_id, row.day, row.medium) not in known for row in moved)
    ContentDay.objects.bulk_create(
        [
            ContentDay(
                creator_id=row.creator_id,
                day=row.day,
                medium=row.medium,
                told_by=told_by,
                told_at=now,
                **dict(zip(COLUMNS, _said(row), strict=True)),
            )
            for row in moved
        ],
        update_conflicts=True,
        unique_fields=["creator", "day", "medium"],
        update_fields=[*COLUMNS, "told_by", "told_at"],
    )
    if moved:
        creators = sorted({row.creator_id for row in moved})
        audit.record_batch("take_content_days", ContentDay, ids=creators, by=by, now=now)
        outbox.publish("creator.changed", creators=creators)
    return fresh, len(moved) - fresh


def _said(row: ToldContent | ContentDay | None) -> tuple[int, ...]:
    return tuple(getattr(row, name) for name in COLUMNS) if row else ()

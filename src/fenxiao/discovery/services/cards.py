"""Counting the cards of creators. What they hold is counted from other tables, so there are no audit rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Final

from django.db import connection, transaction

from fenxiao.discovery.models import CreatorCard
from fenxiao.discovery.queries.cards import creator_ids, facts_of
from fenxiao.discovery.rules.cards import columns_of

BATCH: Final = 2_000
CARDS_LOCK: Final = 0x63617264  # two at once would each write what the other has read before


@dataclass(frozen=True, kw_only=True)
class CardsCounted:
    """What a count did."""

    creators: int
    seconds: float


# not one act: a transaction per batch, so that lists never wait long
def rebuild_cards(*, now: datetime) -> CardsCounted:
    """Count every active creator's card anew and take away those of suspended ones."""
    started = perf_counter()
    count = sum(_count(ids, now=now) for ids in creator_ids(batch=BATCH))
    CreatorCard.objects.filter(creator__is_active=False).delete()
    return CardsCounted(creators=count, seconds=perf_counter() - started)


# not one act: a transaction per batch
def refresh_cards(wanted: Iterable[int], *, now: datetime) -> int:
    """Count the cards of these creators anew, and take away those of suspended ones; returns how many there are."""
    ids = sorted(set(wanted))
    return sum(_count(ids[at : at + BATCH], now=now) for at in range(0, len(ids), BATCH))


@transaction.atomic
def _count(ids: Sequence[int], *, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CARDS_LOCK])
    found = facts_of(ids, now=now)
    CreatorCard.objects.filter(creator__in=set(ids) - set(found)).delete()
    rows = [(pk, columns_of(known)) for pk, known in found.items()]
    if rows:
        CreatorCard.objects.bulk_create(
            [CreatorCard(creator_id=pk, counted_at=now, **columns) for pk, columns in rows],
            update_conflicts=True,
            unique_fields=["creator"],
            update_fields=["counted_at", *rows[0][1]],
        )
    return len(rows)

"""Organisations are told what concerns them, and read it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from fenxiao.kernel import audit
from fenxiao.kernel.actors import SYSTEM, Actor
from fenxiao.parties.models import Notice, Organisation
from fenxiao.parties.notices import words_of

BATCH = 5_000


@transaction.atomic
def notify(
    organisation_ids: Collection[int],
    *,
    code: str,
    subject: tuple[str, int],
    now: datetime,
    by: Actor = SYSTEM,
    details: Mapping[str, object] | None = None,
    cause: str = "",
) -> int:
    """Tell each of the organisations, in bulk; returns how many are to be told.

    `subject` is kind and id of what it tells. One `cause` (an event, say) is told to each once, however often this is
    called. A `KeyError` for a code without words, or for details that its words miss.
    """
    details = dict(details or {})
    for language in ("zh", "en"):
        words_of(code, details, language)
    ids = sorted(set(organisation_ids))
    if not ids:
        return 0
    kind, subject_id = subject
    rows = [
        Notice(
            organisation_id=pk,
            code=code,
            subject_kind=kind,
            subject_id=subject_id,
            details=details,
            cause=cause,
            at=now,
        )
        for pk in ids
    ]
    Notice.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=bool(cause))
    audit.record_batch(f"notify:{code}", Notice, ids=ids, by=by, now=now)
    return len(ids)


@transaction.atomic
def mark_read(
    organisation: Organisation, *, by: Actor, now: datetime, notice_ids: Collection[int] | None = None
) -> int:
    """Mark these notices of the organisation as read, or all of them; returns how many were not read before."""
    unread = Notice.objects.filter(organisation=organisation, read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    ids = sorted(unread.values_list("pk", flat=True))
    read = Notice.objects.filter(pk__in=ids, read_at=None).update(read_at=now)
    if read:
        audit.record_batch("read_notices", Notice, ids=ids, by=by, now=now)
    return read

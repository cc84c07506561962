"""Audit rows: written by every service, in its transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import models, transaction

from fenxiao.kernel.actors import Actor
from fenxiao.kernel.logs import current_request_id
from fenxiao.kernel.models import AuditRow

State = Mapping[str, Any]


def record(
    act: str,
    subject: models.Model,
    *,
    by: Actor,
    now: datetime,
    before: State | None = None,
    after: State | None = None,
) -> AuditRow:
    """Note that `by` did `act` to `subject`. States are JSON-ready; only the fields that the act concerns.

    Raises `TransactionManagementError` outside a transaction: an act and its audit row stand or fall together.
    """
    return _write(act, subject._meta.label_lower, str(subject.pk), by=by, now=now, before=before, after=after)


def record_batch(
    act: str, table: type[models.Model], *, ids: Sequence[int] | Sequence[str], by: Actor, now: datetime
) -> AuditRow:
    """Note a bulk act as one row: how many, which (by range) and a digest of the ids."""
    digest = sha256(",".join(map(str, ids)).encode()).hexdigest()
    after = {"count": len(ids), "first": min(ids, default=None), "last": max(ids, default=None), "digest": digest}
    return _write(act, table._meta.label_lower, f"batch:{digest[:32]}", by=by, now=now, before=None, after=after)


def _write(
    act: str, table: str, pk: str, *, by: Actor, now: datetime, before: State | None, after: State | None
) -> AuditRow:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"the audit row of {act} needs the act's transaction")
    return AuditRow.objects.create(
        at=now,
        act=act,
        subject_type=table,
        subject_id=pk,
        actor=by.name,
        member_id=by.member_id,
        organisation_id=by.organisation_id,
        before=before,
        after=after,
        request_id=current_request_id(),
    )

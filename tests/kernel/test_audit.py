"""Audit rows stand or fall with the act."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from fenxiao.kernel import audit
from fenxiao.kernel.logs import begin_request
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON


@pytest.mark.django_db(transaction=True)
def test_an_audit_row_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record("rename", Organisation(pk=1), by=BY, now=NOON)


@pytest.mark.django_db
def test_an_audit_row_says_who_what_before_and_after(mei: Organisation) -> None:
    request_id = begin_request("abc-123")

    audit.record("rename", mei, by=BY, now=NOON, before={"name": "Mei"}, after={"name": "Mei's"})

    row = AuditRow.objects.get()
    assert (row.act, row.subject_type, row.subject_id, row.actor, row.at, row.before, row.after, row.request_id) == (
        "rename",
        "parties.organisation",
        str(mei.pk),
        "test",
        NOON,
        {"name": "Mei"},
        {"name": "Mei's"},
        request_id,
    )


@pytest.mark.django_db
def test_a_batch_leaves_one_row_with_count_range_and_digest() -> None:
    audit.record_batch("import", Organisation, ids=[3, 1, 2], by=BY, now=datetime(2026, 1, 1, tzinfo=UTC))

    row = AuditRow.objects.get()
    assert row.after is not None
    assert {key: row.after[key] for key in ("count", "first", "last")} == {"count": 3, "first": 1, "last": 3}
    assert len(row.after["digest"]) == 64

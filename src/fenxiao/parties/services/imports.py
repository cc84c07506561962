"""Organisations by the thousand, from another system."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction

from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.rules import Imported, ImportedOrganisation
from fenxiao.parties.services.checks import check_known_kind, named

BATCH = 1_000
Names = dict[str, str]  # external id → name


@transaction.atomic
def import_organisations(
    kind: Kind, *, rows: Sequence[ImportedOrganisation], source: str, by: Actor, now: datetime
) -> Imported:
    """Take over organisations of one kind: new ones are made, renamed ones renamed, the others left alone.

    Importing the same rows again changes nothing. Refuses all rows when one has no id or no usable name.
    Of two rows with one id the later counts.
    """
    check_known_kind(kind)
    names = _checked(rows, source)
    # One import of a source at a time, or two of them would make the same organisation twice.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('parties.import'), hashtext(%s))", [source])
    done = Imported()
    for batch in _batches(names):
        made = _import_batch(kind, batch, source=source, by=by, now=now)
        done = Imported(
            created=done.created + made.created, changed=done.changed + made.changed, ids=done.ids | made.ids
        )
    return done


def _checked(rows: Sequence[ImportedOrganisation], source: str) -> Names:
    named(source, field="source", longest=40)
    for row in rows:
        if not row.external_id or len(row.external_id) > 80:
            raise BadInput(field="external_id", reason_zh="须为 1 到 80 个字符", reason_en="1 to 80 characters")
    return {row.external_id: named(row.name, field=f"name {row.external_id}") for row in rows}


def _batches(names: Names) -> Iterator[Names]:
    pairs = list(names.items())
    for start in range(0, len(pairs), BATCH):
        yield dict(pairs[start : start + BATCH])


def _import_batch(kind: Kind, names: Names, *, source: str, by: Actor, now: datetime) -> Imported:
    rows = Organisation.objects.filter(kind=kind, source=source, external_id__in=names).order_by("pk")
    known = {row.external_id: row for row in rows.select_for_update(no_key=True)}
    renamed = [row for key, row in known.items() if row.name != names[key]]
    for row in renamed:
        row.name = names[row.external_id]
    Organisation.objects.bulk_update(renamed, ["name"])
    fresh = Organisation.objects.bulk_create(
        Organisation(kind=kind, name=name, source=source, external_id=key, joined_at=now)
        for key, name in names.items()
        if key not in known
    )
    touched = [row.pk for row in (*fresh, *renamed)]
    if touched:
        audit.record_batch("import_organisations", Organisation, ids=touched, by=by, now=now)
        if kind == Kind.CREATOR:
            outbox.publish("creator.changed", creators=touched)
    ids = {row.external_id: row.pk for row in (*known.values(), *fresh)}
    return Imported(created=len(fresh), changed=len(renamed), ids=ids)

"""Acts on shortlists: creators that a merchant or leader keeps in mind, with a note and for which product."""

from datetime import datetime
from typing import Final

from django.db import transaction

from fenxiao.catalog.models import Product
from fenxiao.discovery.errors import AlreadyShortlisted, NotShortlisted, ShortlistFull
from fenxiao.discovery.models import ShortlistedCreator
from fenxiao.discovery.queries.asker import own_product
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.services import active_of_kind

MOST_SHORTLISTED: Final = 500
LONGEST_NOTE: Final = 200


@transaction.atomic
def shortlist_creator(
    organisation: Organisation,
    creator: Organisation,
    *,
    product: Product | None = None,
    note: str = "",
    by: Actor,
    now: datetime,
) -> ShortlistedCreator:
    """Keep a creator on the list of a merchant or leader.

    Refuses others than those (`WrongKind`), suspended ones, a product that is not theirs and a note too long
    (`BadInput`), one who is on it (`AlreadyShortlisted`), and one too many (`ShortlistFull`).
    """
    organisation = active_of_kind(organisation, Kind.MERCHANT, Kind.LEADER)
    creator = active_of_kind(creator, Kind.CREATOR)
    note = _checked_note(note)
    if product:
        own_product(organisation, product.pk, now=now)
    kept = ShortlistedCreator.objects.filter(organisation=organisation, removed_at=None)
    if kept.filter(creator=creator).exists():
        raise AlreadyShortlisted(name=creator.name)
    if kept.count() >= MOST_SHORTLISTED:
        raise ShortlistFull(most=MOST_SHORTLISTED)
    row = ShortlistedCreator.objects.create(
        organisation=organisation, creator=creator, product=product, note=note, added_by=by.name, added_at=now
    )
    told = {"creator": creator.pk, "product": product and product.pk, "note": note}
    audit.record("shortlist_creator", organisation, by=by, now=now, after=told)
    outbox.publish("creator.shortlisted", organisation=organisation.pk, creator=creator.pk)
    return row


@transaction.atomic
def note_on_shortlist(
    organisation: Organisation, creator: Organisation, *, note: str, by: Actor, now: datetime
) -> ShortlistedCreator:
    """Write another note on one who is on the list. Refuses a note too long, and one who is not on it."""
    row = _locked(organisation, creator)
    before, row.note = row.note, _checked_note(note)
    row.save(update_fields=["note"])
    told = {"creator": creator.pk, "note": row.note}
    audit.record("note_on_shortlist", organisation, by=by, now=now, before={"note": before}, after=told)
    return row


@transaction.atomic
def unlist_creator(
    organisation: Organisation, creator: Organisation, *, by: Actor, now: datetime
) -> ShortlistedCreator:
    """Take a creator off the list. Refuses one who is not on it (`NotShortlisted`)."""
    row = _locked(organisation, creator)
    row.removed_at = now
    row.save(update_fields=["removed_at"])
    told = {"creator": creator.pk, "note": row.note, "product": row.product_id}
    audit.record("unlist_creator", organisation, by=by, now=now, before=told, after={"creator": None})
    outbox.publish("creator.unlisted", organisation=organisation.pk, creator=creator.pk)
    return row


def _locked(organisation: Organisation, creator: Organisation) -> ShortlistedCreator:
    active_of_kind(organisation, Kind.MERCHANT, Kind.LEADER)
    rows = ShortlistedCreator.objects.select_for_update()
    row = rows.filter(organisation=organisation, creator=creator, removed_at=None).first()
    if row is None:
        raise NotShortlisted(name=creator.name)
    return row


def _checked_note(note: str) -> str:
    cleaned = " ".join(note.split())
    if len(cleaned) > LONGEST_NOTE:
        raise BadInput(
            field="note", reason_zh=f"最多 {LONGEST_NOTE} 个字", reason_en=f"at most {LONGEST_NOTE} characters"
        )
    if not cleaned.isprintable():
        raise BadInput(field="note", reason_zh="含有不可见字符", reason_en="it holds control characters")
    return cleaned

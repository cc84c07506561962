"""The category tree is loaded from rows, as often as one likes."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from fenxiao.catalog import rules
from fenxiao.catalog.models import Category
from fenxiao.kernel import audit
from fenxiao.kernel.actors import Actor

BATCH = 2_000
FIELDS = ("parent_id", "third_id", "depth", "name_zh", "name_en", "is_active")


@transaction.atomic
def load_categories(rows: Iterable[rules.CategoryRow], *, by: Actor, now: datetime) -> rules.Loaded:
    """Make or mend these categories; others stay as they are. Loading the same rows again changes nothing.

    Refuses all rows when one has no place in the tree (`BadCategory`).
    """
    rows = list(rows)
    # One loader at a time, or two of them would make the same category twice.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalog.load_categories'))")
    known = Category.objects.in_bulk()
    standing = {
        key: rules.Place(parent_id=old.parent_id, depth=old.depth, third_id=old.third_id) for key, old in known.items()
    }
    placed = rules.places(rows, known=standing)
    wanted = [_category(row, placed[row.id]) for row in rows]
    touched = [new for new in wanted if new.pk not in known or _facts(new) != _facts(known[new.pk])]
    for start in range(0, len(touched), BATCH):
        _save(touched[start : start + BATCH], by=by, now=now)
    created = sum(new.pk not in known for new in touched)
    return rules.Loaded(created=created, changed=len(touched) - created, unchanged=len(wanted) - len(touched))


def _category(row: rules.CategoryRow, place: rules.Place) -> Category:
    return Category(
        id=row.id,
        parent_id=place.parent_id,
        third_id=place.third_id,
        depth=place.depth,
        name_zh=row.zh,
        name_en=row.en or row.zh,
        is_active=True,
    )


def _facts(category: Category) -> tuple[object, ...]:
    return tuple(getattr(category, name) for name in FIELDS)


def _save(batch: list[Category], *, by: Actor, now: datetime) -> None:
    names = [name.removesuffix("_id") for name in FIELDS]
    Category.objects.bulk_create(batch, update_conflicts=True, unique_fields=["pk"], update_fields=names)
    audit.record_batch("load_categories", Category, ids=[category.pk for category in batch], by=by, now=now)

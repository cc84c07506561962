"""The category tree as pages walk it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.db.models import Q
from django.db.models.functions import Length

from fenxiao.catalog.models import Category

SHOWN_LEVELS = 3  # the third is the peer group's category and the filter everyone sees


def category_choices(parent_id: str | None) -> list[Category]:
    """The active categories right below `parent_id` (None: on top), in the order of their ids (…-2 before …-10)."""
    rows = Category.objects.filter(parent_id=parent_id, is_active=True)
    return list(rows.order_by(Length("id"), "id") if parent_id else rows.order_by("id"))


def top_categories() -> list[Category]:
    """The active categories on top."""
    return category_choices(None)


def category_path(category: Category) -> list[Category]:
    """From the top down to `category`, in one query."""
    path = Category.objects.raw(
        """WITH RECURSIVE path AS (
               SELECT * FROM catalog_category WHERE id = %s
               UNION ALL SELECT above.* FROM catalog_category above JOIN path ON above.id = path.parent_id)
           SELECT * FROM path ORDER BY depth""",
        [category.pk],
    )
    return list(path)


def categories_along(chosen: str) -> list[Category]:
    """The three levels everyone sees, open along the way to the chosen one and below it, each behind its parent.

    In two statements. Of a category that there is not, or that lies deeper, the ones on top.
    """
    shown = Category.objects.filter(depth__lte=SHOWN_LEVELS)
    line = shown.filter(pk=chosen).values_list("pk", "parent_id", "parent__parent_id").first() or ()
    opened = [pk for pk in line if pk is not None]
    rows = shown.filter(Q(is_active=True) & (Q(parent=None) | Q(parent__in=opened)) | Q(pk__in=opened))
    below: dict[str | None, list[Category]] = defaultdict(list)
    for category in rows.order_by(Length("id"), "id"):
        below[category.parent_id].append(category)
    below[None].sort(key=lambda category: category.pk)
    return list(_downward(None, below))


def _downward(parent_id: str | None, below: Mapping[str | None, list[Category]]) -> Iterator[Category]:
    for category in below.get(parent_id, ()):
        yield category
        yield from _downward(category.pk, below)

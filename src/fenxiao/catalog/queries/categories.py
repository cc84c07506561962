"""The category tree as pages walk it."""

from django.db.models.functions import Length

from fenxiao.catalog.models import Category


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

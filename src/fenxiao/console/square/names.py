"""The categories that stand on a page of the square."""

from collections.abc import Iterable

from fenxiao.catalog.models import Category
from fenxiao.discovery.queries.square import CreatorShown
from fenxiao.discovery.rules.suiting import Suiting


def names_of(rows: Iterable[CreatorShown], suitings: Iterable[Suiting]) -> dict[str, Category]:
    """Those that creators sell most in and that reasons name, in one statement."""
    wanted = {category for row in rows for category in row.categories}
    wanted |= {each.category_id for suiting in suitings for each in suiting.reasons if each.category_id}
    return Category.objects.in_bulk(wanted) if wanted else {}

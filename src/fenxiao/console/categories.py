"""Choosing a category of three levels in one field, and a step further by a tap; without a script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from fenxiao.catalog.models import Category
from fenxiao.console.templatetags.figures import named

STEP = "\u2003"  # a space that lists keep


@dataclass(frozen=True, kw_only=True)
class Way:
    """Where in the tree one stands: the categories that lead there, and those right below."""

    above: list[Category]  # from the top, the chosen one last
    below: list[Category]


def choices_of(opened: Iterable[Category], *, every: tuple[str, str | Promise]) -> list[tuple[str, str | Promise]]:
    """The choices of a field: `opened` is the tree along the chosen one, deeper levels set in."""
    return [every, *((each.pk, STEP * (each.depth - 1) + named(each)) for each in opened)]


def way_to(chosen: str, opened: Sequence[Category]) -> Way:
    """How to go on from the chosen category, up or down; nowhere where none is chosen."""
    known = {each.pk: each for each in opened}
    above: list[Category] = []
    at = known.get(chosen)
    while at is not None:
        above.insert(0, at)
        at = known.get(at.parent_id or "")
    return Way(above=above, below=[each for each in opened if above and each.parent_id == chosen])

"""Creators side by side: a line for each figure, and who leads it where that can be known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fenxiao.catalog.models import Category
from fenxiao.console.templatetags.figures import named
from fenxiao.console.templatetags.ranges import counted, in_money, in_percent
from fenxiao.discovery.queries.square import CreatorShown
from fenxiao.discovery.rules.bands import Figure
from fenxiao.discovery.rules.suiting import Suiting

Read = Callable[[CreatorShown], Figure | None]

FIGURES: tuple[tuple[str | Promise, Read, Callable[[Figure | None], str], bool], ...] = (
    (_("Followers"), lambda each: each.followers, counted, True),
    (_("Sales of 30 days"), lambda each: each.gmv, in_money, True),
    (_("Sales per 1,000 views"), lambda each: each.gpm, in_money, True),
    (_("Live shows in 30 days"), lambda each: each.live_pieces, counted, False),
    (_("Videos in 30 days"), lambda each: each.video_pieces, counted, False),
    (_("Sells mostly at"), lambda each: each.price, in_money, False),
    (_("Orders that stay"), lambda each: each.stayed, in_percent, True),
    (_("Plans kept"), lambda each: each.plans_kept, in_percent, True),
)
CATEGORIES = 3


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the table. `leads` says for each creator whether nobody beside him can have more."""

    label: str | Promise
    cells: list[str]
    leads: list[bool]

    @property
    def pairs(self) -> list[tuple[str, bool]]:
        """Each cell, and whether it leads."""
        return list(zip(self.cells, self.leads, strict=True))


def rows_of(
    columns: Sequence[CreatorShown], suitings: Mapping[int, Suiting], names: Mapping[str, Category]
) -> list[Line]:
    """The lines of a comparison."""
    lines = [_line(label, [read(each) for each in columns], said, leads) for label, read, said, leads in FIGURES]
    categories = [_categories(each, names) for each in columns]
    scores = [_exact(each.score_centi) for each in columns]
    first = [_line(_("Score"), scores, lambda figure: "–" if figure is None else f"{figure.low / 100:.2f}", True)]
    if suitings:
        fits = [_exact(suitings[each.id].score if each.id in suitings else None) for each in columns]
        first.insert(
            0, _line(_("Fit to the product"), fits, lambda figure: "–" if figure is None else str(figure.low), True)
        )
    sells = Line(label=_("Sells most in"), cells=categories, leads=[False] * len(columns))
    return [*first, *lines, sells]


def leading(figures: Sequence[Figure | None]) -> list[bool]:
    """Who certainly has most: the low end of his range is no lower than the high end of every other's."""
    known = [figure for figure in figures if figure is not None]
    if len(known) < 2:
        return [False] * len(figures)
    return [
        figure is not None
        and figure.low > 0
        and all(other is figure or (other.high is not None and figure.low >= other.high) for other in known)
        and any(other != figure for other in known)
        for figure in figures
    ]


def _line(
    label: str | Promise, figures: Sequence[Figure | None], said: Callable[[Figure | None], str], leads: bool
) -> Line:
    marked = leading(figures) if leads else [False] * len(figures)
    return Line(label=label, cells=[said(figure) for figure in figures], leads=marked)


def _exact(number: int | None) -> Figure | None:
    return None if number is None else Figure(low=number, high=number)


def _categories(shown: CreatorShown, names: Mapping[str, Category]) -> str:
    told = [
        f"{named(names[pk])} {in_percent(figure)}"
        for pk, figure in list(shown.categories.items())[:CATEGORIES]
        if pk in names
    ]
    return " · ".join(told) or "–"

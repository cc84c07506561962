"""Charts as they are shown: only goods that may be offered at this moment, in a constant number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.db.models import Count, Max, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from fenxiao.catalog.models import Category, Product
from fenxiao.discovery.models import Chart, ChartCut, ChartRow
from fenxiao.discovery.rules.chart_words import figure_en, figure_zh
from fenxiao.discovery.rules.charts import PLACES
from fenxiao.kernel.errors import BadInput
from fenxiao.kernel.settings import settings

OF_PRODUCT: Final = ("merchant", "brand", "category__third")  # what lines are shown with


class Movement(StrEnum):
    """Where a product stands against the chart of the day before."""

    NEW = "new"  # it was not on it
    UP = "up"
    DOWN = "down"
    SAME = "same"


@dataclass(frozen=True, kw_only=True)
class Charted:
    """One line of a chart."""

    chart: Chart
    row: int
    place: int  # equal goods have one
    place_before: int | None
    product: Product  # with merchant, brand, category and its third level
    figure: int  # as `ChartRow.figure`

    @property
    def movement(self) -> Movement:
        """Whether it rose or fell since the day before."""
        if self.place_before is None:
            return Movement.NEW
        if self.place == self.place_before:
            return Movement.SAME
        return Movement.UP if self.place < self.place_before else Movement.DOWN

    @property
    def steps(self) -> int:
        """By how many places it moved; 0 for a new one."""
        return abs(self.place - self.place_before) if self.place_before else 0

    @property
    def zh(self) -> str:
        """What it is on the chart for, in Chinese."""
        return figure_zh(self.chart, self.figure, currency=settings().currency)

    @property
    def en(self) -> str:
        """What it is on the chart for, in English."""
        return figure_en(self.chart, self.figure, currency=settings().currency)


@dataclass(frozen=True, kw_only=True)
class ChartShown:
    """A chart of a day and category; no rows where nothing earned a place."""

    chart: Chart
    day: date | None  # None while none was ever made
    category: Category | None  # None: of all
    rows: list[Charted]


def chart(
    chart: Chart | str, *, day: date | None = None, category_id: str | None = None, limit: int = PLACES
) -> ChartShown:
    """A chart of a day (the latest by default) and a third-level category (all by default).

    Refuses an unknown chart or category by the field's name. Goods that are no longer offered are left out.
    """
    kind, category = _known(chart), _category(category_id)
    shown = day or latest_chart_day()
    if shown is None:
        return ChartShown(chart=kind, day=None, category=category, rows=[])
    rows = ChartRow.objects.filter(chart=kind, day=shown, category=category)
    return ChartShown(chart=kind, day=shown, category=category, rows=_charted(rows)[:limit])


def charts_on_front(*, category: Category | None = None, limit: int = 5) -> list[ChartShown]:
    """The first lines of every chart on the latest day, in one statement.

    Of the category where it has a chart, of all goods where it has none.
    """
    latest = [ChartRow.objects.filter(chart=kind).order_by("-day").values("day")[:1] for kind in Chart]
    first = ChartRow.objects.filter(
        chart__in=Chart.values, day=Greatest(*(Subquery(each) for each in latest)), row__lte=4 * limit
    )
    wanted = Q(category=None) if category is None else Q(category=None) | Q(category=category)
    offered = first.filter(wanted, product__in=Product.objects.offered())
    lines = list(offered.select_related(*(f"product__{each}" for each in OF_PRODUCT)).order_by("chart", "row"))
    return [_on_front(kind, [line for line in lines if line.chart == kind], category, limit) for kind in Chart]


def _on_front(kind: Chart, lines: Sequence[ChartRow], category: Category | None, limit: int) -> ChartShown:
    own = [line for line in lines if category is not None and line.category_id == category.pk]
    shown = own or [line for line in lines if line.category_id is None]
    return ChartShown(
        chart=kind,
        day=shown[0].day if shown else None,
        category=category if own else None,
        rows=[_line(line, line.product) for line in shown[:limit]],
    )


def latest_chart_day() -> date | None:
    """The day of the latest charts; None while none were made."""
    # Chart by chart: the index begins with it, and the latest day is then one look.
    days = [ChartRow.objects.filter(chart=kind).aggregate(day=Max("day"))["day"] for kind in Chart]
    return max((day for day in days if day), default=None)


def chart_days(chart: Chart | str, *, most: int = 14) -> list[date]:
    """The latest days on which this chart had lines, newest first."""
    days = ChartRow.objects.filter(chart=_known(chart), category=None).values_list("day", flat=True)
    return list(days.distinct().order_by("-day")[:most])


def chart_categories(chart: Chart | str, *, day: date) -> list[tuple[Category, int]]:
    """Categories with lines on a chart of a day and how many, most first."""
    rows = ChartRow.objects.filter(chart=_known(chart), day=day, category__isnull=False)
    counts = dict(rows.values_list("category").annotate(Count("pk")))
    found = Category.objects.filter(pk__in=counts)
    return sorted(((each, counts[each.pk]) for each in found), key=lambda pair: (-pair[1], pair[0].pk))


def places_of(product_ids: Sequence[int], *, day: date | None = None) -> dict[int, list[ChartRow]]:
    """On which charts products stand on a day (the latest by default), best place first; with categories."""
    shown = day or latest_chart_day()
    found: dict[int, list[ChartRow]] = {pk: [] for pk in product_ids}
    if shown is None:
        return found
    rows = ChartRow.objects.filter(product__in=product_ids, day=shown).select_related("category")
    for row in rows.order_by("place", "pk"):
        found[row.product_id].append(row)
    return found


def chart_cuts(day: date) -> "QuerySet[ChartCut]":
    """What caps took from goods on a day, the largest cuts first; for operators."""
    return ChartCut.objects.filter(day=day).select_related("product__merchant").order_by("cap", "-cut", "product")


def _known(chart: Chart | str) -> Chart:
    if chart not in Chart.values:
        said = ", ".join(Chart.values)
        raise BadInput(field="chart", reason_zh=f"应为 {said}", reason_en=f"one of {said}")
    return Chart(chart)


def _category(category_id: str | None) -> Category | None:
    if category_id is None:
        return None
    found = None if "\0" in category_id else Category.objects.filter(pk=category_id).first()
    if found is None:
        raise BadInput(field="category_id", reason_zh="没有这个类目", reason_en="there is no such category")
    return found


def _charted(rows: "QuerySet[ChartRow]") -> list[Charted]:
    lines = list(rows.order_by("chart", "row"))
    products = _offered(line.product_id for line in lines)
    return [_line(line, products[line.product_id]) for line in lines if line.product_id in products]


def _line(line: ChartRow, product: Product) -> Charted:
    return Charted(
        chart=Chart(line.chart),
        row=line.row,
        place=line.place,
        place_before=line.place_before,
        product=product,
        figure=line.figure,
    )


def _offered(product_ids: Iterable[int]) -> dict[int, Product]:
    return Product.objects.offered().select_related(*OF_PRODUCT).in_bulk(list(set(product_ids)))

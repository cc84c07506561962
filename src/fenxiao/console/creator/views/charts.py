"""Charts: which goods rise, sell, earn and are picked, by category and day."""

from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.catalog.models import Category
from fenxiao.console.access import role_required
from fenxiao.console.creator.items import items_of
from fenxiao.console.requests import MemberRequest
from fenxiao.console.showcase import chart_asked
from fenxiao.discovery import queries as discovery
from fenxiao.discovery import services as showings
from fenxiao.discovery.models import Chart, Surface
from fenxiao.parties.models import Kind

CATEGORIES_OFFERED: Final = 16
DAYS_OFFERED: Final = 7


@require_safe
@role_required(Kind.CREATOR)
def charts(request: MemberRequest) -> HttpResponse:
    """One chart of a category and day, each line with what it earns this creator."""
    asked = chart_asked(request)
    shown = discovery.chart(asked.chart, day=asked.day, category_id=asked.category_id)
    products = [line.product for line in shown.rows]
    items = items_of(products, creator=request.organisation, now=request.now)
    showings.log_showing(
        [product.pk for product in products], creator=request.organisation, surface=Surface.CHART, now=request.now
    )
    return render(
        request,
        "console/creator/charts.html",
        {
            "shown": shown,
            "charts": Chart.choices,
            "rows": [(line, items[line.product.pk]) for line in shown.rows],
            "days": discovery.chart_days(shown.chart, most=DAYS_OFFERED),
            "categories": _categories(shown.chart, shown.day, shown.category),
        },
    )


def _categories(chart: str, day: date | None, chosen: Category | None) -> list[tuple[Category, int]]:
    """Those with most lines, and the chosen one wherever it stands."""
    found = discovery.chart_categories(chart, day=day) if day else []
    first = found[:CATEGORIES_OFFERED]
    known = {category.pk for category, _ in first}
    return [*first, *(each for each in found if chosen and each[0] == chosen and chosen.pk not in known)]

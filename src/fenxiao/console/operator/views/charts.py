"""Charts as operators watch them: who stands where, and what the caps took from whom."""

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.requests import MemberRequest
from fenxiao.console.showcase import chart_asked
from fenxiao.discovery import queries as discovery
from fenxiao.discovery.models import Cap, Chart
from fenxiao.discovery.rules import charts as rules
from fenxiao.parties.models import Kind

DAYS_OFFERED = 14
CATEGORIES_OFFERED = 24
CUTS_SHOWN = 20  # of each cap


@require_safe
@role_required(Kind.OPERATOR)
def charts(request: MemberRequest) -> HttpResponse:
    """One chart of a category and day, and the largest cuts of that day."""
    asked = chart_asked(request)
    shown = discovery.chart(asked.chart, day=asked.day, category_id=asked.category_id)
    found = discovery.chart_categories(shown.chart, day=shown.day) if shown.day else []
    return render(
        request,
        "console/operator/charts.html",
        {
            "shown": shown,
            "charts": Chart.choices,
            "days": discovery.chart_days(shown.chart, most=DAYS_OFFERED),
            "categories": found[:CATEGORIES_OFFERED],
            "caps": _caps(shown.day) if shown.day else [],
            "rules": rules,
        },
    )


def _caps(day: Any) -> list[tuple[Cap, int, list[Any]]]:
    """Each cap with how many cuts of it were kept, and the largest."""
    found = {cap: list(rows) for cap, rows in groupby(discovery.chart_cuts(day), key=lambda cut: cut.cap)}
    return [(cap, len(found.get(cap, [])), found.get(cap, [])[:CUTS_SHOWN]) for cap in Cap]

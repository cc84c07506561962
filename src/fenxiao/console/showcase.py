"""What creators' and operators' pages of charts and topics share."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from fenxiao.discovery.models import Chart
from fenxiao.kernel.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class ChartAsked:
    """Which chart an address asks for."""

    chart: str
    day: date | None
    category_id: str | None


def chart_asked(request: HttpRequest) -> ChartAsked:
    """The chart of `?chart=&day=&category=`, the best-selling of the latest day and all categories by default.

    Refuses a day that is none; whoever answers refuses what else there is not.
    """
    told = request.GET
    return ChartAsked(
        chart=told.get("chart") or Chart.BEST_SELLING,
        day=_day(told.get("day", "")),
        category_id=told.get("category") or None,
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(field="day", reason_zh="应为日期，如 2026-03-10", reason_en="a day such as 2026-03-10") from None

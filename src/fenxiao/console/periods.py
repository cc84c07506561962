"""The period that figures are of."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fenxiao.console.requests import ConsoleRequest
from fenxiao.insights.queries import CreatorPeriods, LeaderPeriods, Periods
from fenxiao.insights.rules import MONTH, TODAY, WEEK, Period
from fenxiao.kernel.clock import business_day

LENGTHS: list[tuple[int, str | Promise]] = [(TODAY, _("Today")), (WEEK, _("7 days")), (MONTH, _("30 days"))]
QUARTER = 90
SPANS: list[tuple[int, str | Promise]] = [(WEEK, _("7 days")), (MONTH, _("30 days")), (QUARTER, _("90 days"))]


def chosen_period(periods: Periods | CreatorPeriods | LeaderPeriods, request: HttpRequest) -> Period:
    """The period that `?days=` asks for; a month where it asks for none there is."""
    by_length: dict[str, Period] = {str(TODAY): periods.today, str(WEEK): periods.week}
    return by_length.get(request.GET.get("days", ""), periods.month)


@dataclass(frozen=True, kw_only=True)
class Span:
    """The last `days` days, the current one included: [since, until)."""

    days: int
    since: date
    until: date


def chosen_span(request: ConsoleRequest) -> Span:
    """The days that `?days=` asks for; a month where it asks for none there is."""
    asked = request.GET.get("days", "")
    days = next((length for length, _name in SPANS if str(length) == asked), MONTH)
    until = business_day(request.now) + timedelta(days=1)
    return Span(days=days, since=until - timedelta(days=days), until=until)

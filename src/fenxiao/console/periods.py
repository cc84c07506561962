"""The period that figures of a home page are of."""

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fenxiao.insights.queries import CreatorPeriods, Periods
from fenxiao.insights.rules import MONTH, TODAY, WEEK, Period

LENGTHS: list[tuple[int, str | Promise]] = [(TODAY, _("Today")), (WEEK, _("7 days")), (MONTH, _("30 days"))]


def chosen_period(periods: Periods | CreatorPeriods, request: HttpRequest) -> Period:
    """The period that `?days=` asks for; a month where it asks for none there is."""
    by_length: dict[str, Period] = {str(TODAY): periods.today, str(WEEK): periods.week}
    return by_length.get(request.GET.get("days", ""), periods.month)

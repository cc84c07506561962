"""Which day a grading is for."""

from datetime import date, datetime, timedelta
from typing import Final

from fenxiao.facts.queries import last_day
from fenxiao.kernel import clock

PAST_AFTER: Final = timedelta(days=30)


def day_to_grade(now: datetime) -> date:
    """Today; where the facts ended over 30 days ago (an imported past), the day after the last one."""
    today, last = clock.business_day(now), last_day()
    return today if last is None or last >= today - PAST_AFTER else last + timedelta(days=1)

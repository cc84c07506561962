"""The one place that reads the clock, and the business calendar. Doors read the moment once and pass it down."""

from datetime import UTC, date, datetime, time, timedelta

from fenxiao.kernel.settings import settings


def now() -> datetime:
    """This moment, timezone-aware in UTC. For doors only; everything below receives `now`."""
    return datetime.now(UTC)


def business_day(moment: datetime) -> date:
    """The local calendar day (FENXIAO_TIME_ZONE) that `moment` falls on."""
    return moment.astimezone(settings().zone).date()


def day_start(day: date) -> datetime:
    """The first moment of a business day, as an aware UTC moment."""
    return datetime.combine(day, time(), settings().zone).astimezone(UTC)


def next_midnight(moment: datetime) -> datetime:
    """00:00 local time of the day after `moment`."""
    return day_start(business_day(moment) + timedelta(days=1))

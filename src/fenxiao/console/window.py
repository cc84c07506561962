"""The days that pages look back on."""

from datetime import date, datetime, timedelta

from fenxiao.kernel.clock import business_day

DAYS = 30


def last_days(now: datetime) -> tuple[date, date]:
    """The last 30 business days, today included, as [since, until)."""
    until = business_day(now) + timedelta(days=1)
    return until - timedelta(days=DAYS), until

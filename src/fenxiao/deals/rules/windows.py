"""Windows of cooperation: within the activity, and within the first's where one hangs on it; how far they extend."""

from datetime import datetime

from fenxiao.deals.errors import ExtensionOutOfBounds, WindowOutsideActivity
from fenxiao.kernel.settings import settings


def local(moment: datetime) -> datetime:
    """A moment on the clock that people here read."""
    return moment.astimezone(settings().zone)


def cooperation_begins(from_at: datetime | None, *, begins_at: datetime, now: datetime) -> datetime:
    """When a cooperation begins that asks for `from_at`: not in the past; unasked, with the activity or now."""
    return max(begins_at if from_at is None else from_at, now)


def check_cooperation(
    *, from_at: datetime, until_at: datetime, begins_at: datetime, ends_at: datetime, now: datetime
) -> None:
    """Refuses a window outside the activity's, without length, or over."""
    if from_at < begins_at or until_at > ends_at or until_at <= max(from_at, now):
        raise WindowOutsideActivity(
            from_at=local(from_at), until_at=local(until_at), begins_at=local(begins_at), ends_at=local(ends_at)
        )


def check_extension(wanted_until: datetime, *, until_at: datetime, latest: datetime) -> None:
    """Refuses an end that is no later than the present one, or later than there may be."""
    if not until_at < wanted_until <= latest:
        raise ExtensionOutOfBounds(wanted_until=local(wanted_until), until_at=local(until_at), latest=local(latest))

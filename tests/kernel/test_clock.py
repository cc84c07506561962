"""Business days end at local midnight."""

from datetime import UTC, date, datetime

from fenxiao.kernel import clock


def test_a_business_day_is_the_local_one() -> None:
    assert clock.business_day(datetime(2026, 3, 10, 16, 30, tzinfo=UTC)) == date(2026, 3, 11)


def test_the_next_midnight_is_local() -> None:
    assert clock.next_midnight(datetime(2026, 3, 10, 4, tzinfo=UTC)) == datetime(2026, 3, 10, 16, tzinfo=UTC)


def test_a_day_starts_at_local_midnight() -> None:
    assert clock.day_start(date(2026, 3, 11)) == datetime(2026, 3, 10, 16, tzinfo=UTC)

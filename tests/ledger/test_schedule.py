"""What runs every hour runs every hour."""

from datetime import datetime, timedelta

import pytest
from croniter import croniter
from procrastinate.contrib.django import app

from tests.cast import NOON

HOURLY = {
    "fenxiao.orders.jobs.receive_overdue": 7,
    "fenxiao.ledger.jobs.settle_due": 10,
    "fenxiao.ledger.jobs.count_guarantees": 40,
}


@pytest.mark.parametrize(("name", "minute"), HOURLY.items())
def test_an_hourly_job_comes_once_an_hour(name: str, minute: int) -> None:
    crons = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    times = croniter(crons[name], NOON)

    found = [times.get_next(datetime) for _ in range(3)]

    assert found == [NOON + timedelta(hours=hour, minutes=minute) for hour in range(3)]

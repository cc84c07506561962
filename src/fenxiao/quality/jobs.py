"""Every product is graded once a day, soon after the day before is complete."""

from procrastinate.contrib.django import app

from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM
from fenxiao.quality import services
from fenxiao.quality.queries import is_graded


@app.periodic(cron="20 * * * *")  # each hour, since the schedule does not know our midnight
@app.task(queue="grading", queueing_lock="quality.grade", pass_context=False)
def grade_goods(timestamp: int = 0) -> None:
    """Grade on the facts up to yesterday, unless that is done. `timestamp` is the schedule's, unused."""
    now = clock.now()
    today = clock.business_day(now)
    if not is_graded(today):
        services.ensure_default_policy(by=SYSTEM, now=now)
        services.grade(as_of=today, by=SYSTEM, now=now)

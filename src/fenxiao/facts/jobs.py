"""The builder runs every minute."""

from procrastinate.contrib.django import app

from fenxiao.facts import services
from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM


@app.periodic(cron="* * * * *")
@app.task(queue="facts", queueing_lock="facts.build", pass_context=False)
def build_facts(timestamp: int = 0) -> None:
    """Count what became stale. `timestamp` is the schedule's, unused."""
    services.build(by=SYSTEM, now=clock.now())

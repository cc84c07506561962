"""Jobs of deals: every minute, make known what begins or ends, and note which cooperations ran out."""

from procrastinate.contrib.django import app

from fenxiao.deals import services
from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM


@app.periodic(cron="* * * * *")
@app.task(queue="deals", queueing_lock="tell_what_begins", pass_context=False)
def tell_what_begins(timestamp: int = 0) -> None:
    """Tell of rates, plans and ladders whose time has come. `timestamp` is the schedule's, unused."""
    while services.tell_what_begins(by=SYSTEM, now=clock.now()):
        pass


@app.periodic(cron="* * * * *")
@app.task(queue="deals", queueing_lock="expire_run_out", pass_context=False)
def expire_run_out(timestamp: int = 0) -> None:
    """Note the applications whose windows are over. `timestamp` is the schedule's, unused."""
    while services.expire_run_out(by=SYSTEM, now=clock.now()):
        pass

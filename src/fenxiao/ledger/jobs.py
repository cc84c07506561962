"""The schedule of the ledger: what is due is settled every hour, then guarantees that have ended are counted."""

from procrastinate.contrib.django import app

from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM
from fenxiao.ledger import services


@app.periodic(cron="10 * * * *")
@app.task(queue="settlement", queueing_lock="settlement", lock="settlement", pass_context=False)
def settle_due(timestamp: int = 0) -> None:
    """Settle every line whose hold is over. `timestamp` is the schedule's, unused."""
    now = clock.now()
    services.settle(until=now, by=SYSTEM, now=now)


@app.periodic(cron="40 * * * *")
@app.task(queue="settlement", queueing_lock="guarantees", lock="settlement", pass_context=False)
def count_guarantees(timestamp: int = 0) -> None:
    """Return the service fee of guarantees that were not met. `timestamp` is the schedule's, unused."""
    services.return_unmet_guarantees(by=SYSTEM, now=clock.now())

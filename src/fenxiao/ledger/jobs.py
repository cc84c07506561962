"""The schedule of the ledger: what is due is settled every hour."""

from procrastinate.contrib.django import app

from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM
from fenxiao.ledger import services


@app.periodic(cron="0 10 * * * *")
@app.task(queue="settlement", queueing_lock="settlement", lock="settlement", pass_context=False)
def settle_due(timestamp: int = 0) -> None:
    """Settle every line whose hold is over. `timestamp` is the schedule's, unused."""
    now = clock.now()
    services.settle(until=now, by=SYSTEM, now=now)

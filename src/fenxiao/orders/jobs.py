"""Jobs of orders: every hour, receive what was shipped long enough ago."""

from procrastinate.contrib.django import app

from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM
from fenxiao.orders import services


@app.periodic(cron="7 * * * *")
@app.task(queue="orders", queueing_lock="receive_overdue", pass_context=False)
def receive_overdue(timestamp: int = 0) -> None:
    """Receive overdue lines. `timestamp` is the schedule's, unused."""
    services.receive_overdue(by=SYSTEM, now=clock.now())

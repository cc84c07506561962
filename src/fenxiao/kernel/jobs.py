"""Jobs of the kernel: the worker delivers the outbox, woken by each commit and by a sweep every few seconds."""

from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from fenxiao.kernel import clock, outbox


@app.periodic(cron="* * * * * */5")  # the sixth field is seconds
@app.task(queue="outbox", queueing_lock="outbox", pass_context=False)
def deliver_outbox(timestamp: int = 0) -> None:
    """Deliver everything that is due. `timestamp` is the schedule's, unused."""
    while outbox.deliver_due(now=clock.now()):
        pass


def wake_worker() -> None:
    """Ask for a delivery now, unless one is already asked for."""
    with suppress(AlreadyEnqueued):
        deliver_outbox.defer(timestamp=0)

"""Jobs of the kernel: the worker delivers the outbox, woken by each commit and by a sweep every few seconds."""

from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from fenxiao.kernel import clock, outbox

LOCK = "outbox"  # at most one delivery waits at a time


@app.periodic(cron="* * * * * */5")  # the sixth field is seconds
@app.task(queue="outbox", queueing_lock=LOCK, pass_context=False)
def deliver_outbox(timestamp: int = 0) -> None:
    """Deliver everything that is due. `timestamp` is the schedule's, unused."""
    while outbox.deliver_due(now=clock.now()):
        pass


def wake_worker() -> None:
    """Ask for a delivery now, unless one is already asked for."""
    # Looked up first: asking in vain would end in an error line in the server's log for every act.
    if ProcrastinateJob.objects.filter(queueing_lock=LOCK, status="todo").exists():
        return
    with suppress(AlreadyEnqueued):
        deliver_outbox.defer()

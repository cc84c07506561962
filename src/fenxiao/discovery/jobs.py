"""Jobs of discovery: a whole build every hour for the figures nobody tells of, and one wherever there is none."""

from contextlib import suppress

from procrastinate.contrib.django import app

from fenxiao.discovery import folders, services
from fenxiao.discovery.errors import IndexBeingBuilt
from fenxiao.kernel import clock


@app.periodic(cron="0 * * * *")  # on the hour, and so at midnight, when rates that were cut begin
@app.task(queue="discovery", queueing_lock="discovery.rebuild", pass_context=False)
def rebuild(timestamp: int = 0) -> None:
    """Build anew: sales, merchant scores and rates that began by themselves. `timestamp` is the schedule's, unused."""
    with suppress(IndexBeingBuilt):
        services.rebuild_index(now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue="discovery", queueing_lock="discovery.build_missing", pass_context=False)
def build_missing(timestamp: int = 0) -> None:
    """Build the index where there is none, or one of an older layout. `timestamp` is the schedule's, unused."""
    if folders.live() is None:
        rebuild(timestamp)

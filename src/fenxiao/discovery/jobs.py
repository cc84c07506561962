"""Jobs of discovery: a whole build every hour for the figures nobody tells of, and one wherever there is none.

Matches are made every night, or within the hour where there are none. Charts of today are made every hour, and at night
those of yesterday for good. Boosts that begin reach the index within a minute and a build; trials are counted every ten
minutes, and showings that are too old are forgotten at night.
"""

from contextlib import suppress
from datetime import timedelta

from procrastinate.contrib.django import app

from fenxiao.discovery import folders, match_files, reader, services
from fenxiao.discovery.errors import IndexBeingBuilt, IndexMissing, MatchesBeingMade, NothingToLearn
from fenxiao.discovery.queries.boosts import boosts_at
from fenxiao.kernel import clock
from fenxiao.kernel.actors import SYSTEM
from fenxiao.kernel.settings import settings

NIGHT = 3  # o'clock where the business day ends at midnight: yesterday's facts are counted, few people are about


@app.periodic(cron="0 * * * *")  # on the hour, and so at midnight, when rates that were cut begin
@app.task(queue="discovery", queueing_lock="discovery.rebuild", pass_context=False)
def rebuild(timestamp: int = 0) -> None:
    """Build anew: sales, merchant scores and rates that began by themselves. `timestamp` is the schedule's, unused."""
    with suppress(IndexBeingBuilt):
        services.rebuild_index(now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queue="discovery", queueing_lock="discovery.build_missing", pass_context=False)
def build_missing(timestamp: int = 0) -> None:
    """Build the index where there is none, one of an older layout, or a damaged one. `timestamp` is unused."""
    try:
        reader.view()
    except IndexMissing:
        rebuild(timestamp)


@app.periodic(cron="50 * * * *")  # each hour, since the schedule does not know our midnight
@app.task(queue="discovery", queueing_lock="discovery.match", pass_context=False)
def match(timestamp: int = 0) -> None:
    """Make matches anew at night, and wherever there are none. `timestamp` is the schedule's, unused."""
    now = clock.now()
    if now.astimezone(settings().zone).hour == NIGHT or match_files.live() is None:
        from fenxiao.discovery.match_making import make_matches  # brings scipy, which web workers do without

        with suppress(MatchesBeingMade, NothingToLearn):
            make_matches(now=now)


@app.periodic(cron="20 * * * *")
@app.task(queue="discovery", queueing_lock="discovery.charts", pass_context=False)
def make_charts(timestamp: int = 0) -> None:
    """Make the charts of today, at night yesterday's before them. `timestamp` is the schedule's, unused."""
    now = clock.now()
    today = clock.business_day(now)
    if now.astimezone(settings().zone).hour == NIGHT:  # what was cancelled in the evening is known by then
        services.build_charts(today - timedelta(days=1), by=SYSTEM, now=now)
    services.build_charts(today, by=SYSTEM, now=now)


@app.periodic(cron="* * * * *")
@app.task(queue="discovery", queueing_lock="discovery.follow_boosts", pass_context=False)
def follow_boosts(timestamp: int = 0) -> None:
    """Build anew where other boosts are in force than the index was built by. `timestamp` is the schedule's, unused."""
    live = folders.live()
    if live is not None and folders.boosts_of(live) != boosts_at(clock.now()).id:
        rebuild(timestamp)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="discovery", queueing_lock="discovery.count_trials", pass_context=False)
def count_trials(timestamp: int = 0) -> None:
    """Count what newcomers were shown and taken. `timestamp` is the schedule's, unused."""
    services.count_trials(by=SYSTEM, now=clock.now())


@app.periodic(cron="35 * * * *")
@app.task(queue="discovery", queueing_lock="discovery.forget_showings", pass_context=False)
def forget_showings(timestamp: int = 0) -> None:
    """Delete what was shown too long ago, at night. `timestamp` is the schedule's, unused."""
    now = clock.now()
    if now.astimezone(settings().zone).hour == NIGHT:
        while services.forget_showings(by=SYSTEM, now=now):
            continue


@app.periodic(cron="10 * * * *")
@app.task(queue="discovery", queueing_lock="discovery.count_cards", pass_context=False)
def count_cards(timestamp: int = 0) -> None:
    """Count the cards of creators anew at night. `timestamp` is the schedule's, unused."""
    now = clock.now()
    if now.astimezone(settings().zone).hour == NIGHT:
        services.rebuild_cards(now=now)

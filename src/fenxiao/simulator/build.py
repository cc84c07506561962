"""Building a simulated world from nothing: the whole flywheel, day by day, through services."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import numpy as np
from django.db import connection

from fenxiao.catalog import services as catalog
from fenxiao.catalog.taxonomy_file import packaged_taxonomy
from fenxiao.deals import services as deals
from fenxiao.facts import services as facts
from fenxiao.kernel import clock, outbox
from fenxiao.ledger import services as ledger
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind
from fenxiao.quality import services as quality
from fenxiao.simulator.arrivals import let_newcomers_in
from fenxiao.simulator.audiences import show_themselves
from fenxiao.simulator.cooperation import cooperate, leave_open
from fenxiao.simulator.market import Market, live_day, open_market
from fenxiao.simulator.people import settle_in
from fenxiao.simulator.promotion import promote_on_better_terms, take_up_goods
from fenxiao.simulator.showcase import fill_showcase
from fenxiao.simulator.supply import stock_up
from fenxiao.simulator.targeting import ask_in, favour_some, keep_one_to_few
from fenxiao.simulator.world import BY, SOURCE, Progress, Size, World, opening_moment

OPERATOR_NAME = "Fenxiao 运营中心"
GRADED_EVERY = 14  # days between the grading runs of the past, so that levels have a history


def build_world(size: Size, *, seed: int, now: datetime, progress: Progress) -> World:
    """Make a world whose last day is the day before `now`, with goods graded and orders settled up to `now`.

    The same `seed`, `size` and `now` give the same world. Nothing is written but through services.
    """
    with _unhurried_commits():
        return _build(size, seed=seed, now=now, progress=progress)


@contextmanager
def _unhurried_commits() -> Iterator[None]:
    """Let the server write commits to disk a moment later: a world cut short by a crash is made anew anyway.

    What is lost then is the last moment of it, whole acts and never a part of one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        try:
            yield
        finally:
            cursor.execute("RESET synchronous_commit")


def _build(size: Size, *, seed: int, now: datetime, progress: Progress) -> World:
    opens_at = opening_moment(now, days=size.days)
    catalog.load_categories(packaged_taxonomy(), by=BY, now=opens_at)
    operator = parties.register_organisation(
        Kind.OPERATOR, name=OPERATOR_NAME, by=BY, now=opens_at, source=SOURCE, external_id="0"
    )
    world = World(
        size=size, seed=seed, today=clock.business_day(now), rng=np.random.default_rng(seed), operator=operator
    )
    settle_in(world, now=opens_at)
    stock_up(world, now=opens_at, progress=progress)
    quality.ensure_default_policy(by=BY, now=opens_at)
    favour_some(world, now=opens_at + timedelta(hours=4))
    cooperate(world, now=opens_at + timedelta(hours=5))
    take_up_goods(world, now=opens_at + timedelta(days=1), progress=progress)
    promote_on_better_terms(world, now=opens_at + timedelta(days=1))
    keep_one_to_few(world, now=opens_at + timedelta(days=2))
    _live(open_market(world), now=now, progress=progress)
    let_newcomers_in(world, now=now)
    _grade(now)
    ask_in(world, now=now)
    leave_open(world, now=now)
    show_themselves(world, now=now)
    fill_showcase(now=now)
    return world


def _live(market: Market, *, now: datetime, progress: Progress) -> None:
    world = market.world
    for number in range(world.size.days):
        day = world.today - timedelta(days=world.size.days - number)
        evening = min(clock.day_start(day + timedelta(days=1)) - timedelta(seconds=1), now)
        live_day(market, day, until=evening)
        _work_through(evening)
        if number % GRADED_EVERY == GRADED_EVERY - 1:
            _grade(evening + timedelta(seconds=1))
        progress("days", number + 1, world.size.days)
    _work_through(now)


def _work_through(moment: datetime) -> None:
    """What the worker would have done by `moment`: news delivered, what was due settled, told or noted as over."""
    outbox.deliver_all(now=clock.now())
    ledger.settle(until=moment, by=BY, now=moment)
    ledger.return_unmet_guarantees(by=BY, now=moment)
    while deals.tell_what_begins(by=BY, now=moment) or deals.expire_run_out(by=BY, now=moment):
        pass
    outbox.deliver_all(now=clock.now())


def _grade(moment: datetime) -> None:
    facts.build(by=BY, now=moment)
    quality.grade(as_of=clock.business_day(moment), by=BY, now=moment)

"""Boosts come in versions: set by operators with a reason, from a moment on."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from fenxiao.discovery import folders, jobs, services
from fenxiao.discovery.errors import BoostsBegun, BoostsTaken, BoostsUnchanged
from fenxiao.discovery.models import Boosts, Showing, Trial
from fenxiao.discovery.queries import SearchAsk, search
from fenxiao.discovery.queries.boosts import boosts_at
from fenxiao.discovery.rules import LEVEL_BOOST
from fenxiao.discovery.rules.boosts import Boosting
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput, NotAllowed
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_member, make_product
from tests.discovery.shop import open_shop

DAY = timedelta(days=1)
FLAT = Boosting(level_percent=dict.fromkeys(range(1, 6), 100))


@pytest.fixture
def operator(ops: Organisation) -> Actor:
    return make_member(ops, "ops@example.org").as_actor()


def set_flat(by: Actor, *, from_at: datetime | None = None, now: datetime = NOON, **other: Any) -> Boosts:
    return services.set_boosts(replace(FLAT, **other), reason="a try", from_at=from_at, by=by, now=now)


def test_the_house_begins_with_its_own(db: None) -> None:
    found = boosts_at(NOON)

    assert found.id is None
    assert found.boosting.level_factors() == LEVEL_BOOST


def test_a_version_counts_from_its_start(operator: Actor) -> None:
    later = set_flat(operator, from_at=NOON + DAY)
    now = set_flat(operator, trial_share_bp=0)

    assert boosts_at(NOON - DAY).id is None
    assert boosts_at(NOON).id == boosts_at(NOON + DAY / 2).id == now.pk
    assert boosts_at(NOON + DAY).id == later.pk
    assert boosts_at(NOON + DAY).boosting == FLAT


def test_setting_is_written_down_and_told(operator: Actor) -> None:
    boosts = set_flat(operator)

    row = AuditRow.objects.get(act="set_boosts")
    assert (row.actor, row.subject_id, row.before["level_percent"]["5"], row.after["level_percent"]["5"]) == (
        *(operator.name, str(boosts.pk), 200, 100),
    )
    assert row.after["reason"] == "a try"
    assert OutboxEvent.objects.get(name="boosts.set").payload == {"boosts": boosts.pk}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"level_percent": {1: 100, 2: 100, 3: 90, 4: 100, 5: 100}}, "level_3"),
        ({"level_percent": {1: 10, 2: 100, 3: 100, 4: 100, 5: 100}}, "level_1"),
        ({"level_percent": {1: 100, 2: 100, 3: 100, 4: 100, 5: 501}}, "level_5"),
        ({"level_percent": {1: 100}}, "level_percent"),
        ({"trial_share_bp": 5_001}, "trial_share_bp"),
        ({"trial_share_bp": -1}, "trial_share_bp"),
        ({"trial_showings": 0}, "trial_showings"),
        ({"trial_days": 61}, "trial_days"),
    ],
)
def test_figures_out_of_bounds_are_refused(operator: Actor, change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        set_flat(operator, **change)

    assert refused.value.details["field"] == field
    assert not Boosts.objects.exists()


def test_a_reason_is_needed(operator: Actor) -> None:
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(BadInput):
            services.set_boosts(FLAT, reason=reason, from_at=None, by=operator, now=NOON)


def test_the_past_the_taken_and_the_same_are_refused(operator: Actor) -> None:
    with pytest.raises(BoostsBegun):
        set_flat(operator, from_at=NOON - DAY)
    set_flat(operator)
    with pytest.raises(BoostsTaken):
        set_flat(operator, trial_days=9)
    with pytest.raises(BoostsUnchanged):
        set_flat(operator, now=NOON + DAY)
    with pytest.raises(BoostsUnchanged):
        services.set_boosts(FLAT, reason="again", from_at=NOON + 2 * DAY, by=operator, now=NOON + DAY)

    assert Boosts.objects.count() == 1


def test_only_operators_set_them(db: None, mei: Organisation) -> None:
    for by in (BY, make_member(mei, "mei@example.org").as_actor()):
        with pytest.raises(NotAllowed):
            set_flat(by)


def test_the_index_follows_boosts_that_begin(operator: Actor, mei: Organisation) -> None:
    shop = open_shop(mei)
    set_flat(operator, from_at=NOON + DAY)
    with time_machine.travel(NOON, tick=False):
        jobs.rebuild()
        built = folders.live()
        jobs.follow_boosts()
        assert folders.live() == built
        assert [row.factors.level for row in search(SearchAsk(text="beans"), now=NOON).rows] == [2.0]

    with time_machine.travel(NOON + DAY, tick=False):
        jobs.follow_boosts()
        followed = folders.live()
        jobs.follow_boosts()

    assert built != followed == folders.live()
    assert [row.factors.level for row in search(SearchAsk(), now=NOON + DAY).rows] == [1.0] * 4
    assert search(SearchAsk(), now=NOON + DAY).rows[0].product == shop.beans


def test_jobs_count_trials_and_forget_at_night(chen: Organisation, mei: Organisation) -> None:
    pot = make_product(mei, "pot", level=1)
    for at in (NOON, NOON - 100 * DAY):
        told = {"products": [pot.pk], "propensities": [1.0], "on_trial": [True], "factors": {}, "first_place": 1}
        Showing.objects.create(at=at, surface="selection", creator=chen, **told)
    kept = []

    for hour in (4, 19):  # noon, and three at night
        with time_machine.travel(NOON.replace(hour=hour), tick=False):
            jobs.count_trials()
            jobs.forget_showings()
            kept.append(Showing.objects.count())

    assert kept == [2, 1]
    assert Trial.objects.get().shown == 1

"""Naming and taking out the creators of an exclusive activity; every row ever written stays as history."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from fenxiao.deals import rules
from fenxiao.deals.errors import (
    CreatorsAlreadyNamed,
    CreatorsNotNamed,
    CreatorsNotTaken,
    LastCreators,
    NobodyNamed,
    TooManyNamed,
)
from fenxiao.deals.ground import cooperating
from fenxiao.deals.ground.drawing import check_creators
from fenxiao.deals.models import Activity, ActivityCreator, ActivityState, ActivityType
from fenxiao.deals.rules.activity_drafts import IN_WORDS, MOST_CREATORS
from fenxiao.deals.rules.activity_states import ActivityAct
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.parties.models import Organisation


@transaction.atomic
def name_creators(
    activity: Activity, *, creator_ids: Iterable[int], leader: Organisation, by: Actor, now: datetime
) -> list[ActivityCreator]:
    """Let more creators promote an exclusive activity, at once; one who was taken out stays on without a break.

    Refuses another leader's, other types, activities that are over, who cannot be named, and who is named already.
    """
    activity, wanted = _lock(activity, creator_ids, leader=leader, now=now)
    check_creators(wanted)
    rows = _rows(activity, wanted)
    if already := [row for row in rows if row.until_at is None]:
        raise CreatorsAlreadyNamed(names=_names(row.creator_id for row in already))
    leaving = {row.creator_id: row.until_at for row in rows if row.until_at is not None and row.until_at > now}
    named = ActivityCreator.objects.bulk_create(
        ActivityCreator(activity=activity, creator_id=pk, from_at=leaving.get(pk, now), added_by=by.name)
        for pk in wanted
    )
    audit.record("name_creators", activity, by=by, now=now, after={"named": wanted})
    outbox.publish("activity.creators_named", activity=activity.pk, creators=wanted)
    return named


@transaction.atomic
def unname_creators(
    activity: Activity, *, creator_ids: Iterable[int], leader: Organisation, by: Actor, now: datetime
) -> list[ActivityCreator]:
    """Take creators out of an exclusive activity from the next midnight on; out of a draft at once.

    Refuses another leader's, other types, activities that are over, who is not named, taking out the last ones, and
    the last ten minutes of a day.
    """
    activity, wanted = _lock(activity, creator_ids, leader=leader, now=now)
    rows = [row for row in _rows(activity, wanted) if row.until_at is None]
    if missing := sorted(set(wanted) - {row.creator_id for row in rows}):
        raise CreatorsNotNamed(names=_names(missing))
    count = ActivityCreator.objects.filter(activity=activity, until_at=None).count()
    if count == len(rows):
        raise LastCreators(count=count)
    until_at = now if activity.state == ActivityState.DRAFT else rules.cut_begins_at(now)
    for row in rows:
        row.until_at, row.removed_by = max(until_at, row.from_at), by.name
    ActivityCreator.objects.bulk_update(rows, ["until_at", "removed_by"])
    after = {"unnamed": wanted, "until_at": until_at.isoformat()}
    audit.record("unname_creators", activity, by=by, now=now, after=after)
    outbox.publish("activity.creators_unnamed", activity=activity.pk, creators=wanted, until_at=until_at.isoformat())
    return rows


def _lock(
    activity: Activity, creator_ids: Iterable[int], *, leader: Organisation, now: datetime
) -> tuple[Activity, list[int]]:
    wanted = sorted(set(creator_ids))
    if not wanted:
        raise NobodyNamed()
    if len(wanted) > MOST_CREATORS:
        raise TooManyNamed(most=MOST_CREATORS, count=len(wanted))
    activity = cooperating.lock_own_activity(activity, leader=leader, act=ActivityAct.NAME_CREATORS, now=now)
    if activity.type != ActivityType.EXCLUSIVE:
        type_zh, type_en = IN_WORDS[activity.type]
        raise CreatorsNotTaken(type_zh=type_zh, type_en=type_en, count=len(wanted))
    return activity, wanted


def _rows(activity: Activity, creator_ids: Sequence[int]) -> list[ActivityCreator]:
    return list(ActivityCreator.objects.filter(activity=activity, creator__in=creator_ids).order_by("from_at", "id"))


def _names(organisation_ids: Iterable[int]) -> str:
    ids = sorted(organisation_ids)
    found = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
    return ", ".join(found.get(pk, str(pk)) for pk in ids)

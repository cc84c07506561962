"""Acts on leaders' activities: draft, edit, publish, close, delete."""

from datetime import datetime

from django.db import transaction

from fenxiao.deals import rules
from fenxiao.deals.errors import ActivityUnchanged, PublishedFieldFixed
from fenxiao.deals.ground import cooperating
from fenxiao.deals.ground.drawing import (
    check_parties,
    facts_of,
    write_creators,
    write_floors,
    write_leaders,
    write_words,
)
from fenxiao.deals.models import Activity, ActivityState, Application, ExpiredBy
from fenxiao.deals.queries.activities import draft_of, places_of
from fenxiao.deals.rules.activity_drafts import FIXED, ActivityDraft, acts_of_edit, check_draft, check_times
from fenxiao.deals.rules.activity_states import NEXT_ACTIVITY, ActivityAct
from fenxiao.deals.rules.floors import check_floors
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation


@transaction.atomic
def draft_activity(
    leader: Organisation, *, draft: ActivityDraft, by: Actor, now: datetime, publish: bool = False
) -> Activity:
    """Write down an activity, and `publish` it in the same act if so asked.

    Refuses unfit words, times, floors, creators or leaders, and organisations that are not active leaders.
    """
    leader = parties.active_of_kind(leader, Kind.LEADER)
    _check(draft, leader=leader, now=now)
    activity = Activity(leader=leader, made_at=now, changed_at=now)
    write_words(activity, draft)
    write_floors(activity, draft)
    write_creators(activity, draft, by=by, now=now)
    write_leaders(activity, draft)
    audit.record("draft_activity", activity, by=by, now=now, after=facts_of(draft))
    outbox.publish("activity.drafted", activity=activity.pk)
    return publish_activity(activity, leader=leader, by=by, now=now) if publish else activity


@transaction.atomic
def edit_activity(
    activity: Activity, *, draft: ActivityDraft, leader: Organisation, by: Actor, now: datetime
) -> Activity:
    """Change an activity to what `draft` says: a draft freely, a published one in what hurts nobody.

    Refuses another leader's, an edit that changes nothing, what does not fit the activity's state, and what
    `draft_activity` does.
    """
    activity = cooperating.lock_own_activity(activity, leader=leader, act=ActivityAct.REWORD, now=now)
    old = draft_of(activity)
    acts = list(acts_of_edit(old, draft))
    if not acts:
        raise ActivityUnchanged(title=activity.title)
    _check_acts(activity, acts, now=now)
    _check(draft, leader=activity.leader, now=now)
    activity.changed_at = now
    write_words(activity, draft)
    if ActivityAct.SET_FLOORS in acts:
        write_floors(activity, draft)
    if ActivityAct.REDRAW_CREATORS in acts:
        write_creators(activity, draft, by=by, now=now)
    if ActivityAct.CHANGE_LEADERS in acts:
        write_leaders(activity, draft)
    audit.record("edit_activity", activity, by=by, now=now, before=facts_of(old), after=facts_of(draft))
    outbox.publish("activity.changed", activity=activity.pk)
    return activity


@transaction.atomic
def publish_activity(activity: Activity, *, leader: Organisation, by: Actor, now: datetime) -> Activity:
    """Let merchants and leaders apply. Refuses another leader's, what is no draft, and one whose time is up."""
    activity = cooperating.lock_own_activity(activity, leader=leader, act=ActivityAct.PUBLISH, now=now)
    check_times(begins_at=activity.begins_at, ends_at=activity.ends_at, now=now)
    activity.state, activity.published_at, activity.changed_at = ActivityState.PUBLISHED, now, now
    activity.save(update_fields=["state", "published_at", "changed_at"])
    before, after = {"state": int(ActivityState.DRAFT)}, {"state": int(ActivityState.PUBLISHED)}
    audit.record("publish_activity", activity, by=by, now=now, before=before, after=after)
    outbox.publish("activity.published", activity=activity.pk)
    return activity


@transaction.atomic
def close_activity(activity: Activity, *, leader: Organisation, by: Actor, now: datetime) -> Activity:
    """End an activity and all of its applications at the next midnight; what waits for audit ends at once.

    Refuses another leader's, drafts, what is closed or over, and the last ten minutes of a day.
    """
    activity = cooperating.lock_own_activity(activity, leader=leader, act=ActivityAct.CLOSE, now=now)
    midnight = rules.cut_begins_at(now)
    activity.state, activity.closes_at, activity.changed_at = ActivityState.INVALID, midnight, now
    activity.save(update_fields=["state", "closes_at", "changed_at"])
    live = cooperating.lock_applications(cooperating.live_of(activity).filter(until_at__gt=now))
    ended = cooperating.end(live, expired_by=ExpiredBy.LEADER, midnight=midnight, now=now)
    after = {"closes_at": midnight.isoformat(), "applications": len(ended)}
    audit.record("close_activity", activity, by=by, now=now, after=after)
    if ended:
        audit.record_batch("close_activity", Application, ids=[each.pk for each in ended], by=by, now=now)
    outbox.publish("activity.closed", activity=activity.pk)
    return activity


@transaction.atomic
def delete_activity(activity: Activity, *, leader: Organisation, by: Actor, now: datetime) -> Activity:
    """Take a draft, or an activity that is over, out of all lists. Refuses another leader's, and one that stands."""
    activity = cooperating.lock_own_activity(activity, leader=leader, act=ActivityAct.DELETE, now=now)
    before = {"state": activity.state}
    activity.state, activity.deleted_at, activity.changed_at = ActivityState.DELETED, now, now
    activity.save(update_fields=["state", "deleted_at", "changed_at"])
    after = {"state": int(ActivityState.DELETED)}
    audit.record("delete_activity", activity, by=by, now=now, before=before, after=after)
    outbox.publish("activity.deleted", activity=activity.pk)
    return activity


def _check(draft: ActivityDraft, *, leader: Organisation, now: datetime) -> None:
    check_draft(draft)
    check_times(begins_at=draft.begins_at, ends_at=draft.ends_at, now=now)
    check_floors(draft.floors, places=places_of(floor.category_id for floor in draft.floors.by_category))
    check_parties(draft, leader=leader)


def _check_acts(activity: Activity, acts: list[ActivityAct], *, now: datetime) -> None:
    phase = cooperating.phase_of_activity(activity, now)
    fixed = [FIXED[act] for act in acts if NEXT_ACTIVITY[phase, act] is PublishedFieldFixed]
    if fixed:
        raise PublishedFieldFixed(
            title=activity.title,
            fields_zh="、".join(zh for (zh, _), _ in fixed),
            fields_en=", ".join(en for (_, en), _ in fixed),
            way_zh="；".join(dict.fromkeys(zh for _, (zh, _) in fixed)),
            way_en="; ".join(dict.fromkeys(en for _, (_, en) in fixed)),
        )
    for act in acts:
        cooperating.check_activity(activity, act=act, now=now)

"""Activities and applications, locked, judged by their states and ended: the common ground of acts on both.

Locks are taken in one order everywhere: goods by rising id, then one activity, then applications, those of merchants
before those that hang on them. An application that ends takes with it what hangs on it and what was asked about it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from fenxiao.deals.errors import (
    ActivityClosing,
    ActivityOver,
    ActivityStillStands,
    ApplicationsUnknown,
    NotOwnActivity,
)
from fenxiao.deals.models import Activity, Application, ApplicationState, ExpiredBy, Wish
from fenxiao.deals.rules.activity_states import (
    NEXT_ACTIVITY,
    ActivityAct,
    ActivityPhase,
    activity_phase,
    stands_until,
)
from fenxiao.deals.rules.application_states import (
    NEXT_APPLICATION,
    ApplicationAct,
    ApplicationPhase,
    application_phase,
)
from fenxiao.deals.rules.windows import local
from fenxiao.kernel import outbox
from fenxiao.kernel.errors import Refused
from fenxiao.parties.models import Organisation

MOST_IN_NEWS = 1_000
PHASE_WORDS = {
    ApplicationPhase.PENDING: ("待审核", "waiting"),
    ApplicationPhase.PASSED: ("已通过", "passed"),
    ApplicationPhase.ENDING: ("已申请结束", "ended"),
    ApplicationPhase.REJECTED: ("已拒绝", "rejected"),
    ApplicationPhase.EXPIRED: ("已失效", "expired"),
}


def lock_activity(activity: Activity, *, act: ActivityAct, now: datetime) -> Activity:
    """The activity's locked row. Refuses an act that does not fit its state."""
    activity = Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
    check_activity(activity, act=act, now=now)
    return activity


def lock_own_activity(activity: Activity, *, leader: Organisation, act: ActivityAct, now: datetime) -> Activity:
    """The same for an act of its leader. Refuses an activity of another."""
    if activity.leader_id != leader.pk:
        raise NotOwnActivity(activity=activity.pk)
    return lock_activity(activity, act=act, now=now)


def check_activity(activity: Activity, *, act: ActivityAct, now: datetime) -> None:
    """Refuses an act that does not fit the activity's state."""
    after = NEXT_ACTIVITY[phase_of_activity(activity, now), act]
    if not isinstance(after, ActivityPhase):
        raise _refusal_of(after, activity)


def phase_of_activity(activity: Activity, now: datetime) -> ActivityPhase:
    """Where an activity stands."""
    return activity_phase(
        activity.state, begins_at=activity.begins_at, ends_at=activity.ends_at, closes_at=activity.closes_at, now=now
    )


def _refusal_of(refusal: type[Refused], activity: Activity) -> Refused:
    if refusal in {ActivityClosing, ActivityOver, ActivityStillStands}:
        until_at = local(stands_until(ends_at=activity.ends_at, closes_at=activity.closes_at))
        return refusal(title=activity.title, until_at=until_at)
    return refusal(title=activity.title)


def lock_applications(wanted: QuerySet[Application]) -> list[Application]:
    """Applications with their product's title and their activity, locked: merchants' first, then by rising id."""
    locked = wanted.select_for_update(no_key=True, of=("self",))
    return list(locked.select_related("product", "activity").order_by("depth", "id"))


def lock_one(application: Application) -> Application:
    """One application, locked."""
    found = lock_applications(Application.objects.filter(pk=application.pk))
    if not found:
        raise ApplicationsUnknown(ids=application.pk)
    return found[0]


def lock_seconds(firsts: Iterable[Application]) -> list[Application]:
    """What hangs on these, stands or may yet, locked; the firsts are locked before."""
    return lock_applications(Application.objects.live().filter(first__in=[each.pk for each in firsts]))


def phase_of(application: Application, now: datetime) -> ApplicationPhase:
    """Where an application stands."""
    return application_phase(
        application.state,
        until_at=application.until_at,
        ends_at=application.ends_at,
        passed_at=application.passed_at,
        now=now,
    )


def check_applications(applications: Iterable[Application], *, act: ApplicationAct, now: datetime) -> None:
    """Refuses an act that does not fit the state of one of them, naming each that it does not fit."""
    phases = [(each, phase_of(each, now)) for each in applications]
    after = [(each, phase, NEXT_APPLICATION[phase, act]) for each, phase in phases]
    unfit = [(each, phase, refusal) for each, phase, refusal in after if not isinstance(refusal, ApplicationPhase)]
    if unfit:
        refusal = unfit[0][2]
        same = [(each, PHASE_WORDS[phase]) for each, phase, other in unfit if other is refusal]
        raise refusal(**named(same))


def named(applications: Sequence[tuple[Application, tuple[str, str]]]) -> dict[str, Any]:
    """Applications with a word each, as refusals name them."""
    return {
        "applications_zh": "、".join(f"「{each.product.title}」（{zh}）" for each, (zh, _) in applications),
        "applications_en": ", ".join(f"“{each.product.title}” ({en})" for each, (_, en) in applications),
        "applications": [each.pk for each, _ in applications],
    }


def end(
    applications: Sequence[Application], *, expired_by: ExpiredBy, midnight: datetime, now: datetime, reason: str = ""
) -> list[Application]:
    """End locked live applications and all that hangs on them: what waits at once, what was passed at `midnight`.

    Returns all that ended.
    """
    ids = {each.pk for each in applications}
    ending = [*applications, *(each for each in lock_seconds(applications) if each.pk not in ids)]
    waiting = [each for each in ending if each.state == ApplicationState.PENDING]
    standing = [each for each in ending if each.state == ApplicationState.PASSED]
    for group, ends_at in ((waiting, now), (standing, midnight)):
        _write_end(group, expired_by=expired_by, ends_at=ends_at, now=now, reason=reason)
    return ending


def run_out(applications: Sequence[Application], *, now: datetime) -> None:
    """Note that the windows of these locked applications are over; time has ended them already."""
    for each in applications:
        each.state, each.expired_by, each.ends_at = ApplicationState.EXPIRED, ExpiredBy.WINDOW_OVER, each.until_at
    Application.objects.bulk_update(applications, ["state", "expired_by", "ends_at"])
    void_wishes(applications, now=now)
    tell("application.ended", applications, expired_by=int(ExpiredBy.WINDOW_OVER), ends_at=now.isoformat())


def run_out_over(activity: Activity, product_ids: Iterable[int], *, now: datetime) -> None:
    """Note as over what is over of these goods' live applications: its key is wanted again."""
    over = Application.objects.live().filter(activity=activity, product_id__in=list(product_ids), until_at__lte=now)
    run_out(lock_applications(over), now=now)


def _write_end(
    group: Sequence[Application], *, expired_by: ExpiredBy, ends_at: datetime, now: datetime, reason: str
) -> None:
    if not group:
        return
    changes = {"state": ApplicationState.EXPIRED, "expired_by": expired_by, "ends_at": ends_at, "reason": reason}
    Application.objects.filter(pk__in=[each.pk for each in group]).update(**changes)
    for each in group:
        each.state, each.expired_by, each.ends_at, each.reason = ApplicationState.EXPIRED, expired_by, ends_at, reason
    void_wishes(group, now=now)
    words: dict[str, Any] = {"expired_by": int(expired_by), "ends_at": ends_at.isoformat()}
    if ends_at > now:
        tell("application.ending", group, **words)
    tell("application.ended", group, due_at=ends_at, **words)


def void_wishes(applications: Iterable[Application], *, now: datetime) -> None:
    """What was asked about applications that end needs no answer any more."""
    asked = Wish.objects.filter(application__in=[each.pk for each in applications], state=Wish.State.OPEN)
    asked.update(state=Wish.State.VOID, decided_at=now)


def tell(name: str, applications: Sequence[Application], *, due_at: datetime | None = None, **more: Any) -> None:
    """Publish `name` for these applications, in portions; nothing for none. News of what is to come waits for it."""
    for start in range(0, len(applications), MOST_IN_NEWS):
        portion = applications[start : start + MOST_IN_NEWS]
        event = outbox.publish(
            name,
            applications=[each.pk for each in portion],
            products=sorted({each.product_id for each in portion}),
            activities=sorted({each.activity_id for each in portion}),
            **more,
        )
        if due_at is not None and due_at > event.due_at:
            event.due_at = due_at
            event.save(update_fields=["due_at"])


def live_of(activity: Activity) -> QuerySet[Application]:
    """Applications to an activity that stand or may yet."""
    return Application.objects.live().filter(activity=activity)

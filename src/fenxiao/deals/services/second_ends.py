"""How the cooperation with a second leader ends by consent: the first asks, the second answers."""

from datetime import datetime

from django.db import transaction

from fenxiao.deals.errors.second import CancellationAsked, NoCancellationAsked, NotTheFirstLeader, NotTheSecondLeader
from fenxiao.deals.ground import cooperating
from fenxiao.deals.models import Application, ExpiredBy, Wish
from fenxiao.deals.rules.second_states import SecondAct
from fenxiao.deals.services.second import check_second, lock_second
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.clock import next_midnight
from fenxiao.parties.models import Organisation


@transaction.atomic
def ask_cancellation(
    application: Application, *, leader: Organisation, by: Actor, now: datetime, reason: str = ""
) -> Wish:
    """The first leader asks the second to end a cooperation.

    Refuses who is not its first leader, what has not passed or is over, and asking twice.
    """
    application = lock_second(application)
    first = application.first
    if first is None or first.activity.leader_id != leader.pk:
        raise NotTheFirstLeader(applications=application.pk, leader=leader.name)
    check_second(application, SecondAct.ASK_END, now=now)
    if _open_wish(application) is not None:
        raise CancellationAsked(application=application.pk)
    wish = Wish.objects.create(
        application=application, kind=Wish.Kind.CANCELLATION, asked_by=leader, asked_at=now, reason=reason.strip()[:200]
    )
    audit.record("ask_cancellation", application, by=by, now=now, after={"wish": wish.pk, "reason": wish.reason})
    outbox.publish("cancellation.asked", wish=wish.pk, applications=[application.pk])
    return wish


@transaction.atomic
def withdraw_cancellation(application: Application, *, leader: Organisation, by: Actor, now: datetime) -> Wish:
    """The first leader takes its request back. Refuses who did not ask, and what was answered."""
    application = lock_second(application)
    wish = _open_wish(application)
    if wish is None:
        raise NoCancellationAsked(application=application.pk)
    if wish.asked_by_id != leader.pk:
        raise NotTheFirstLeader(applications=application.pk, leader=leader.name)
    return _close(wish, Wish.State.WITHDRAWN, act="withdraw_cancellation", by=by, now=now)


@transaction.atomic
def answer_cancellation(
    application: Application, *, consent: bool, leader: Organisation, by: Actor, now: datetime, reason: str = ""
) -> Wish:
    """The second leader consents, which ends the cooperation at the next midnight, or declines, and it goes on.

    Refuses who is not its second leader, and where nothing is asked or all is over.
    """
    application = lock_second(application)
    if application.first is None or application.activity.leader_id != leader.pk:
        raise NotTheSecondLeader(applications=application.pk, leader=leader.name)
    wish = _open_wish(application)
    if wish is None:
        raise NoCancellationAsked(application=application.pk)
    check_second(application, SecondAct.CONSENT, now=now)
    if consent:
        cooperating.end([application], expired_by=ExpiredBy.LEADER, midnight=next_midnight(now), now=now)
    wish.reason = reason.strip()[:200] or wish.reason
    state = Wish.State.GRANTED if consent else Wish.State.DECLINED
    return _close(wish, state, act="answer_cancellation", by=by, now=now)


def _open_wish(application: Application) -> Wish | None:
    return Wish.objects.filter(application=application, kind=Wish.Kind.CANCELLATION, state=Wish.State.OPEN).first()


def _close(wish: Wish, state: Wish.State, *, act: str, by: Actor, now: datetime) -> Wish:
    wish.state, wish.decided_at = state, now
    wish.save(update_fields=["state", "decided_at", "reason"])
    audit.record(act, wish.application, by=by, now=now, before={"state": "open"}, after={"state": str(state)})
    outbox.publish(f"wish.{state}", wish=wish.pk, applications=[wish.application_id])
    return wish

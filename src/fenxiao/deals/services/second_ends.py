"""How the cooperation with a second leader ends: the first asks and the second consents, or the first's own ends."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from fenxiao.deals.errors.second import CancellationAsked, NoCancellationAsked, NotTheFirstLeader, NotTheSecondLeader
from fenxiao.deals.models import Application, ApplicationState, ExpiredBy, Wish
from fenxiao.deals.rules.second_states import SecondAct, SecondPhase
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
        _end(application, ends_at=next_midnight(now), expired_by=ExpiredBy.LEADER, now=now)
        outbox.publish("application.ended", applications=[application.pk], products=[application.product_id])
    wish.reason = reason.strip()[:200] or wish.reason
    state = Wish.State.GRANTED if consent else Wish.State.DECLINED
    return _close(wish, state, act="answer_cancellation", by=by, now=now)


@transaction.atomic
def end_seconds_of(
    first_ids: Collection[int], *, ends_at: datetime, expired_by: ExpiredBy, by: Actor, now: datetime
) -> list[int]:
    """End what hangs on first applications that end at `ends_at`; the ids of those ended. Refuses nothing.

    Passed ones end with the first, or earlier where they do already; waiting ones at once. What was asked about them
    is void. The caller has locked the goods.
    """
    seconds = Application.objects.select_for_update(no_key=True).filter(first__in=list(first_ids)).order_by("pk")
    ended = []
    for second in seconds.filter(
        state__in=[ApplicationState.PENDING, ApplicationState.PASSED, ApplicationState.EXPIRED]
    ):
        after = check_second(second, SecondAct.FALL, now=now)
        was_ending = second.state == ApplicationState.EXPIRED
        if was_ending and (second.ends_at is None or second.ends_at <= ends_at):
            continue
        stands_until = ends_at if after is SecondPhase.ENDING else now
        _end(second, ends_at=stands_until, expired_by=expired_by, now=now)
        ended.append(second)
    if ended:
        ids = [second.pk for second in ended]
        for wish in Wish.objects.filter(application__in=ids, state=Wish.State.OPEN):
            _close(wish, Wish.State.VOID, act="void_wish", by=by, now=now)
        audit.record_batch("end_seconds", Application, ids=ids, by=by, now=now)
        products = sorted({second.product_id for second in ended})
        outbox.publish("application.ended", applications=ids, products=products)
    return [second.pk for second in ended]


def _open_wish(application: Application) -> Wish | None:
    return Wish.objects.filter(application=application, kind=Wish.Kind.CANCELLATION, state=Wish.State.OPEN).first()


def _end(application: Application, *, ends_at: datetime, expired_by: ExpiredBy, now: datetime) -> None:
    application.state, application.expired_by = ApplicationState.EXPIRED, expired_by
    application.ends_at = min(ends_at, application.until_at)
    application.decided_at = application.decided_at or now
    application.save(update_fields=["state", "expired_by", "ends_at", "decided_at"])


def _close(wish: Wish, state: Wish.State, *, act: str, by: Actor, now: datetime) -> Wish:
    wish.state, wish.decided_at = state, now
    wish.save(update_fields=["state", "decided_at", "reason"])
    audit.record(act, wish.application, by=by, now=now, before={"state": "open"}, after={"state": str(state)})
    outbox.publish(f"wish.{state}", wish=wish.pk, applications=[wish.application_id])
    return wish

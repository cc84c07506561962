"""What one side of a cooperation asks of the other: a longer window, or a lower service fee."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from fenxiao.deals import rules
from fenxiao.deals.errors import (
    FeeCutNoCut,
    FeeCutOfSecond,
    FeeOutOfBounds,
    NotASide,
    ReasonTooLong,
    SecondHoldsHigherFee,
    WishDecided,
    WishStands,
)
from fenxiao.deals.ground import cooperating
from fenxiao.deals.models import Application, ApplicationTerms, Wish
from fenxiao.deals.queries.applications import highest_ceded
from fenxiao.deals.rules.application_states import NEXT_WISH, ApplicationAct, WishAct
from fenxiao.deals.rules.windows import check_extension, local
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.money import Rate
from fenxiao.parties.models import Organisation

LONGEST_REASON = 200
KIND_WORDS = {
    Wish.Kind.EXTENSION: ("延期", "longer cooperation"),
    Wish.Kind.FEE_CUT: ("下调服务费", "lower fee"),
    Wish.Kind.CANCELLATION: ("取消合作", "cancellation"),
}
STATE_WORDS = {
    Wish.State.GRANTED: ("已同意", "was granted"),
    Wish.State.DECLINED: ("已拒绝", "was declined"),
    Wish.State.WITHDRAWN: ("已撤回", "was withdrawn"),
    Wish.State.VOID: ("已失效（合作已结束）", "is void (the cooperation ended)"),
}


@transaction.atomic
def ask_extension(
    application: Application, *, side: Organisation, wanted_until: datetime, by: Actor, now: datetime
) -> Wish:
    """Ask the other side for a longer cooperation. Either side may.

    Refuses strangers, what was not passed or is over, a second such request, and an end that is no later or too late.
    """
    application = _lock_passed(application, now=now)
    _check_side(application, side)
    check_extension(wanted_until, until_at=application.until_at, latest=_latest_end(application))
    return _ask(application, Wish.Kind.EXTENSION, side=side, by=by, now=now, wanted_until=wanted_until)


@transaction.atomic
def ask_fee_cut(
    application: Application, *, merchant: Organisation, wanted_fee_bp: int, by: Actor, now: datetime
) -> Wish:
    """Ask the leader for a lower service fee.

    Refuses other merchants, what was not passed or is over, a second such request, a fee that is no lower than the
    present or coming one, and one below what its leader has ceded to a second leader.
    """
    application = _lock_passed(application, now=now)
    if application.depth != 1:
        raise FeeCutOfSecond()
    if application.merchant_id != merchant.pk:
        raise NotASide(organisation=merchant.name, side_zh="商家", side_en="merchant")
    _check_cut(application, wanted_fee_bp, now=now)
    return _ask(application, Wish.Kind.FEE_CUT, side=merchant, by=by, now=now, wanted_fee_bp=wanted_fee_bp)


@transaction.atomic
def answer_wish(wish: Wish, *, side: Organisation, grant: bool, reason: str = "", by: Actor, now: datetime) -> Wish:
    """Grant or decline what the other side asked: an extension holds at once, a lower fee from the next midnight.

    Refuses strangers and the asker, what was answered or is void, and granting what may not be agreed any more.
    """
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong(most=LONGEST_REASON, count=len(reason))
    application = cooperating.lock_one(Application(pk=wish.application_id))
    wish = lock_wish(wish, act=WishAct.GRANT if grant else WishAct.DECLINE)
    _check_side(application, side)
    if wish.asked_by_id == side.pk or wish.kind not in GRANTS:
        raise NotASide(organisation=side.name, side_zh="被请求方", side_en="side that was asked")
    changes: dict[str, Any] = {}
    if grant:
        cooperating.check_applications([application], act=ApplicationAct.WISH, now=now)
        changes = GRANTS[wish.kind](application, wish, now)
    act = WishAct.GRANT if grant else WishAct.DECLINE
    return decide(wish, act=act, reason=reason, by=by, now=now, **changes)


@transaction.atomic
def withdraw_wish(wish: Wish, *, side: Organisation, by: Actor, now: datetime) -> Wish:
    """Take back what was asked. Refuses all but the asker, and what was answered or is void."""
    cooperating.lock_one(Application(pk=wish.application_id))
    wish = lock_wish(wish, act=WishAct.WITHDRAW)
    if wish.asked_by_id != side.pk:
        raise NotASide(organisation=side.name, side_zh="发起方", side_en="side that asked")
    return decide(wish, act=WishAct.WITHDRAW, by=by, now=now)


# not one act: the first step of each answer, after its application's lock
def lock_wish(wish: Wish, *, act: WishAct) -> Wish:
    """The locked row. Refuses what was answered, withdrawn or is void."""
    wish = Wish.objects.select_for_update(no_key=True).get(pk=wish.pk)
    after = NEXT_WISH[wish.state, act]
    if not isinstance(after, str):
        state_zh, state_en = STATE_WORDS[Wish.State(wish.state)]
        raise WishDecided(state_zh=state_zh, state_en=state_en)
    return wish


# not one act: the last step of each answer
def decide(wish: Wish, *, act: WishAct, by: Actor, now: datetime, reason: str = "", **changes: Any) -> Wish:
    """Write what became of a locked request, with its audit row and its news."""
    before = {"state": wish.state}
    wish.state, wish.decided_at, wish.reason = str(NEXT_WISH[wish.state, act]), now, reason
    wish.save(update_fields=["state", "decided_at", "reason"])
    audit.record(f"{act}_wish", wish, by=by, now=now, before=before, after={"state": wish.state, **changes})
    outbox.publish(f"wish.{wish.state}", wish=wish.pk, kind=wish.kind, applications=[wish.application_id])
    return wish


def _ask(
    application: Application, kind: Wish.Kind, *, side: Organisation, by: Actor, now: datetime, **wanted: Any
) -> Wish:
    standing = Wish.objects.filter(application=application, kind=kind, state=Wish.State.OPEN).first()
    if standing:
        kind_zh, kind_en = KIND_WORDS[kind]
        raise WishStands(kind_zh=kind_zh, kind_en=kind_en, asked_at=local(standing.asked_at))
    wish = Wish.objects.create(application=application, kind=kind, asked_by=side, asked_at=now, **wanted)
    after = {"kind": str(kind), **{name: str(value) for name, value in wanted.items()}}
    audit.record(f"ask_{kind}", wish, by=by, now=now, after=after)
    outbox.publish("wish.asked", wish=wish.pk, kind=str(kind), applications=[application.pk])
    return wish


def _lock_passed(application: Application, *, now: datetime) -> Application:
    application = cooperating.lock_one(application)
    cooperating.check_applications([application], act=ApplicationAct.WISH, now=now)
    return application


# not one act: a reading
def sides_of(application: Application) -> tuple[int, int]:
    """Who cooperates: the merchant, or the first leader, and the leader of the activity."""
    giver = application.merchant_id if application.first is None else application.first.activity.leader_id
    return giver, application.activity.leader_id


def _check_side(application: Application, side: Organisation) -> None:
    if side.pk not in sides_of(application):
        raise NotASide(organisation=side.name, side_zh="合作双方之一", side_en="merchant or leader")


def _latest_end(application: Application) -> datetime:
    first = application.first
    return application.activity.ends_at if first is None else min(application.activity.ends_at, first.until_at)


def _check_cut(application: Application, wanted_fee_bp: int, *, now: datetime) -> None:
    if wanted_fee_bp < 0:
        raise FeeOutOfBounds(fee=Rate(wanted_fee_bp))
    fee_bp = _terms(application)[-1].service_fee_rate_bp
    if wanted_fee_bp >= fee_bp:
        raise FeeCutNoCut(wanted=Rate(wanted_fee_bp), fee=Rate(fee_bp))
    ceded = highest_ceded(application, now=now)
    if ceded and ceded[1] > wanted_fee_bp:
        activity = ceded[0].activity
        raise SecondHoldsHigherFee(
            wanted=Rate(wanted_fee_bp), ceded=Rate(ceded[1]), title=activity.title, activity=activity.pk
        )


def _terms(application: Application) -> list[ApplicationTerms]:
    return list(ApplicationTerms.objects.filter(application=application).standing())


def _extend(application: Application, wish: Wish, now: datetime) -> dict[str, Any]:
    wanted = wish.wanted_until
    if wanted is None:
        raise ValueError("a wish for a longer cooperation names its end")
    check_extension(wanted, until_at=application.until_at, latest=_latest_end(application))
    old, application.until_at = application.until_at, wanted
    application.save(update_fields=["until_at"])
    cooperating.tell("application.extended", [application], until_at=wanted.isoformat())
    return {"until_at": wanted.isoformat(), "was_until": old.isoformat()}


def _cut(application: Application, wish: Wish, now: datetime) -> dict[str, Any]:
    wanted_bp = wish.wanted_fee_bp
    if wanted_bp is None:
        raise ValueError("a wish for a lower fee names it")
    _check_cut(application, wanted_bp, now=now)
    entries = _terms(application)
    now = rules.entered_after(now, earlier=(entry.entered_at for entry in entries))
    from_at = rules.cut_begins_at(now)
    ApplicationTerms.objects.filter(application=application, superseded_at=None, from_at__gt=now).update(
        superseded_at=now
    )
    ApplicationTerms.objects.create(
        application=application,
        commission_rate_bp=entries[-1].commission_rate_bp,
        service_fee_rate_bp=wanted_bp,
        entered_at=now,
        from_at=from_at,
    )
    cooperating.tell("application.fee_cut", [application], from_at=from_at.isoformat(), service_fee_bp=wanted_bp)
    return {"service_fee_bp": wanted_bp, "from_at": from_at.isoformat()}


GRANTS: dict[str, Callable[[Application, Wish, datetime], dict[str, Any]]] = {
    Wish.Kind.EXTENSION: _extend,
    Wish.Kind.FEE_CUT: _cut,
}

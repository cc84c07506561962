"""A merchant lets a leader enter rates of its plans, within bounds."""

from datetime import datetime

from django.db import transaction

from fenxiao.deals.errors import (
    NotASide,
    NoTrusteeship,
    RateOutsideTrust,
    TrusteeshipBad,
    TrusteeshipNotBegun,
    TrusteeshipOver,
    TrusteeshipStands,
)
from fenxiao.deals.models import Plan, PlanRate, PlanRow, Trusteeship
from fenxiao.deals.rules import HIGHEST_COMMISSION_BP
from fenxiao.deals.rules.application_states import NEXT_TRUST, TrustAct, TrustPhase, trust_phase
from fenxiao.deals.rules.windows import local
from fenxiao.deals.services.rows import change_rate
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.money import Rate
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation


@transaction.atomic
def propose_trusteeship(
    merchant: Organisation,
    *,
    leader: Organisation,
    lowest_rate_bp: int,
    highest_rate_bp: int,
    from_at: datetime,
    until_at: datetime,
    by: Actor,
    now: datetime,
) -> Trusteeship:
    """Offer a leader to enter this merchant's rates within bounds; it holds once the leader accepts.

    Refuses bounds or times that are not in order, parties that are suspended, and a second one with the same leader.
    """
    merchant = parties.active_of_kind(merchant, Kind.MERCHANT)
    leader = parties.active_of_kind(leader, Kind.LEADER)
    is_sound = 0 <= lowest_rate_bp <= highest_rate_bp <= HIGHEST_COMMISSION_BP and until_at > max(from_at, now)
    bounds = {"lowest": Rate(lowest_rate_bp), "highest": Rate(highest_rate_bp)}
    if not is_sound:
        raise TrusteeshipBad(**bounds, from_at=local(from_at), until_at=local(until_at))
    _make_room(merchant, leader, now=now)
    trusteeship = Trusteeship.objects.create(
        merchant=merchant,
        leader=leader,
        lowest_rate_bp=lowest_rate_bp,
        highest_rate_bp=highest_rate_bp,
        from_at=from_at,
        until_at=until_at,
    )
    after = {
        "leader": leader.pk,
        "lowest_bp": lowest_rate_bp,
        "highest_bp": highest_rate_bp,
        "from_at": from_at.isoformat(),
        "until_at": until_at.isoformat(),
    }
    audit.record("propose_trusteeship", trusteeship, by=by, now=now, after=after)
    _tell("trusteeship.proposed", trusteeship)
    return trusteeship


@transaction.atomic
def accept_trusteeship(trusteeship: Trusteeship, *, leader: Organisation, by: Actor, now: datetime) -> Trusteeship:
    """Take on a merchant's rates. Refuses other leaders, and what was accepted or is over."""
    trusteeship = _lock(trusteeship)
    if trusteeship.leader_id != leader.pk:
        raise NotASide(organisation=leader.name, side_zh="受托团长", side_en="leader who was asked")
    _check(trusteeship, act=TrustAct.ACCEPT, now=now)
    trusteeship.accepted_at = now
    trusteeship.save(update_fields=["accepted_at"])
    audit.record("accept_trusteeship", trusteeship, by=by, now=now, after={"accepted_at": now.isoformat()})
    _tell("trusteeship.accepted", trusteeship)
    return trusteeship


@transaction.atomic
def end_trusteeship(trusteeship: Trusteeship, *, side: Organisation, by: Actor, now: datetime) -> Trusteeship:
    """End it at once, or decline what was proposed. Either side may. Refuses strangers and what is over."""
    trusteeship = _lock(trusteeship)
    if side.pk not in {trusteeship.merchant_id, trusteeship.leader_id}:
        raise NotASide(organisation=side.name, side_zh="托管双方之一", side_en="merchant or leader")
    _check(trusteeship, act=TrustAct.END, now=now)
    trusteeship.ended_at = now
    trusteeship.save(update_fields=["ended_at"])
    audit.record("end_trusteeship", trusteeship, by=by, now=now, after={"ended_at": now.isoformat()})
    _tell("trusteeship.ended", trusteeship, side=side.pk)
    return trusteeship


@transaction.atomic
def change_rate_as_trustee(
    plan: Plan | PlanRow, *, rate_bp: int, leader: Organisation, by: Actor, now: datetime
) -> PlanRate:
    """Enter a rate of a merchant's plan, or of one row of it, as its trustee.

    Refuses merchants who did not trust this leader, before the beginning and after the end, a rate outside the bounds,
    and what `change_rate` refuses.
    """
    leader = parties.active_of_kind(leader, Kind.LEADER)
    owner = plan.plan if isinstance(plan, PlanRow) else plan
    last = Trusteeship.objects.filter(merchant=owner.merchant_id, leader=leader).order_by("-id").first()
    if last is None:
        raise NoTrusteeship(merchant=owner.merchant.name, leader=leader.name)
    trusteeship = _lock(last)
    _check(trusteeship, act=TrustAct.USE, now=now)
    lowest, highest = trusteeship.lowest_rate_bp, trusteeship.highest_rate_bp
    if not lowest <= rate_bp <= highest:
        raise RateOutsideTrust(rate=Rate(rate_bp), lowest=Rate(lowest), highest=Rate(highest))
    entered = change_rate(plan, rate_bp=rate_bp, by=by, now=now)
    after = {"plan": owner.pk, "rate_bp": rate_bp, "from_at": entered.from_at.isoformat()}
    audit.record("change_rate_as_trustee", trusteeship, by=by, now=now, after=after)
    return entered


def _lock(trusteeship: Trusteeship) -> Trusteeship:
    rows = Trusteeship.objects.select_for_update(no_key=True, of=("self",)).select_related("merchant", "leader")
    return rows.get(pk=trusteeship.pk)


def _check(trusteeship: Trusteeship, *, act: TrustAct, now: datetime) -> None:
    after = NEXT_TRUST[phase_of_trust(trusteeship, now), act]
    if not isinstance(after, TrustPhase):
        raise _refusal_of(after, trusteeship)


# not one act: a reading
def phase_of_trust(trusteeship: Trusteeship, now: datetime) -> TrustPhase:
    """Where a trusteeship stands."""
    return trust_phase(
        from_at=trusteeship.from_at,
        until_at=trusteeship.until_at,
        accepted_at=trusteeship.accepted_at,
        ended_at=trusteeship.ended_at,
        now=now,
    )


def _refusal_of(refusal: type[Refused], trusteeship: Trusteeship) -> Refused:
    merchant = trusteeship.merchant.name
    if refusal is TrusteeshipOver:
        return refusal(merchant=merchant, until_at=local(trusteeship.ended_at or trusteeship.until_at))
    if refusal is TrusteeshipNotBegun:
        return refusal(merchant=merchant, from_at=local(trusteeship.from_at))
    return refusal(merchant=merchant)


def _make_room(merchant: Organisation, leader: Organisation, *, now: datetime) -> None:
    """Close one whose time is up, so that another may follow. Refuses while one stands or waits."""
    rows = Trusteeship.objects.select_for_update(no_key=True).filter(merchant=merchant, leader=leader, ended_at=None)
    for row in rows:
        if phase_of_trust(row, now) != TrustPhase.OVER:
            bounds = {"lowest": Rate(row.lowest_rate_bp), "highest": Rate(row.highest_rate_bp)}
            raise TrusteeshipStands(leader=leader.name, **bounds, until_at=local(row.until_at))
        row.ended_at = row.until_at
        row.save(update_fields=["ended_at"])


def _tell(name: str, trusteeship: Trusteeship, **more: int) -> None:
    outbox.publish(
        name, trusteeship=trusteeship.pk, merchant=trusteeship.merchant_id, leader=trusteeship.leader_id, **more
    )

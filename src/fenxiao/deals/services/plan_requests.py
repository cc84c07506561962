"""Creators ask into targeted plans; a plan lets them in at once or their merchant decides."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from fenxiao.catalog.models import Product
from fenxiao.deals import news, rules
from fenxiao.deals.errors import NotOpenToRequests, RequestPending, RequestsUnknown
from fenxiao.deals.ground import entering, joining
from fenxiao.deals.models import Entry, Plan, PlanRequest
from fenxiao.deals.queries.drafting import TARGETED
from fenxiao.deals.rules import PlanAct, RequestAct
from fenxiao.deals.rules.drafts import RowDraft, shown
from fenxiao.deals.rules.entrance import check_floors
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput, Refused
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation
from fenxiao.parties.queries import scores_at, tiers_at

LONGEST_WORDS = 200
State = PlanRequest.State


@transaction.atomic
def ask_to_join(plan: Plan, *, creator: Organisation, words: str = "", by: Actor, now: datetime) -> PlanRequest:
    """Ask into a targeted plan; one with automatic entry lets in at once.

    Refuses a plan that is closed or takes no requests, a creator below its floors, who is in already or waits for an
    answer, and whoever could not be named.
    """
    goods = entering.lock_goods_of([plan])
    plan, _, now = entering.lock_plan(plan, act=PlanAct.CHANGE, now=now)
    if plan.entry == Entry.INVITED or plan.type not in TARGETED:
        raise NotOpenToRequests()
    _check_words(words, field="words")
    _check_none_pending(plan, creator)
    _check_floors(plan, creator, now)
    joining.check_may_join(plan, creator)
    request = PlanRequest.objects.create(plan=plan, creator=creator, words=words, asked_at=now)
    audit.record("ask_to_join", request, by=by, now=now, after={"plan": plan.pk, "creator": creator.pk})
    outbox.publish("plan_request.made", request=request.pk, plan=plan.pk)
    if plan.entry == Entry.AUTOMATIC:
        now = _let_in(plan, [request], goods, now)
        _answer([request], RequestAct.PASS, by=by, now=now)
        news.tell_plan("plan.changed", plan)
        request.refresh_from_db()
    return request


@transaction.atomic
def decide_requests(
    ids: Iterable[int], *, pass_: bool, reason: str = "", merchant: Organisation, by: Actor, now: datetime
) -> list[PlanRequest]:
    """Let creators in or reject them with a reason, one or many, all or none.

    Refuses requests that are another's or were answered, closed plans, a rejection without a reason, and what
    `add_creators` refuses.
    """
    if not pass_ and not reason.strip():
        raise BadInput(field="reason", reason_zh="拒绝申请须填写理由", reason_en="a rejection needs a reason")
    _check_words(reason, field="reason")
    asked = set(ids)
    owned = PlanRequest.objects.filter(pk__in=asked, plan__merchant=merchant)
    plan_ids = set(owned.values_list("plan_id", flat=True))
    goods = entering.lock_goods_of(Plan.objects.filter(pk__in=plan_ids))
    plans = {plan.pk: plan for plan in entering.lock_plans(plan_ids)}
    act = RequestAct.PASS if pass_ else RequestAct.REJECT
    requests = _locked(owned, asked, act=act)
    now = rules.entered_after(now, earlier=(request.asked_at for request in requests))
    if pass_:
        for plan in plans.values():
            now = _let_in(plan, [each for each in requests if each.plan_id == plan.pk], goods, now)
        news.tell_plans("plan.changed", list(plans.values()))
    _answer(requests, act, reason="" if pass_ else reason.strip(), by=by, now=now)
    return list(PlanRequest.objects.filter(pk__in=asked).order_by("pk"))


@transaction.atomic
def withdraw_request(request: PlanRequest, *, creator: Organisation, by: Actor, now: datetime) -> PlanRequest:
    """Take a request back. Refuses another's, and one that was answered."""
    owned = PlanRequest.objects.filter(pk=request.pk, creator=creator)
    requests = _locked(owned, {request.pk}, act=RequestAct.WITHDRAW)
    _answer(requests, RequestAct.WITHDRAW, by=by, now=max(now, requests[0].asked_at))
    request.refresh_from_db()
    return request


def _locked(owned: QuerySet[PlanRequest], asked: set[int], *, act: RequestAct) -> list[PlanRequest]:
    """The requests, locked after their plans. Refuses unknown ones, and those the act does not fit."""
    requests = list(owned.select_for_update(of=("self",)).order_by("pk"))
    if missing := sorted(asked - {request.pk for request in requests}) or ([] if asked else [0]):
        raise RequestsUnknown(ids=shown(missing))
    refused: dict[type[Refused], list[int]] = defaultdict(list)
    for request in requests:
        after = rules.NEXT_REQUEST[request.state, act]
        if isinstance(after, type):
            refused[after].append(request.pk)
    for refusal, ids in refused.items():
        raise refusal(ids=shown(ids))
    return requests


def _let_in(plan: Plan, requests: Sequence[PlanRequest], goods: Sequence[Product], now: datetime) -> datetime:
    """Rows at the plan's offered rate for those who asked; when that counts as entered."""
    spell = entering.last_spells([plan.pk])[plan.pk]
    entering.check_plan(plan, spell, act=PlanAct.CHANGE, now=now)
    if plan.offered_rate_bp is None:
        raise NotOpenToRequests()
    rows = [RowDraft(creator_id=request.creator_id, rate_bp=plan.offered_rate_bp) for request in requests]
    return joining.let_in(plan, spell, rows=rows, goods=goods, now=now)[1]


def _answer(requests: Sequence[PlanRequest], act: RequestAct, *, reason: str = "", by: Actor, now: datetime) -> None:
    """Write what became of the requests, note it once and make it known once."""
    ids = [request.pk for request in requests]
    state = str(rules.NEXT_REQUEST[State.PENDING, act])
    PlanRequest.objects.filter(pk__in=ids).update(state=state, decided_at=now, reason=reason)
    audit.record_batch(f"{act}_requests", PlanRequest, ids=ids, by=by, now=now)
    outbox.publish("plan_request.decided", requests=ids)


def _check_words(words: str, *, field: str) -> None:
    if len(words) > LONGEST_WORDS:
        raise BadInput(
            field=field, reason_zh=f"最多 {LONGEST_WORDS} 个字", reason_en=f"{LONGEST_WORDS} characters at most"
        )


def _check_none_pending(plan: Plan, creator: Organisation) -> None:
    pending = PlanRequest.objects.filter(plan=plan, creator=creator, state=State.PENDING).first()
    if pending is not None:
        raise RequestPending(asked_at=pending.asked_at.astimezone(settings().zone))


def _check_floors(plan: Plan, creator: Organisation, now: datetime) -> None:
    check_floors(
        floor_tier=plan.floor_tier,
        floor_score_centi=plan.floor_score_centi,
        tier=str(tiers_at([creator.pk], now).get(creator.pk, "")),
        score_centi=scores_at([creator.pk], now).get(creator.pk),
    )

"""Merchants are told who asks into their plans; creators are told when they are let in, named and taken out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from fenxiao.deals.models import (
    Activity,
    ActivityCreator,
    ActivityLeader,
    ActivityState,
    ActivityType,
    LeaderEntry,
    Plan,
    PlanRate,
    PlanRequest,
    PlanRow,
)
from fenxiao.deals.rules.telling import goods_in_words, moment_in_words, rates_in_words, reason_in_words
from fenxiao.kernel.actors import SYSTEM
from fenxiao.parties import services as parties
from fenxiao.parties.notices import register_words

State = PlanRequest.State
ASKED = "plan_request.made"
DECISIONS = {
    State.PASSED: (
        "商家「{merchant}」通过了你的申请：{goods_zh}的计划已为你开通",
        "The merchant {merchant} let you into its plan on {goods_en}",
    ),
    State.REJECTED: (
        "商家「{merchant}」拒绝了你加入{goods_zh}计划的申请{reason_zh}",
        "The merchant {merchant} rejected your request into its plan on {goods_en}{reason_en}",
    ),
    State.VOID: (
        "商家「{merchant}」关闭了{goods_zh}的计划，你的申请已失效",
        "The merchant {merchant} closed its plan on {goods_en} before it answered you",
    ),
}
NAMED, UNNAMED = "plan.creators_named", "plan.creators_unnamed"
EXCLUSIVE_NAMED, EXCLUSIVE_UNNAMED = "activity.creators_named", "activity.creators_unnamed"
LEADERS_NAMED = "activity.leaders_named"
WORDS = {
    ASKED: (
        "达人「{creator}」申请加入{goods_zh}的计划，等你审核",
        "{creator} asks into your plan on {goods_en}: your answer is next",
    ),
    NAMED: (
        "商家「{merchant}」在{goods_zh}的计划中指定了你，佣金率 {rates}",
        "The merchant {merchant} named you in its plan on {goods_en} at {rates}",
    ),
    UNNAMED: (
        "商家「{merchant}」将你移出{goods_zh}的计划，已生效的佣金保留至当日 24:00",
        "The merchant {merchant} takes you out of its plan on {goods_en}; what is in force holds until midnight",
    ),
    EXCLUSIVE_NAMED: (
        "团长「{leader}」在专属活动「{title}」中指定了你，其商品可按专属佣金推广",
        "The leader {leader} named you in the exclusive activity “{title}”: its goods are yours to promote",
    ),
    EXCLUSIVE_UNNAMED: (
        "团长「{leader}」将你移出专属活动「{title}」，自 {until_at} 起生效",
        "The leader {leader} takes you out of the exclusive activity “{title}” from {until_at} on",
    ),
    LEADERS_NAMED: (
        "团长「{leader}」邀请你以商品参加活动「{title}」",
        "The leader {leader} invites you to hand goods on to “{title}”",
    ),
}
register_words(WORDS)
register_words({f"plan_request.{state}": words for state, words in DECISIONS.items()})
SHOP = {"goods_zh": "全店商品", "goods_en": "all goods of its shop"}


@transaction.atomic
def tell_of_request(request_id: int, *, cause: str, now: datetime) -> int:
    """Tell a merchant who waits for its answer, once per `cause`; nobody when the request waits no more."""
    request = PlanRequest.objects.select_related("creator", "plan__product").get(pk=request_id)
    if request.state != State.PENDING:
        return 0
    details = {"creator": request.creator.name, **_goods([request.plan])}
    subject = ("plan_request", request.pk)
    return parties.notify(
        [request.plan.merchant_id], code=ASKED, subject=subject, details=details, cause=cause, by=SYSTEM, now=now
    )


@transaction.atomic
def tell_of_decisions(request_ids: Collection[int], *, cause: str, now: datetime) -> int:
    """Tell creators what became of their requests, once per `cause`; who took a request back knows it."""
    rows = PlanRequest.objects.filter(pk__in=list(request_ids), state__in=DECISIONS).order_by("pk")
    groups: dict[tuple[int, str], list[PlanRequest]] = defaultdict(list)
    for request in rows.select_related("plan__product", "plan__merchant"):
        groups[request.creator_id, request.state].append(request)
    for (creator_id, state), requests in groups.items():
        plan = requests[0].plan
        details = {
            "merchant": plan.merchant.name,
            **_goods([request.plan for request in requests]),
            **reason_in_words(requests[0].reason),
        }
        code = f"plan_request.{state}"
        subject = _of_plan(plan) if state == State.PASSED else ("plan_request", requests[0].pk)
        _tell([creator_id], code, subject, details=details, cause=cause, now=now)
    return len(groups)


@transaction.atomic
def tell_of_rows(row_ids: Collection[int], *, is_named: bool, cause: str, now: datetime) -> int:
    """Tell creators that a merchant named them in plans or takes them out: one notice each, once per `cause`."""
    rows = PlanRow.objects.filter(pk__in=list(row_ids), creator__isnull=False).order_by("pk")
    rates = _last_rates(row_ids)
    groups: dict[int, list[PlanRow]] = defaultdict(list)
    for row in rows.select_related("plan__product", "plan__merchant"):
        groups[row.creator_id or 0].append(row)
    for creator_id, named in groups.items():
        plan = named[0].plan
        details = {
            "merchant": plan.merchant.name,
            **_goods([row.plan for row in named]),
            "rates": rates_in_words([rates.get(row.pk, 0) for row in named]),
        }
        code = NAMED if is_named else UNNAMED
        _tell([creator_id], code, _of_plan(plan), details=details, cause=cause, now=now)
    return len(groups)


@transaction.atomic
def tell_of_naming(
    activity_id: int, *, creator_ids: Collection[int], until_at: datetime | None = None, cause: str, now: datetime
) -> int:
    """Tell creators that a published exclusive activity names them, or takes them out at `until_at`, once per `cause`.

    A draft is nobody's business yet: what it names is told when it is published.
    """
    activity = Activity.objects.select_related("leader").get(pk=activity_id)
    if activity.state != ActivityState.PUBLISHED:
        return 0
    details = {"leader": activity.leader.name, "title": activity.title}
    if until_at is not None:
        details["until_at"] = moment_in_words(until_at)
    code = EXCLUSIVE_NAMED if until_at is None else EXCLUSIVE_UNNAMED
    return _tell(creator_ids, code, ("activity", activity.pk), details=details, cause=cause, now=now)


@transaction.atomic
def tell_of_publishing(activity_id: int, *, cause: str, now: datetime) -> int:
    """Tell the creators and the leaders whom a published activity names, once per `cause`."""
    activity = Activity.objects.select_related("leader").get(pk=activity_id)
    creators = ActivityCreator.objects.filter(activity=activity, until_at=None)
    leaders = ActivityLeader.objects.filter(activity=activity) if activity.leader_entry == LeaderEntry.NAMED else None
    details = {"leader": activity.leader.name, "title": activity.title}
    told = 0
    if activity.type == ActivityType.EXCLUSIVE:
        ids = list(creators.values_list("creator_id", flat=True))
        told += _tell(ids, EXCLUSIVE_NAMED, ("activity", activity.pk), details=details, cause=cause, now=now)
    if leaders is not None:
        ids = list(leaders.values_list("leader_id", flat=True))
        told += _tell(ids, LEADERS_NAMED, ("invitation", activity.pk), details=details, cause=cause, now=now)
    return told


def _tell(
    to: Collection[int],
    code: str,
    subject: tuple[str, int],
    *,
    details: dict[str, str],
    cause: str,
    now: datetime,
) -> int:
    return parties.notify(to, code=code, subject=subject, details=details, cause=cause, by=SYSTEM, now=now)


def _of_plan(plan: Plan) -> tuple[str, int]:
    """What a creator is led to: the product, or the plan where it is of a whole shop."""
    return ("plan", plan.pk) if plan.product_id is None else ("product", plan.product_id)


def _goods(plans: Sequence[Plan]) -> dict[str, str]:
    """The goods that plans of one merchant are on; a plan of the shop is on all of them."""
    if any(plan.product_id is None for plan in plans):
        return SHOP
    return goods_in_words([plan.product.title for plan in plans if plan.product is not None])


def _last_rates(row_ids: Iterable[int]) -> dict[int, int]:
    """The rate that each row has or will have; rows that end are left out."""
    entries = PlanRate.objects.filter(row_id__in=list(row_ids)).standing()
    return {row_id: rate_bp for row_id, rate_bp in entries.values_list("row_id", "rate_bp") if rate_bp is not None}

"""Plans as their merchants and the creators see them: rows, states, rates that hold and that are coming."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from fenxiao.catalog.models import Product, ProductState
from fenxiao.deals import rules
from fenxiao.deals.models import (
    Entry,
    Plan,
    PlanDifferential,
    PlanRate,
    PlanRequest,
    PlanRow,
    PlanSpell,
    PlanType,
    Step,
    StepWindow,
)
from fenxiao.deals.rules import PlanState, RowState
from fenxiao.deals.rules.terms import Ladder
from fenxiao.parties.models import Organisation, Tier


class TradeState(IntEnum):
    """State of a commission row as the trade counts it."""

    OPEN = 1  # in force, or it will be
    OFF_SHELF = 2  # its product is off the shelf
    CLOSED = 3  # the row or its plan


@dataclass(frozen=True, kw_only=True)
class CommissionRow:
    """A row with the rate that holds, the one that is coming and from when, and its states."""

    row: PlanRow
    rate_bp: int | None
    coming_bp: int | None  # None with `coming_at` set: it closes then
    coming_at: datetime | None
    state: RowState
    trade_state: TradeState
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Differential:
    """What a tier gets on top now, and what is coming."""

    tier: Tier
    extra_bp: int
    coming_bp: int | None
    coming_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Window:
    """A step window with the ladder that holds or will."""

    window: StepWindow
    ladder: Ladder
    is_live: bool
    is_over: bool


@dataclass(frozen=True, kw_only=True)
class ListedPlan:
    """A plan of a list: where it stands, how many it names, at which rates."""

    plan: Plan
    state: PlanState
    opens_at: datetime
    closes_at: datetime | None
    creators: int
    lowest_bp: int | None  # of rates in force
    highest_bp: int | None
    pending_requests: int


def commission_rows(plan: Plan, *, now: datetime, with_removed: bool = False) -> list[CommissionRow]:
    """The rows of a plan by id, in three statements."""
    rows = PlanRow.objects.filter(plan=plan).select_related("creator", "plan").order_by("pk")
    if not with_removed:
        rows = rows.filter(removed_at=None)
    entries: dict[int, list[PlanRate]] = defaultdict(list)
    for entry in PlanRate.objects.filter(row__plan=plan).standing():
        entries[entry.row_id].append(entry)
    is_over = _states([plan.pk], now).get(plan.pk, PlanState.CLOSED) == PlanState.CLOSED
    goods = Product.objects.none() if plan.product_id is None else Product.objects.filter(pk=plan.product_id)
    is_off_shelf = goods.exclude(state=ProductState.ADMITTED).exists()
    return [_commission_row(row, entries[row.pk], is_off_shelf, is_over=is_over, now=now) for row in rows]


def differentials_of(plan: Plan, *, now: datetime) -> list[Differential]:
    """What each tier gets on top, gold first; a tier that gets and will get nothing is left out."""
    entries: dict[str, list[PlanDifferential]] = defaultdict(list)
    for entry in PlanDifferential.objects.filter(plan=plan).standing():
        entries[entry.tier].append(entry)
    found = []
    for tier in Tier:
        begun = [entry.extra_bp for entry in entries[tier] if entry.from_at <= now]
        coming = [entry for entry in entries[tier] if entry.from_at > now]
        if any(begun[-1:]) or coming:
            found.append(
                Differential(
                    tier=tier,
                    extra_bp=begun[-1] if begun else 0,
                    coming_bp=coming[-1].extra_bp if coming else None,
                    coming_at=coming[-1].from_at if coming else None,
                )
            )
    return found


def step_windows_of(plan: Plan, *, now: datetime) -> list[Window]:
    """The plan's step windows that were not cancelled, the last first."""
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(window__plan=plan).standing():
        steps[step.window_id].append(step)
    windows = StepWindow.objects.filter(plan=plan, cancelled_at=None).order_by("-from_at")
    return [
        Window(
            window=window,
            ladder=_ladder(steps[window.pk]),
            is_live=window.from_at <= now < window.until_at,
            is_over=window.until_at <= now,
        )
        for window in windows
    ]


def plans_of_product(product: Product, *, now: datetime) -> list[ListedPlan]:
    """Every plan of one product, the oldest first."""
    return listed(list(Plan.objects.filter(product=product).order_by("pk")), now=now)


def plans_of_merchant(
    merchant: Organisation, *, type: PlanType | None = None, text: str = "", creator: Organisation | None = None
) -> QuerySet[Plan]:
    """A merchant's plans, the newest first, by type, words of the product's title (or its id) and creator named."""
    plans = Plan.objects.filter(merchant=merchant).select_related("product").order_by("-pk")
    if type is not None:
        plans = plans.filter(type=type)
    if text:
        said = Q(product__title__icontains=text)
        plans = plans.filter(said | Q(product_id=int(text)) if text.isascii() and text.isdecimal() else said)
    if creator is not None:
        plans = plans.filter(Exists(PlanRow.objects.filter(plan=OuterRef("pk"), creator=creator, removed_at=None)))
    return plans


def listed(plans: Sequence[Plan], *, now: datetime) -> list[ListedPlan]:
    """What a list shows of each of these plans, in four statements."""
    ids = [plan.pk for plan in plans]
    spells, rates = _spells(ids), _rates(ids, now)
    rows = PlanRow.objects.filter(plan_id__in=ids, removed_at=None, creator__isnull=False)
    counts = dict(rows.order_by().values_list("plan_id").annotate(Count("pk")))
    pending = PlanRequest.objects.filter(plan_id__in=ids, state=PlanRequest.State.PENDING)
    asked = dict(pending.order_by().values_list("plan_id").annotate(Count("pk")))
    return [
        ListedPlan(
            plan=plan,
            state=_state(spells[plan.pk], now),
            opens_at=spells[plan.pk].opens_at,
            closes_at=spells[plan.pk].closes_at,
            creators=counts.get(plan.pk, 0),
            lowest_bp=min(rates[plan.pk], default=None),
            highest_bp=max(rates[plan.pk], default=None),
            pending_requests=asked.get(plan.pk, 0),
        )
        for plan in plans
        if plan.pk in spells
    ]


def targeted_plans_open_to(creator: Organisation, *, now: datetime) -> QuerySet[Plan]:
    """Targeted plans that take requests now and do not name the creator, the newest first, met floors or not."""
    within = PlanRow.objects.filter(plan=OuterRef("pk"), creator=creator, removed_at=None)
    unended = PlanSpell.objects.filter(plan=OuterRef("pk"), closes_at=None)
    return (
        Plan.objects.filter(type__in=[PlanType.ITEM_TARGETED, PlanType.SHOP_TARGETED], merchant__is_active=True)
        .exclude(entry=Entry.INVITED)
        .filter(Exists(unended), ~Exists(within))
        .filter(Q(product=None) | Q(product__in=Product.objects.offered()))
        .select_related("product", "merchant")
        .order_by("-pk")
    )


def requests_of_creator(creator: Organisation) -> QuerySet[PlanRequest]:
    """A creator's requests, the newest first."""
    found = PlanRequest.objects.filter(creator=creator).select_related("plan__product", "plan__merchant")
    return found.order_by("-asked_at", "-pk")


def requests_of_merchant(merchant: Organisation, *, state: str | None = None) -> QuerySet[PlanRequest]:
    """Requests into a merchant's plans, those that waited longest first."""
    found = PlanRequest.objects.filter(plan__merchant=merchant).select_related("plan__product", "creator")
    return (found if state is None else found.filter(state=state)).order_by("asked_at", "pk")


def _commission_row(
    row: PlanRow, entries: Sequence[PlanRate], is_off_shelf: bool, *, is_over: bool, now: datetime
) -> CommissionRow:
    begun = [entry.rate_bp for entry in entries if entry.from_at <= now]
    coming = [entry for entry in entries if entry.from_at > now]
    state = rules.row_state(
        current_bp=begun[-1] if begun else None,
        coming=coming[-1].rate_bp if coming else None,
        is_pending=bool(coming),
        is_removed=row.removed_at is not None,
    )
    return CommissionRow(
        row=row,
        rate_bp=begun[-1] if begun else None,
        coming_bp=coming[-1].rate_bp if coming else None,
        coming_at=coming[-1].from_at if coming else None,
        state=state,
        trade_state=_trade_state(state, is_off_shelf=is_off_shelf, is_over=is_over),
        changed_at=max((entry.entered_at for entry in entries), default=row.made_at),
    )


def _trade_state(state: RowState, *, is_off_shelf: bool, is_over: bool) -> TradeState:
    if is_over or state in {RowState.CLOSED, RowState.REMOVED}:
        return TradeState.CLOSED
    return TradeState.OFF_SHELF if is_off_shelf else TradeState.OPEN


def _ladder(steps: Sequence[Step]) -> Ladder:
    latest = max((step.from_at for step in steps), default=None)
    return tuple(sorted((step.after_orders, step.extra_bp) for step in steps if step.from_at == latest))


def _states(plan_ids: Iterable[int], now: datetime) -> dict[int, PlanState]:
    return {plan_id: _state(spell, now) for plan_id, spell in _spells(plan_ids).items()}


def _state(spell: PlanSpell, now: datetime) -> PlanState:
    return rules.plan_state(opens_at=spell.opens_at, closes_at=spell.closes_at, now=now)


def _spells(plan_ids: Iterable[int]) -> dict[int, PlanSpell]:
    last = PlanSpell.objects.filter(plan_id__in=list(plan_ids)).order_by("plan_id", "-opens_at", "-id")
    return {spell.plan_id: spell for spell in last.distinct("plan_id")}


def _rates(plan_ids: Sequence[int], now: datetime) -> dict[int, list[int]]:
    """The rates in force of each plan's rows."""
    begun = PlanRate.objects.filter(row__plan_id__in=plan_ids, row__removed_at=None).begun(now)
    in_force = begun.order_by("row_id", "-from_at", "-id").distinct("row_id")
    found: dict[int, list[int]] = defaultdict(list)
    for plan_id, rate_bp in in_force.values_list("row__plan_id", "rate_bp"):
        if rate_bp is not None:
            found[plan_id].append(rate_bp)
    return found

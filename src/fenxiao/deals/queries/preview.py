"""What would win if a plan stood as drafted: the form's answer before anything is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fenxiao.catalog.models import Product
from fenxiao.deals import rules
from fenxiao.deals.models import PlanType
from fenxiao.deals.queries.market import Ask, Held, Market, PlanPicture, Row, Window
from fenxiao.deals.queries.quote import Quote, market_of, quoted
from fenxiao.deals.rules import Ladder
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Organisation, Tier

ONE_OF_A_KIND = frozenset({PlanType.NORMAL, PlanType.EXCLUSIVE})
A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A plan as a form has it. It stands in for the saved plan `plan_id`, or for the one there can be of its type.

    `names_creator`: whether a row of it names the one who asks. Without differentials or ladder of its own it keeps
    those of the plan that it stands in for.
    """

    plan_type: int
    rate_bp: int
    plan_id: int | None = None
    names_creator: bool = True
    differentials: Mapping[str, int] | None = None
    ladder: Ladder | None = None


def preview(
    product: Product,
    *,
    draft: Draft,
    moment: datetime,
    creator: Organisation | None = None,
    tier: str = "",
    application: int | None = None,
    quantity: int = 1,
    price_fen: int | None = None,
) -> Quote:
    """The quote at `moment` if the draft stood by then, for a creator or (without one) for anybody of a tier.

    Refuses a rate out of bounds, and a tier or a plan type that there is not.
    """
    _check(draft, tier)
    creator_id = creator.pk if creator else None
    ask = Ask(product_id=product.pk, creator_id=creator_id, moment=moment, application_id=application)
    market = market_of([ask], is_wide=True)
    draw(market, draft, product_id=product.pk, creator_id=creator_id, moment=moment)
    if tier:
        market.tiers[creator_id] = [Held(moment, tier)]
    price = product.price_fen if price_fen is None else price_fen
    return quoted(market.candidates(ask), price_fen=price, quantity=quantity)


def _check(draft: Draft, tier: str) -> None:
    rules.check_rate(draft.rate_bp)
    if tier and tier not in Tier.values:
        raise BadInput(field="tier", reason_zh=f"没有「{tier}」这个等级", reason_en=f"there is no tier “{tier}”")
    if draft.plan_type not in rules.PRECEDENCE or draft.plan_type in rules.BY_ACTIVITY:
        kind = draft.plan_type
        raise BadInput(field="type", reason_zh=f"没有类型 {kind} 的计划", reason_en=f"there is no plan of type {kind}")


def draw(market: Market, draft: Draft, *, product_id: int, creator_id: int | None, moment: datetime) -> None:
    """Put the draft where its plan stands, or beside the others as the newest."""
    is_of_shop = draft.plan_type == PlanType.SHOP_TARGETED
    plans, owner = (market.shops, market.merchants.get(product_id, 0)) if is_of_shop else (market.plans, product_id)
    saved = next((plan for plan in plans.get(owner, ()) if _is_the_one(plan, draft)), None)
    drawn = PlanPicture(saved.id if saved else draft.plan_id, draft.plan_type)
    opened = saved.spell_at(moment) if saved else None
    drawn.spells = [opened or (moment, None)]
    if draft.names_creator or draft.plan_type == PlanType.NORMAL:
        whose = None if draft.plan_type == PlanType.NORMAL else creator_id
        drawn.rows = {whose: Row(_row_id(saved, whose), [Held(moment, draft.rate_bp)])}
    drawn.differentials = saved.differentials if saved else {}
    if draft.differentials is not None:
        drawn.differentials = {tier: [Held(moment, extra_bp)] for tier, extra_bp in draft.differentials.items()}
    drawn.windows = saved.windows if saved else []
    if draft.ladder is not None:
        drawn.windows = [Window(0, moment, moment + A_MOMENT, {moment: list(draft.ladder)})]
    plans[owner] = [*(plan for plan in plans.get(owner, ()) if plan is not saved), drawn]


def _is_the_one(plan: PlanPicture, draft: Draft) -> bool:
    if draft.plan_id is not None:
        return plan.id == draft.plan_id
    return draft.plan_type in ONE_OF_A_KIND and plan.type == draft.plan_type


def _row_id(saved: PlanPicture | None, creator_id: int | None) -> int | None:
    row = saved.rows.get(creator_id) if saved else None
    return row.id if row else None

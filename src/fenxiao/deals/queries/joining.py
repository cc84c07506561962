"""What a targeted plan that takes requests would bring a creator, against what the creator gets without it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Plan
from fenxiao.deals.queries.market import Ask, Market
from fenxiao.deals.queries.preview import Draft, draw
from fenxiao.deals.queries.quote import Quote, market_of, quoted
from fenxiao.parties.models import Organisation

MOST_GOODS = 50  # of one shop that are looked at


@dataclass(frozen=True, kw_only=True)
class Gain:
    """One order of a product: as the creator is paid without the plan, and as it would be within it."""

    product: Product
    without: Quote
    within: Quote

    @property
    def without_fen(self) -> int:
        """What the creator gets without the plan."""
        return self.without.split.creator_net.fen if self.without.split else 0

    @property
    def within_fen(self) -> int:
        """What the creator would get within it."""
        return self.within.split.creator_net.fen if self.within.split else 0

    @property
    def more_fen(self) -> int:
        """How much more that is; less than nothing where other terms are better and would be outranked."""
        return self.within_fen - self.without_fen


def gains_of(plans: Sequence[Plan], *, creator: Organisation, now: datetime) -> Mapping[int, list[Gain]]:
    """By plan, what it would bring on each of its goods (50 of a shop at most), the greatest gain first.

    Plans without a rate for those who ask are left out. In a fixed number of statements.
    """
    goods = _goods_of(plans)
    asks = {pk: Ask(product_id=pk, creator_id=creator.pk, moment=now) for each in goods.values() for pk in each}
    if not asks:
        return {}
    market = market_of(list(asks.values()), is_wide=True)
    without = {pk: quoted(market.candidates(ask), price_fen=_price(goods, pk)) for pk, ask in asks.items()}
    found: dict[int, list[Gain]] = {}
    for plan in plans:
        if plan.offered_rate_bp is not None and goods[plan.pk]:
            gains = [
                Gain(
                    product=product,
                    without=without[product.pk],
                    within=_within(market, plan, plan.offered_rate_bp, product, asks[product.pk]),
                )
                for product in goods[plan.pk].values()
            ]
            found[plan.pk] = sorted(gains, key=lambda gain: -gain.more_fen)
    return found


def _within(market: Market, plan: Plan, rate_bp: int, product: Product, ask: Ask) -> Quote:
    """The quote with the creator's row drawn into the plan; the market is as before after it."""
    plans = market.shops if plan.product_id is None else market.plans
    owner = plan.merchant_id if plan.product_id is None else product.pk
    before = plans.get(owner, [])
    draft = Draft(plan_type=plan.type, plan_id=plan.pk, rate_bp=rate_bp)
    draw(market, draft, product_id=product.pk, creator_id=ask.creator_id, moment=ask.moment)
    within = quoted(market.candidates(ask), price_fen=product.price_fen)
    plans[owner] = before
    return within


def _goods_of(plans: Iterable[Plan]) -> dict[int, dict[int, Product]]:
    """By plan, its goods that are offered, by id: its product, or the newest of its shop."""
    plans = list(plans)
    shops = {plan.merchant_id for plan in plans if plan.product_id is None}
    newest = Product.objects.offered().filter(merchant__in=shops)
    numbered = newest.annotate(
        number=Window(RowNumber(), partition_by=[F("merchant_id")], order_by=[F("admitted_at").desc(), F("id").desc()])
    )
    of_shop: dict[int, dict[int, Product]] = {}
    for product in numbered.filter(number__lte=MOST_GOODS):
        of_shop.setdefault(product.merchant_id, {})[product.pk] = product
    return {
        plan.pk: {plan.product.pk: plan.product} if plan.product else of_shop.get(plan.merchant_id, {})
        for plan in plans
    }


def _price(goods: Mapping[int, Mapping[int, Product]], pk: int) -> int:
    return next(each[pk].price_fen for each in goods.values() if pk in each)

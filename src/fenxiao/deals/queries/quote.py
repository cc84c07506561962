"""The quote: which terms win for a creator at a moment, and why. One resolver answers for one ask and for thousands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fenxiao.catalog.models import Product
from fenxiao.deals import rules
from fenxiao.deals.models import Plan, PlanRate, PlanSpell
from fenxiao.deals.queries.market import Ask, Market
from fenxiao.deals.queries.reading import Scope, platform_fees, read_market
from fenxiao.deals.rules import Candidate, Saying, Split, Terms
from fenxiao.kernel.money import Money
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation


@dataclass(frozen=True, kw_only=True)
class AfterStep:
    """What a sale brings once a creator has so many valid orders in the window."""

    after_orders: int
    extra_bp: int
    split: Split


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What one sale would bring: the winning terms, every candidate with its reason, and the division to the fen.

    `split` is what holds before any step; `after_steps` after each. `tier_part` is what the tier brings of the
    commission. There is no subsidy yet.
    """

    terms: Terms | None
    candidates: list[Candidate]
    split: Split | None
    after_steps: list[AfterStep] = field(default_factory=list)
    tier_part: Money | None = None
    subsidy: Money | None = None

    def sayings(self) -> list[Saying]:
        """What one order earns the creator and because of what, or why there is nothing; in both languages."""
        if self.terms is None or self.split is None:
            return rules.silence_of(self.candidates)
        return rules.sayings_of(self.terms, self.split)


@dataclass(frozen=True, kw_only=True)
class PlanRecord:
    """A plan with every rate ever entered, newest entry first; superseded ones never began."""

    plan: Plan
    closes_at: datetime | None
    rates: list[PlanRate]


def quote(
    product: Product,
    *,
    creator: Organisation | None,
    moment: datetime,
    application: int | None = None,
    quantity: int = 1,
    price_fen: int | None = None,
) -> Quote:
    """The terms of `product` for `creator` at `moment`, and what a sale of `quantity` at `price_fen` would bring.

    `application` is the id of the last one of the chain that the link carries. The price is the product's own unless
    given. Without winning terms there is no split.
    """
    creator_id = creator.pk if creator else None
    ask = Ask(product_id=product.pk, creator_id=creator_id, moment=moment, application_id=application)
    candidates = market_of([ask], is_wide=True).candidates(ask)
    return quoted(candidates, price_fen=product.price_fen if price_fen is None else price_fen, quantity=quantity)


def quoted(candidates: list[Candidate], *, price_fen: int, quantity: int = 1) -> Quote:
    """What follows from candidates for a sale of `quantity` at `price_fen`."""
    terms = next((each.terms for each in candidates if each.won), None)
    if terms is None:
        return Quote(terms=None, candidates=candidates, split=None)
    base = Money(price_fen, settings().currency) * quantity
    parts = rules.split(base, terms)
    return Quote(
        terms=terms,
        candidates=candidates,
        split=parts,
        after_steps=[
            AfterStep(after_orders=after, extra_bp=extra_bp, split=rules.split(base, terms, step_bp=extra_bp))
            for after, extra_bp in terms.steps
        ],
        tier_part=Money(rules.tier_part_fen(terms, parts), base.currency),
    )


def terms_at(asks: Iterable[Ask]) -> dict[Ask, Terms]:
    """The winning terms of each ask that has any, in a fixed number of statements however many there are."""
    asks = list(asks)
    if not asks:
        return {}
    market = market_of(asks)
    found = ((ask, market.terms(ask)) for ask in asks)
    return {ask: terms for ask, terms in found if terms is not None}


@dataclass(frozen=True, kw_only=True)
class Offering:
    """What some products offer one creator, and what they offer anyone, at one moment: read once for both."""

    market: Market
    product_ids: frozenset[int]
    creator_id: int
    moment: datetime

    def own_terms(self, product_id: int) -> Terms | None:
        """The creator's own, as `terms_at` tells them."""
        return self.market.terms(Ask(product_id=product_id, creator_id=self.creator_id, moment=self.moment))

    def rate_bp(self, product_id: int) -> int | None:
        """What anyone gets, as `rates_at` tells it: rows that name the creator are passed over."""
        rates = self.market.rates(Ask(product_id=product_id, creator_id=None, moment=self.moment))
        return None if rates is None else rates[0]

    def own_net_fen(self, product_id: int, *, price_fen: int) -> int:
        """What one piece at a price brings the creator after the platform's fee; 0 without terms for him."""
        rates = self.market.rates(Ask(product_id=product_id, creator_id=self.creator_id, moment=self.moment))
        if rates is None:
            return 0
        return rules.net_of_commission(price_fen, commission_rate_bp=rates[0], platform_fee_rate_bp=rates[1])


def offering_to(
    creator_id: int, *, product_ids: Iterable[int], moment: datetime, merchants: Mapping[int, int] | None = None
) -> Offering:
    """What the products offer the creator and anyone at `moment`, in a fixed number of statements.

    `merchants` tells whose each of the products is, all admitted, where that was read just before.
    """
    ids = frozenset(product_ids)
    scope = Scope(products=ids, creators={creator_id}, applications=(), since=moment, until=moment, merchants=merchants)
    market = read_market(scope) if ids else Market(merchants={})
    return Offering(market=market, product_ids=ids, creator_id=creator_id, moment=moment)


def candidates_at(asks: Sequence[Ask]) -> dict[Ask, list[Candidate]]:
    """Every candidate of each ask with its reason, in a fixed number of statements."""
    market = market_of(asks, is_wide=True) if asks else None
    return {ask: market.candidates(ask) for ask in asks} if market else {}


def rates_at(product_ids: Iterable[int], moment: datetime) -> dict[int, int]:
    """The commission rate in basis points that anyone gets on each product that has one."""
    asks = [Ask(product_id=product_id, creator_id=None, moment=moment) for product_id in product_ids]
    return {ask.product_id: terms.commission_rate_bp for ask, terms in terms_at(asks).items()}


def plan_history(product: Product) -> list[PlanRecord]:
    """Every plan of the product, the one that opened last first, with its rates."""
    plans = list(Plan.objects.filter(product=product).order_by("-made_at", "-id"))
    closings = dict(PlanSpell.objects.filter(plan__in=plans).order_by("opens_at").values_list("plan_id", "closes_at"))
    entries: dict[int, list[PlanRate]] = defaultdict(list)
    for rate in PlanRate.objects.filter(row__plan__in=plans).select_related("row").order_by("-entered_at", "-id"):
        entries[rate.row.plan_id].append(rate)
    return [PlanRecord(plan=plan, closes_at=closings.get(plan.pk), rates=entries[plan.pk]) for plan in plans]


def closes_at(plan: Plan) -> datetime | None:
    """When the plan's last time of being open ends or ended; None: it has no end."""
    return PlanSpell.objects.filter(plan=plan).latest("opens_at").closes_at


def platform_fee_at(moment: datetime) -> int:
    """The platform fee in force at `moment`, in basis points."""
    return Market(merchants={}, fees=platform_fees()).platform_fee_at(moment)


def market_of(asks: Sequence[Ask], *, is_wide: bool = False) -> Market:
    """All that decides the asks' terms; `is_wide` also what does not hold, for its reasons."""
    moments = [ask.moment for ask in asks]
    scope = Scope(
        products={ask.product_id for ask in asks},
        creators={ask.creator_id for ask in asks if ask.creator_id is not None},
        applications={ask.application_id for ask in asks if ask.application_id is not None},
        since=min(moments),
        until=max(moments),
        is_wide=is_wide,
    )
    return read_market(scope)

"""The quote: which terms win for a creator at a moment, and why. One resolver answers for one ask and for thousands."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fenxiao.catalog.models import Product, ProductState
from fenxiao.deals import rules
from fenxiao.deals.models import Plan, PlanRate, PlanSpell, PlatformFee
from fenxiao.deals.rules import Candidate, Offer, RateEntry, Split, Terms
from fenxiao.kernel.money import Money
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation

# Off shelf still counts: a sale that a link brought keeps its commission when the merchant has taken the goods down.
STANDING_STATES = {ProductState.ADMITTED, ProductState.OFF_SHELF}


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Whose terms for which product at which moment; `creator_id` None asks for what anyone would get.

    `application_id` is the last application of the chain that the link or shelf item carries, None where it has none.
    """

    product_id: int
    creator_id: int | None
    moment: datetime
    application_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What one sale would bring: the winning terms, every candidate with its reason, and the division to the fen."""

    terms: Terms | None
    candidates: list[Candidate]
    split: Split | None


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
    quantity: int = 1,
    price_fen: int | None = None,
) -> Quote:
    """The terms of `product` for `creator` at `moment`, and what a sale of `quantity` at `price_fen` would bring.

    The price is the product's own unless given. Without winning terms there is no split.
    """
    ask = Ask(product_id=product.pk, creator_id=creator.pk if creator else None, moment=moment)
    candidates = _candidates([ask])[ask]
    terms = _winner(candidates)
    base = Money(product.price_fen if price_fen is None else price_fen, settings().currency) * quantity
    return Quote(terms=terms, candidates=candidates, split=rules.split(base, terms) if terms else None)


def terms_at(asks: Iterable[Ask]) -> dict[Ask, Terms]:
    """The winning terms of each ask that has any, in three statements however many there are."""
    found = {ask: _winner(candidates) for ask, candidates in _candidates(list(asks)).items()}
    return {ask: terms for ask, terms in found.items() if terms}


def rates_at(product_ids: Iterable[int], moment: datetime) -> dict[int, int]:
    """The commission rate in basis points that anyone gets on each product that has one."""
    asks = [Ask(product_id=product_id, creator_id=None, moment=moment) for product_id in product_ids]
    return {ask.product_id: terms.commission_rate_bp for ask, terms in terms_at(asks).items()}


def plan_history(product: Product) -> list[PlanRecord]:
    """Every plan of the product, the one that opened last first, with its rates."""
    plans = list(Plan.objects.filter(product=product).order_by("-made_at", "-id"))
    closings = dict(
        PlanSpell.objects.filter(plan__in=plans).order_by("opens_at").values_list("plan_id", "closes_at")
    )
    entries: dict[int, list[PlanRate]] = defaultdict(list)
    for rate in PlanRate.objects.filter(row__plan__in=plans).select_related("row").order_by("-entered_at", "-id"):
        entries[rate.row.plan_id].append(rate)
    return [PlanRecord(plan=plan, closes_at=closings.get(plan.pk), rates=entries[plan.pk]) for plan in plans]


def closes_at(plan: Plan) -> datetime | None:
    """When the plan's last time of being open ends or ended; None: it has no end."""
    return PlanSpell.objects.filter(plan=plan).latest("opens_at").closes_at


def platform_fee_at(moment: datetime) -> int:
    """The platform fee in force at `moment`, in basis points."""
    return _fee_at(_platform_fees(), moment)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A plan on an admitted product, with the rates that began or will begin."""

    id: int
    type: int
    opens_at: datetime
    closes_at: datetime | None
    rates: list[RateEntry]

    def is_open(self, moment: datetime) -> bool:
        return self.opens_at <= moment and (self.closes_at is None or moment < self.closes_at)


def _winner(candidates: Sequence[Candidate]) -> Terms | None:
    return next((candidate.terms for candidate in candidates if candidate.won), None)


def _candidates(asks: Sequence[Ask]) -> dict[Ask, list[Candidate]]:
    """What stands for each ask, weighed."""
    standing = _standing_plans({ask.product_id for ask in asks})
    fees = _platform_fees() if standing else []
    weighed: dict[tuple[Terms, ...], list[Candidate]] = {}  # many asks meet the same offers
    found = {}
    for ask in asks:
        terms = tuple(_terms_in_force(standing.get(ask.product_id, []), fees, ask.moment))
        if terms not in weighed:
            weighed[terms] = rules.weigh([Offer(terms=each) for each in terms])
        found[ask] = weighed[terms]
    return found


def _terms_in_force(plans: Sequence[_Standing], fees: Sequence[RateEntry], moment: datetime) -> Iterator[Terms]:
    for plan in plans:
        if plan.is_open(moment) and (rate_bp := rules.rate_at(plan.rates, moment)) is not None:
            yield Terms(
                plan_id=plan.id,
                plan_type=plan.type,
                commission_rate_bp=rate_bp,
                platform_fee_rate_bp=_fee_at(fees, moment),
            )


def _standing_plans(product_ids: set[int]) -> Mapping[int, list[_Standing]]:
    """Plans of those of the products that are admitted, in the order of opening; none was opened before admission."""
    rows = list(
        PlanSpell.objects.filter(plan__product_id__in=product_ids, plan__product__state__in=STANDING_STATES)
        .order_by("opens_at", "id")
        .values_list("plan_id", "plan__type", "plan__product_id", "opens_at", "closes_at")
    )
    rates = _rates_of([row[0] for row in rows])
    found = defaultdict(list)
    for plan_id, plan_type, product_id, opens_at, closes_at in rows:
        found[product_id].append(_Standing(plan_id, plan_type, opens_at, closes_at, rates[plan_id]))
    return found


def _rates_of(plan_ids: Sequence[int]) -> Mapping[int, list[RateEntry]]:
    found = defaultdict(list)
    entries = PlanRate.objects.filter(row__plan_id__in=plan_ids).standing()
    for plan_id, from_at, rate_bp in entries.values_list("row__plan_id", "from_at", "rate_bp"):
        found[plan_id].append(RateEntry(from_at, rate_bp))
    return found


def _platform_fees() -> list[RateEntry]:
    rows = PlatformFee.objects.order_by("from_at", "id").values_list("from_at", "rate_bp")
    return [RateEntry(from_at, rate_bp) for from_at, rate_bp in rows]


def _fee_at(fees: Sequence[RateEntry], moment: datetime) -> int:
    rate_bp = rules.rate_at(fees, moment)
    return rules.DEFAULT_PLATFORM_FEE_BP if rate_bp is None else rate_bp

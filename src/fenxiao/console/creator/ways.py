"""The ways in which a creator may promote a product: by its plans alone, or through one of the activities it is in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fenxiao.catalog.models import Product
from fenxiao.deals import queries as deals
from fenxiao.deals.models import Application, Plan, PlanType
from fenxiao.deals.queries import Ask, Differential, Quote
from fenxiao.deals.rules import BY_ACTIVITY, Candidate, Reason, Terms, split
from fenxiao.kernel.money import Money
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation

LARGEST_ID = 2**63 - 1
NOT_FOR_YOU = ("该活动不面向您", "The activity is for other creators")


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way with what it brings; `application` is the last of the chain that its links carry."""

    application: Application | None
    quote: Quote

    @property
    def earns_fen(self) -> int:
        """What the creator gets of one order."""
        return self.quote.split.creator_net.fen if self.quote.split else 0

    @property
    def is_by_activity(self) -> bool:
        """Whether the activity gives the rate, and not a plan that goes before it."""
        return self.quote.terms is not None and self.quote.terms.plan_type in BY_ACTIVITY

    @property
    def plan_name(self) -> str:
        """The type of what gives the rate."""
        return str(PlanType(self.quote.terms.plan_type).label) if self.quote.terms else ""

    @property
    def key(self) -> int:
        """The application's id; 0 without one."""
        return self.application.pk if self.application else 0


@dataclass(frozen=True, kw_only=True)
class Loser:
    """An offer that does not hold on the way shown: its rate, why it lost, and the way on which it is carried."""

    name: str
    rate_bp: int | None
    why: tuple[str, str]
    way: Way | None


def ways_of(product: Product, *, creator: Organisation, now: datetime) -> list[Way]:
    """Every way that is open to this creator and earns something, in a fixed number of statements.

    The first is the product without an activity, where that earns; then activities, those that bring most first.
    """
    applications = deals.standing_applications(now).filter(product=product)
    named = applications.select_related("activity__leader", "first__activity__leader").order_by("pk")
    return [way for way in quoted_ways(product, applications=list(named), creator=creator, now=now) if way.quote.terms]


def quoted_ways(
    product: Product, *, applications: Sequence[Application], creator: Organisation, now: datetime
) -> list[Way]:
    """The product without an activity and with each of these that lets the creator promote, with what each brings."""
    carried: list[Application | None] = [None, *applications]
    asks = [
        Ask(product_id=product.pk, creator_id=creator.pk, moment=now, application_id=each.pk if each else None)
        for each in carried
    ]
    candidates = deals.candidates_at(asks)
    ways = [
        Way(application=each, quote=deals.quoted(candidates[ask], price_fen=product.price_fen))
        for each, ask in zip(carried, asks, strict=True)
        if each is None or _lets_in(each, candidates[ask])
    ]
    return sorted(ways, key=lambda way: (way.application is not None, -way.earns_fen))


@dataclass(frozen=True, kw_only=True)
class Better:
    """What the best way of a product earns; `key` as a way's."""

    key: int
    earns_fen: int
    terms: Terms


def best_ways(products: Sequence[Product], *, creator: Organisation, now: datetime) -> dict[int, Better]:
    """By product, the way that earns this creator most, in a fixed number of statements."""
    applications = deals.standing_applications(now).filter(product__in=products)
    keys = [*((product.pk, None) for product in products), *applications.values_list("product_id", "pk")]
    asks = [Ask(product_id=pk, creator_id=creator.pk, moment=now, application_id=key) for pk, key in keys]
    prices = {product.pk: product.price_fen for product in products}
    found: dict[int, Better] = {}
    for ask, terms in deals.terms_at(asks).items():
        earns = split(Money(prices[ask.product_id], settings().currency), terms).creator_net.fen
        if ask.product_id not in found or earns > found[ask.product_id].earns_fen:
            found[ask.product_id] = Better(key=ask.application_id or 0, earns_fen=earns, terms=terms)
    return found


def best_of(ways: Sequence[Way], *, wanted: int | None) -> Way | None:
    """The way asked for (0: without an activity), else the one that earns most; of equals the first."""
    asked = next((way for way in ways if way.key == wanted), None)
    return asked or max(ways, key=lambda way: way.earns_fen, default=None)


def losers_of(candidates: Sequence[Candidate], *, ways: Sequence[Way]) -> list[Loser]:
    """What does not hold on the way shown, with the reasons."""
    by_application = {way.key: way for way in ways if way.application}
    return [_loser(each, by_application.get(each.offer.application_id or 0)) for each in candidates if not each.won]


def tiers_of(quote: Quote, *, now: datetime) -> list[Differential]:
    """What the winning plan gives each tier on top."""
    plan = Plan.objects.filter(pk=quote.terms.plan_id).first() if quote.terms and quote.terms.plan_id else None
    return deals.differentials_of(plan, now=now) if plan else []


def number_of(text: str | None) -> int | None:
    """What was said as the number of a thing; None for anything else."""
    is_number = text is not None and text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_ID))
    return int(text or "") if is_number else None


def _lets_in(application: Application, candidates: Sequence[Candidate]) -> bool:
    return any(each.offer.application_id == application.pk and each.offer.speaks for each in candidates)


def _loser(candidate: Candidate, way: Way | None) -> Loser:
    offer = candidate.offer
    is_for_others = candidate.reason is Reason.NOT_CARRIED and offer.rate_bp is None
    words = NOT_FOR_YOU if is_for_others else (candidate.words("zh"), candidate.words("en"))
    name = str(PlanType(offer.plan_type).label)
    title = way.application.activity.title if way and way.application else ""
    rate_bp = candidate.terms.commission_rate_bp if candidate.terms else None
    return Loser(name=f"{name} · {title}" if title else name, rate_bp=rate_bp, why=words, way=way)

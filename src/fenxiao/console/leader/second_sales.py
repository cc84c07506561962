"""What one sale by a chain of two leaders brings each of them, the creator and the platform."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fenxiao.deals import queries as deals
from fenxiao.deals.models import Application, PlanType
from fenxiao.deals.rules import Split, Terms, split
from fenxiao.deals.rules.second_states import SecondPhase, second_phase
from fenxiao.kernel.money import Money
from fenxiao.kernel.settings import settings


@dataclass(frozen=True, kw_only=True)
class ChainSale:
    """A second's application with one sale of its product at the price of today, and the same sale not handed on."""

    application: Application
    terms: Terms
    split: Split
    alone: Split
    phase: SecondPhase


def sales_of(seconds: Iterable[Application], *, now: datetime) -> list[ChainSale]:
    """One sale of each of these (see `deals.applied_second` and `deals.seconds_of`)."""
    platform_bp = deals.platform_fee_at(now)
    return [_sale(each, platform_bp, now) for each in seconds]


def chain_terms(*, commission_bp: int, first_fee_bp: int, ceded_bp: int, platform_bp: int) -> Terms:
    """Terms of a chain. What is ceded is at most the first's fee: an ended one may say more than that has become."""
    return Terms(
        plan_id=None,
        plan_type=PlanType.ACTIVITY_NORMAL,
        commission_rate_bp=commission_bp,
        service_fee_rate_bp=first_fee_bp,
        ceded_fee_rate_bp=min(ceded_bp, first_fee_bp),
        platform_fee_rate_bp=platform_bp,
    )


def sale(price_fen: int, terms: Terms) -> Split:
    """One sale at this price."""
    return split(Money(price_fen, settings().currency), terms)


def _sale(second: Application, platform_bp: int, now: datetime) -> ChainSale:
    rates = {
        "commission_bp": getattr(second, "commission_bp", None) or 0,
        "first_fee_bp": getattr(second, "first_fee_bp", None) or 0,
        "platform_bp": platform_bp,
    }
    terms = chain_terms(ceded_bp=getattr(second, "fee_bp", None) or 0, **rates)
    price_fen = second.product.price_fen
    return ChainSale(
        application=second,
        terms=terms,
        split=sale(price_fen, terms),
        alone=sale(price_fen, chain_terms(ceded_bp=0, **rates)),
        phase=second_phase(second.state, until_at=second.until_at, ends_at=second.ends_at, now=now),
    )

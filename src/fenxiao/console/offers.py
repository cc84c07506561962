"""What an application offers: one sale of its product divided by its terms, and whether it may be passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fenxiao.catalog.models import Product
from fenxiao.deals import queries as deals
from fenxiao.deals.models import ActivityType, Application, PlanType
from fenxiao.deals.rules import Split, Terms, split
from fenxiao.deals.rules.application_states import ApplicationPhase, application_phase
from fenxiao.kernel.money import Money
from fenxiao.kernel.settings import settings


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One application of a list with its sale; `is_sold` is False while its product may not be promoted at all."""

    application: Application
    terms: Terms
    split: Split
    phase: ApplicationPhase
    is_sold: bool


def offers_of(applications: Sequence[Application], *, now: datetime) -> list[Offer]:
    """What each of these applications (see `deals.with_terms`) offers, in two statements."""
    goods = Product.objects.offered().filter(pk__in=[each.product_id for each in applications])
    sold = set(goods.values_list("pk", flat=True))
    fee_bp = deals.platform_fee_at(now)
    return [_offer(each, is_sold=each.product_id in sold, platform_fee_bp=fee_bp, now=now) for each in applications]


def phase_of(application: Application, now: datetime) -> ApplicationPhase:
    """Where it stands."""
    return application_phase(
        application.state,
        until_at=application.until_at,
        ends_at=application.ends_at,
        passed_at=application.passed_at,
        now=now,
    )


def terms_of(application: Application, *, platform_fee_bp: int, service_fee_bp: int | None = None) -> Terms:
    """Its terms in force, or with another service fee."""
    is_exclusive = application.activity.type == ActivityType.EXCLUSIVE
    in_force_bp = getattr(application, "service_fee_rate_bp", 0)
    return Terms(
        plan_id=None,
        plan_type=PlanType.ACTIVITY_EXCLUSIVE if is_exclusive else PlanType.ACTIVITY_NORMAL,
        commission_rate_bp=getattr(application, "commission_rate_bp", 0),
        service_fee_rate_bp=in_force_bp if service_fee_bp is None else service_fee_bp,
        platform_fee_rate_bp=platform_fee_bp,
    )


def sale_of(application: Application, terms: Terms) -> Split:
    """One sale at the price of today, divided."""
    return split(Money(application.product.price_fen, settings().currency), terms)


def _offer(application: Application, *, is_sold: bool, platform_fee_bp: int, now: datetime) -> Offer:
    terms = terms_of(application, platform_fee_bp=platform_fee_bp)
    return Offer(
        application=application,
        terms=terms,
        split=sale_of(application, terms),
        phase=phase_of(application, now),
        is_sold=is_sold,
    )

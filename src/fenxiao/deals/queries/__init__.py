"""What is asked of deals."""

from fenxiao.deals.queries.ceilings import (
    heights_of_plans,
    highest_commissions,
    highest_service_fees,
)
from fenxiao.deals.queries.market import Ask
from fenxiao.deals.queries.quote import (
    AfterStep,
    PlanRecord,
    Quote,
    candidates_at,
    closes_at,
    plan_history,
    platform_fee_at,
    quote,
    quoted,
    rates_at,
    terms_at,
)
from fenxiao.deals.queries.standing import Standing, standing_of

__all__ = [
    "AfterStep",
    "Ask",
    "PlanRecord",
    "Quote",
    "Standing",
    "candidates_at",
    "closes_at",
    "heights_of_plans",
    "highest_commissions",
    "highest_service_fees",
    "plan_history",
    "platform_fee_at",
    "quote",
    "quoted",
    "rates_at",
    "standing_of",
    "terms_at",
]

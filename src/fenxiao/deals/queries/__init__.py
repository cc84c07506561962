"""What is asked of deals."""

from fenxiao.deals.queries.quote import (
    Ask,
    PlanRecord,
    Quote,
    closes_at,
    plan_history,
    platform_fee_at,
    quote,
    rates_at,
    terms_at,
)

__all__ = ["Ask", "PlanRecord", "Quote", "closes_at", "plan_history", "platform_fee_at", "quote", "rates_at", "terms_at"]

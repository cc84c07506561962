"""What is asked of deals."""

from fenxiao.deals.queries.bulk import Columns, quotes_in_bulk
from fenxiao.deals.queries.ceilings import (
    heights_of_plans,
    highest_commissions,
    highest_service_fees,
)
from fenxiao.deals.queries.market import Ask
from fenxiao.deals.queries.plans import (
    CommissionRow,
    Differential,
    ListedPlan,
    TradeState,
    Window,
    commission_rows,
    differentials_of,
    listed,
    plans_of_merchant,
    plans_of_product,
    requests_of_creator,
    requests_of_merchant,
    step_windows_of,
    targeted_plans_open_to,
)
from fenxiao.deals.queries.preview import Draft, preview
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
    "Columns",
    "CommissionRow",
    "Differential",
    "Draft",
    "ListedPlan",
    "PlanRecord",
    "Quote",
    "Standing",
    "TradeState",
    "Window",
    "candidates_at",
    "closes_at",
    "commission_rows",
    "differentials_of",
    "heights_of_plans",
    "highest_commissions",
    "highest_service_fees",
    "listed",
    "plan_history",
    "plans_of_merchant",
    "plans_of_product",
    "platform_fee_at",
    "preview",
    "quote",
    "quoted",
    "quotes_in_bulk",
    "rates_at",
    "requests_of_creator",
    "requests_of_merchant",
    "standing_of",
    "step_windows_of",
    "targeted_plans_open_to",
    "terms_at",
]

"""The pure rules of deals: terms and how they divide a sale, when a new rate begins, which plan wins and why."""

from fenxiao.deals.rules.ceiling import Heights, check_ceiling
from fenxiao.deals.rules.ladders import check_ladder, check_only_rises, check_window, extra_after
from fenxiao.deals.rules.plan_states import (
    NEXT_PLAN,
    NEXT_REQUEST,
    NEXT_ROW,
    PlanAct,
    PlanState,
    RequestAct,
    RowAct,
    RowState,
    plan_state,
    row_state,
)
from fenxiao.deals.rules.precedence import PRECEDENCE, REASONS, Candidate, Offer, Reason, weigh
from fenxiao.deals.rules.schedule import (
    NO_CUTS_BEFORE_MIDNIGHT,
    RateEntry,
    beginning,
    begins_at,
    check_rate,
    cut_begins_at,
    entered_after,
    highest_from,
    rate_at,
)
from fenxiao.deals.rules.split import Parts, Split, Step, parts_of, split
from fenxiao.deals.rules.terms import DEFAULT_PLATFORM_FEE_BP, HIGHEST_COMMISSION_BP, Terms

__all__ = [
    "DEFAULT_PLATFORM_FEE_BP",
    "HIGHEST_COMMISSION_BP",
    "NEXT_PLAN",
    "NEXT_REQUEST",
    "NEXT_ROW",
    "NO_CUTS_BEFORE_MIDNIGHT",
    "PRECEDENCE",
    "REASONS",
    "Candidate",
    "Heights",
    "Offer",
    "Parts",
    "PlanAct",
    "PlanState",
    "RateEntry",
    "Reason",
    "RequestAct",
    "RowAct",
    "RowState",
    "Split",
    "Step",
    "Terms",
    "beginning",
    "begins_at",
    "check_ceiling",
    "check_ladder",
    "check_only_rises",
    "check_rate",
    "check_window",
    "cut_begins_at",
    "entered_after",
    "extra_after",
    "highest_from",
    "parts_of",
    "plan_state",
    "rate_at",
    "row_state",
    "split",
    "weigh",
]

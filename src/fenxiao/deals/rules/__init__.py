"""The pure rules of deals: terms and how they divide a sale, when a new rate begins, which plan wins and why."""

from fenxiao.deals.rules.precedence import PRECEDENCE, REASONS, Candidate, Offer, Reason, weigh
from fenxiao.deals.rules.schedule import (
    NO_CUTS_BEFORE_MIDNIGHT,
    RateEntry,
    begins_at,
    check_rate,
    cut_begins_at,
    rate_at,
)
from fenxiao.deals.rules.split import Parts, Split, Step, parts_of, split
from fenxiao.deals.rules.terms import DEFAULT_PLATFORM_FEE_BP, HIGHEST_COMMISSION_BP, Terms

__all__ = [
    "DEFAULT_PLATFORM_FEE_BP",
    "HIGHEST_COMMISSION_BP",
    "NO_CUTS_BEFORE_MIDNIGHT",
    "PRECEDENCE",
    "REASONS",
    "Candidate",
    "Offer",
    "Parts",
    "RateEntry",
    "Reason",
    "Split",
    "Step",
    "Terms",
    "begins_at",
    "check_rate",
    "cut_begins_at",
    "parts_of",
    "rate_at",
    "split",
    "weigh",
]

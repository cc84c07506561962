"""Reading orders: lines of a party, what is due, and what was true at the moment of each of many lines."""

from fenxiao.orders.queries.lines import (
    expected_income,
    lines_due,
    lines_of_creator,
    lines_of_merchant,
    lines_overdue,
)
from fenxiao.orders.queries.moments import levels_at, organisations_behind, scores_at
from fenxiao.orders.queries.windows import valid_lines_in_windows

__all__ = [
    "expected_income",
    "levels_at",
    "lines_due",
    "lines_of_creator",
    "lines_of_merchant",
    "lines_overdue",
    "organisations_behind",
    "scores_at",
    "valid_lines_in_windows",
]

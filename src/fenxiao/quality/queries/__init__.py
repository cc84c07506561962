"""Levels, their grades, reasons and history, as runs say them."""

from fenxiao.quality.queries.checking import differences
from fenxiao.quality.queries.days import day_to_grade
from fenxiao.quality.queries.explaining import Case, WhatIf, case_of, dials_of_product, explanation_of, what_if
from fenxiao.quality.queries.grades import grades_of, is_graded, measured_grades, run_in_force
from fenxiao.quality.queries.history import LevelStep, history_of
from fenxiao.quality.queries.levels import Spread, spread_of_levels
from fenxiao.quality.queries.levers import Levers, levers_of_merchant
from fenxiao.quality.queries.moves import Moves, moves_of
from fenxiao.quality.queries.policies import (
    Standing,
    Version,
    last_dry_run,
    last_request,
    policy_body,
    policy_in_force,
    versions,
)
from fenxiao.quality.queries.recent import LevelMove, Moved, last_moves, moved_lately
from fenxiao.quality.queries.runs import SetAside, Steps, set_aside_by, set_aside_in, steps_of

__all__ = [
    "Case",
    "LevelMove",
    "LevelStep",
    "Levers",
    "Moved",
    "Moves",
    "SetAside",
    "Spread",
    "Standing",
    "Steps",
    "Version",
    "WhatIf",
    "case_of",
    "day_to_grade",
    "dials_of_product",
    "differences",
    "explanation_of",
    "grades_of",
    "history_of",
    "is_graded",
    "last_dry_run",
    "last_moves",
    "last_request",
    "levers_of_merchant",
    "measured_grades",
    "moved_lately",
    "moves_of",
    "policy_body",
    "policy_in_force",
    "run_in_force",
    "set_aside_by",
    "set_aside_in",
    "spread_of_levels",
    "steps_of",
    "versions",
    "what_if",
]

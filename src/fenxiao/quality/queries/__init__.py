"""Levels, their grades, reasons and history, as runs say them."""

from fenxiao.quality.queries.checking import differences
from fenxiao.quality.queries.explaining import WhatIf, dials_of_product, explanation_of, what_if
from fenxiao.quality.queries.grades import grades_of, is_graded, measured_grades, run_in_force
from fenxiao.quality.queries.history import LevelStep, history_of
from fenxiao.quality.queries.moves import Moves, moves_of
from fenxiao.quality.queries.policies import policy_body

__all__ = [
    "LevelStep",
    "Moves",
    "WhatIf",
    "dials_of_product",
    "differences",
    "explanation_of",
    "grades_of",
    "history_of",
    "is_graded",
    "measured_grades",
    "moves_of",
    "policy_body",
    "run_in_force",
    "what_if",
]

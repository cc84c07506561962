"""Policies, grading by them, and what operators ask the worker for."""

from fenxiao.quality.services.backtests import ask_backtest, carry_out_backtest, keep_backtest
from fenxiao.quality.services.grading import grade
from fenxiao.quality.services.levers import work_out_levers
from fenxiao.quality.services.policies import (
    approve_policy,
    decline_policy,
    draft_policy,
    ensure_default_policy,
    propose_policy,
)
from fenxiao.quality.services.regrading import regrade
from fenxiao.quality.services.requests import ask_dry_run, ask_to_grade, carry_out_grading

__all__ = [
    "approve_policy",
    "ask_backtest",
    "ask_dry_run",
    "ask_to_grade",
    "carry_out_backtest",
    "carry_out_grading",
    "decline_policy",
    "draft_policy",
    "ensure_default_policy",
    "grade",
    "keep_backtest",
    "propose_policy",
    "regrade",
    "work_out_levers",
]

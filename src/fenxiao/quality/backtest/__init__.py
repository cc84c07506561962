"""Trying a policy on the past: graded on what was known at a date, compared with what followed. Writes no level."""

from fenxiao.quality.backtest.running import Backtest, backtest

__all__ = ["Backtest", "backtest"]

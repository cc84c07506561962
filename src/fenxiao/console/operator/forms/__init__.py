"""Forms of operators."""

from fenxiao.console.operator.forms.backtest import BacktestForm
from fenxiao.console.operator.forms.goods import ProductFilter, RefusalForm
from fenxiao.console.operator.forms.override import OverrideForm
from fenxiao.console.operator.forms.policy import DeclineForm, PolicyForm

__all__ = ["BacktestForm", "DeclineForm", "OverrideForm", "PolicyForm", "ProductFilter", "RefusalForm"]

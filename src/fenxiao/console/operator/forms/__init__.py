"""Forms of operators."""

from fenxiao.console.operator.forms.backtest import BacktestForm
from fenxiao.console.operator.forms.goods import LiftingForm, ProductFilter, RefusalForm, ViolationFilter, ViolationForm
from fenxiao.console.operator.forms.override import OverrideForm
from fenxiao.console.operator.forms.policy import DeclineForm, PolicyForm
from fenxiao.console.operator.forms.topics import TopicFilter, TopicForm, TopicGoodsForm, TopicRuleForm

__all__ = [
    "BacktestForm",
    "DeclineForm",
    "LiftingForm",
    "OverrideForm",
    "PolicyForm",
    "ProductFilter",
    "RefusalForm",
    "TopicFilter",
    "TopicForm",
    "TopicGoodsForm",
    "TopicRuleForm",
    "ViolationFilter",
    "ViolationForm",
]

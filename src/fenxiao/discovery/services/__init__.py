"""Acts of discovery."""

from fenxiao.discovery.services.boosts import set_boosts
from fenxiao.discovery.services.charts import ChartsBuilt, build_charts
from fenxiao.discovery.services.index import Built, rebuild_index, refresh
from fenxiao.discovery.services.showings import count_trials, forget_showings, log_showing, note_showing
from fenxiao.discovery.services.topics import (
    choose_topic_goods,
    draft_topic,
    edit_topic,
    publish_topic,
    set_topic_rule,
    withdraw_topic,
)

__all__ = [
    "Built",
    "ChartsBuilt",
    "build_charts",
    "choose_topic_goods",
    "count_trials",
    "draft_topic",
    "edit_topic",
    "forget_showings",
    "log_showing",
    "note_showing",
    "publish_topic",
    "rebuild_index",
    "refresh",
    "set_boosts",
    "set_topic_rule",
    "withdraw_topic",
]

"""Acts of discovery."""

from fenxiao.discovery.services.boosts import set_boosts
from fenxiao.discovery.services.cards import CardsCounted, rebuild_cards, refresh_cards
from fenxiao.discovery.services.charts import ChartsBuilt, build_charts
from fenxiao.discovery.services.index import Built, rebuild_index, refresh
from fenxiao.discovery.services.searches import forget_search, rename_search, save_search, see_search
from fenxiao.discovery.services.shortlist import note_on_shortlist, shortlist_creator, unlist_creator
from fenxiao.discovery.services.showings import (
    count_trials,
    forget_showings,
    log_showing,
    note_front,
    note_showing,
)
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
    "CardsCounted",
    "ChartsBuilt",
    "build_charts",
    "choose_topic_goods",
    "count_trials",
    "draft_topic",
    "edit_topic",
    "forget_search",
    "forget_showings",
    "log_showing",
    "note_front",
    "note_on_shortlist",
    "note_showing",
    "publish_topic",
    "rebuild_cards",
    "rebuild_index",
    "refresh",
    "refresh_cards",
    "rename_search",
    "save_search",
    "see_search",
    "set_boosts",
    "set_topic_rule",
    "shortlist_creator",
    "unlist_creator",
    "withdraw_topic",
]

"""The tables of discovery: what was shown to whom and why, charts and topics, searches kept, creators kept."""

from fenxiao.discovery.models.charts import Cap, Chart, ChartCut, ChartRow
from fenxiao.discovery.models.keeping import SavedSearch, ShortlistedCreator
from fenxiao.discovery.models.showing import Boosts, Showing, Surface, Trial, TrialDay
from fenxiao.discovery.models.square import CreatorCard
from fenxiao.discovery.models.topics import Topic, TopicProduct, TopicState

__all__ = [
    "Boosts",
    "Cap",
    "Chart",
    "ChartCut",
    "ChartRow",
    "CreatorCard",
    "SavedSearch",
    "ShortlistedCreator",
    "Showing",
    "Surface",
    "Topic",
    "TopicProduct",
    "TopicState",
    "Trial",
    "TrialDay",
]

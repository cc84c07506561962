"""Acts of facts: `from fenxiao.facts import services as facts`."""

from fenxiao.facts.services.building import Built, build, mark_later_days, mark_lines, mark_reviews, rebuild_all
from fenxiao.facts.services.content import ContentTaken, take_content_days

__all__ = [
    "Built",
    "ContentTaken",
    "build",
    "mark_later_days",
    "mark_lines",
    "mark_reviews",
    "rebuild_all",
    "take_content_days",
]

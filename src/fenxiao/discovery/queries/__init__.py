"""What is asked of discovery: goods by words, filters and order; and what the index is made of."""

from fenxiao.discovery.queries.asking import Reading
from fenxiao.discovery.queries.charts import (
    Charted,
    ChartShown,
    Movement,
    chart,
    chart_categories,
    chart_cuts,
    chart_days,
    charts_on_front,
    latest_chart_day,
    places_of,
)
from fenxiao.discovery.queries.entries import entries_of, offered_ids
from fenxiao.discovery.queries.facets import CategoryCount, Facets, PriceCount
from fenxiao.discovery.queries.front import Front, Leaning, front_goods, leaning_of
from fenxiao.discovery.queries.hits import find
from fenxiao.discovery.queries.reasons import reasons
from fenxiao.discovery.queries.search import Found, FoundProduct, search
from fenxiao.discovery.queries.similar import similar_goods
from fenxiao.discovery.queries.topics import (
    TopicGoods,
    TopicPage,
    topic_goods,
    topic_history,
    topic_page,
    topic_preview,
    topics_for_operators,
    topics_shown,
)
from fenxiao.discovery.rules import SearchAsk, Sort

__all__ = [
    "CategoryCount",
    "ChartShown",
    "Charted",
    "Facets",
    "Found",
    "FoundProduct",
    "Front",
    "Leaning",
    "Movement",
    "PriceCount",
    "Reading",
    "SearchAsk",
    "Sort",
    "TopicGoods",
    "TopicPage",
    "chart",
    "chart_categories",
    "chart_cuts",
    "chart_days",
    "charts_on_front",
    "entries_of",
    "find",
    "front_goods",
    "latest_chart_day",
    "leaning_of",
    "offered_ids",
    "places_of",
    "reasons",
    "search",
    "similar_goods",
    "topic_goods",
    "topic_history",
    "topic_page",
    "topic_preview",
    "topics_for_operators",
    "topics_shown",
]

"""The charts of the last days, a few topics and everybody's card, so that front pages live from the first minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fenxiao.catalog.models import Product
from fenxiao.discovery import services as discovery
from fenxiao.discovery.rules.topics import TopicDraft, TopicRule
from fenxiao.kernel import clock
from fenxiao.simulator.world import BY

CHART_DAYS: Final = 5
PICKED: Final = 8  # goods picked by hand
SHOWN_DAYS: Final = 30


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A topic of the demo market."""

    title_zh: str
    title_en: str
    words_zh: str
    words_en: str
    tint: str
    picked: int = 0  # of the best goods
    rule: TopicRule | None = None
    is_published: bool = True


THEMES: Final = (
    Theme(
        title_zh="爆款直通车",
        title_en="Proven hits",
        words_zh="等级最高、卖得最稳的商品，直播间随时能上。",
        words_en="Goods of the highest levels that sell day after day.",
        tint="orange",
        picked=PICKED,
    ),
    Theme(
        title_zh="精选好物周",
        title_en="Select goods week",
        words_zh="带「精选好物」标识的商品，品质与服务都有保障。",
        words_en="Goods that carry the label, for quality and service.",
        tint="green",
        picked=2,
        rule=TopicRule(select_only=True, most=40),
    ),
    Theme(
        title_zh="50 元以下高佣好物",
        title_en="Under 50, well paid",
        words_zh="低客单、高佣金，新手达人也容易出单。",
        words_en="Low prices and good commission: easy to start with.",
        tint="azure",
        rule=TopicRule(price_max_fen=5_000, commission_min_bp=1_500, sort="commission", most=40),
    ),
    Theme(
        title_zh="下月上新预告",
        title_en="Coming next month",
        words_zh="",
        words_en="",
        tint="purple",
        rule=TopicRule(sort="newest"),
        is_published=False,
    ),
)


def fill_showcase(*, now: datetime) -> None:
    """Make the charts of the last days, oldest first, the topics, and the cards of the creator square."""
    discovery.rebuild_cards(now=now)
    for days in range(CHART_DAYS - 1, -1, -1):
        discovery.build_charts(clock.business_day(now) - timedelta(days=days), by=BY, now=now)
    best = list(Product.objects.offered().order_by("-level", "pk").values_list("pk", flat=True)[:PICKED])
    for weight, theme in enumerate(reversed(THEMES)):
        _make(theme, best, weight=weight, now=now)


def _make(theme: Theme, best: list[int], *, weight: int, now: datetime) -> None:
    starts_at = clock.day_start(clock.business_day(now))
    draft = TopicDraft(
        title_zh=theme.title_zh,
        title_en=theme.title_en,
        words_zh=theme.words_zh,
        words_en=theme.words_en,
        tint=theme.tint,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=SHOWN_DAYS),
        weight=weight,
    )
    topic = discovery.draft_topic(draft, by=BY, now=now)
    if theme.picked:
        discovery.choose_topic_goods(topic, product_ids=best[: theme.picked], by=BY, now=now)
    if theme.rule:
        discovery.set_topic_rule(topic, rule=theme.rule, by=BY, now=now)
    if theme.is_published and (theme.rule or best):
        discovery.publish_topic(topic, by=BY, now=now)

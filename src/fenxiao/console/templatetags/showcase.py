"""Lines of charts in words and signs."""

from django import template
from django.utils.translation import gettext as _

from fenxiao.console.templatetags.figures import money_short, named, spoken
from fenxiao.discovery.models import Chart, Topic
from fenxiao.discovery.queries import Charted, Movement
from fenxiao.discovery.rules.charts import SOLD_DAYS

register = template.Library()

ICONS = {
    Chart.RISING: "trending-up",
    Chart.BEST_SELLING: "flame",
    Chart.BEST_EARNING: "coin-yuan",
    Chart.MOST_PICKED: "bookmark",
    Chart.TOOK_OFF: "rocket",
}


@register.filter
def charted(line: Charted) -> str:
    """What a line is on its chart for; money with its sign."""
    if line.chart == Chart.BEST_EARNING:
        return _("creators earned %(money)s in %(days)s days") % {"money": money_short(line.figure), "days": SOLD_DAYS}
    return spoken((line.zh, line.en))


@register.filter
def chart_icon(chart: str) -> str:
    """The icon of a chart."""
    return ICONS[Chart(chart)]


@register.inclusion_tag("console/movement.html")
def movement(line: Charted) -> dict[str, object]:
    """Where a line stands against the day before."""
    return {"movement": line.movement.value, "steps": line.steps, "kinds": Movement}


@register.filter
def topic_title(topic: Topic) -> str:
    """The title in the language of the page; in Chinese where there is no other."""
    return named(_Named(topic.title_zh, topic.title_en or topic.title_zh))


@register.filter
def topic_words(topic: Topic) -> str:
    """The words in the language of the page; in Chinese where there are no others."""
    return named(_Named(topic.words_zh, topic.words_en or topic.words_zh))


class _Named:
    def __init__(self, name_zh: str, name_en: str) -> None:
        self.name_zh, self.name_en = name_zh, name_en

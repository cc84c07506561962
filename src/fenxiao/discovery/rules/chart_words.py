"""A figure of a chart in words."""

from fenxiao.discovery.rules.charts import RECENT_DAYS, SOLD_DAYS, Ranked
from fenxiao.kernel.money import Money


def figure_zh(chart: str, figure: int, *, currency: str) -> str:
    """What a product is on the chart for, in Chinese."""
    match Ranked(chart):
        case Ranked.RISING:
            return f"近 {RECENT_DAYS} 日买家数至少增长 {figure // 100:,}%"
        case Ranked.BEST_SELLING:
            return f"近 {SOLD_DAYS} 日售出 {figure:,} 件"
        case Ranked.BEST_EARNING:
            return f"近 {SOLD_DAYS} 日达人佣金 {Money(figure, currency)}"
        case Ranked.MOST_PICKED:
            return f"近 {SOLD_DAYS} 日 {figure:,} 位达人选入货架"
        case Ranked.TOOK_OFF:
            return f"上新以来每日至少 {figure / 100:,.1f} 位买家"


def figure_en(chart: str, figure: int, *, currency: str) -> str:
    """What a product is on the chart for, in English."""
    match Ranked(chart):
        case Ranked.RISING:
            return f"buyers up by at least {figure // 100:,}% in {RECENT_DAYS} days"
        case Ranked.BEST_SELLING:
            return f"{figure:,} sold in {SOLD_DAYS} days"
        case Ranked.BEST_EARNING:
            return f"creators earned {Money(figure, currency)} in {SOLD_DAYS} days"
        case Ranked.MOST_PICKED:
            return f"picked by {figure:,} creators in {SOLD_DAYS} days"
        case Ranked.TOOK_OFF:
            return f"at least {figure / 100:,.1f} buyers a day since it came"

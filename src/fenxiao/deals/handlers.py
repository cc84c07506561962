"""What deals do on news of goods, and on their own news of plans and applications."""

from typing import Any

from fenxiao.deals import services
from fenxiao.kernel.outbox import News, on


@on("product.changed", "product.levelled")
def tell_holders_of_goods(news: News) -> None:
    """Goods went off shelf or fell to L0: everyone who has them on the shelf is told."""
    services.tell_of_goods(news.payload["products"], cause=f"event:{news.event_id}", now=news.now)


@on("plan.opened", "plan.changed", "plan.closed", "application.ended", "application.changed")
def tell_holders_of_terms(news: News) -> None:
    """Plans and cooperations came and went: whoever has lost all terms for goods on the shelf is told."""
    services.tell_of_terms(_goods(news.payload), cause=f"event:{news.event_id}", now=news.now)


def _goods(payload: dict[str, Any]) -> list[int]:
    """The goods that news is about: one plan names one, many plans name theirs together."""
    return payload["products"] if "products" in payload else [payload["product"]]


@on("product.changed")
def end_cooperations_of_goods(news: News) -> None:
    """Goods were taken down or refused: their applications end. Those that are on the shelf are passed over."""
    services.expire_off_shelf(news.payload["products"], now=news.now)

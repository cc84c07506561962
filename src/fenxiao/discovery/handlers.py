"""News from below: goods, their levels and plans changed, or their merchants came and went."""

from collections.abc import Iterable

from fenxiao.catalog.models import Product
from fenxiao.discovery import folders, services
from fenxiao.kernel.outbox import News, on


@on("product.admitted", "product.changed", "product.levelled")
def refresh_products(news: News) -> None:
    """Index the products as they stand now."""
    _refresh(news.payload["products"], news)


@on("application.passed", "application.changed", "application.ended", "application.extended")
def refresh_products_of_applications(news: News) -> None:
    """Index the goods that came into a leader's activity or left it; what begins by itself waits for the next build."""
    _refresh(news.payload["products"], news)


@on("plan.opened", "plan.changed", "plan.closed")
def refresh_product_of_plan(news: News) -> None:
    """Index the plan's product as it stands now, or the products of a shop's plan or of many plans."""
    told = news.payload
    _refresh(told["products"] if "products" in told else [told["product"]], news)


@on("organisation.suspended", "organisation.restored")
def refresh_goods_of_merchant(news: News) -> None:
    """Index all goods of a merchant who may or may not offer them any more."""
    _refresh(Product.objects.filter(merchant__in=news.payload["organisations"]).values_list("pk", flat=True), news)


@on("creator.changed")
def refresh_cards_of_creators(news: News) -> None:
    """Count what the square shows of creators who told something new, consent among it."""
    services.refresh_cards(news.payload["creators"], now=news.now)


@on("organisation.suspended", "organisation.restored")
def refresh_cards_of_organisations(news: News) -> None:
    """Take creators off the square, or put them back."""
    services.refresh_cards(news.payload["organisations"], now=news.now)


def _refresh(product_ids: Iterable[int], news: News) -> None:
    # Without an index there is nothing to keep fresh: the first build reads everything as it stands then.
    if folders.live() is not None:
        services.refresh(product_ids, now=news.now)

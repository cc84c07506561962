"""What the catalog does on news from below."""

from fenxiao.catalog import services
from fenxiao.kernel import outbox
from fenxiao.kernel.outbox import News


@outbox.on("organisation.suspended", "organisation.restored")
def reconsider_goods(news: News) -> None:
    """A merchant left or came back: all their goods changed for whoever offers them."""
    services.announce_goods_of(news.payload["organisations"])

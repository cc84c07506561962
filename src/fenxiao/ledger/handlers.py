"""What the ledger does on news from below."""

from fenxiao.kernel.actors import SYSTEM
from fenxiao.kernel.outbox import News, on
from fenxiao.ledger import services


@on("order.refunded")
def take_back_shares(news: News) -> None:
    """Take back the shares of lines that were settled before the refund; the others' base is less by itself."""
    services.claw_back(news.payload["lines"], by=SYSTEM, now=news.now)


@on("line.settled", "line.clawed_back", "order.refunded", "order.invalid")
def count_guarantees_again(news: News) -> None:
    """A line of an application whose guarantee was counted has changed: count that again."""
    services.recount_guarantees(news.payload["lines"], by=SYSTEM, now=news.now)

"""News from below: what changed must be counted again."""

from fenxiao.facts import services
from fenxiao.facts.rules import MOVED_BACK, TOUCHED
from fenxiao.kernel.outbox import News, on


@on(*TOUCHED)
def mark_lines_of(news: News) -> None:
    """Mark the days on which the event's lines stand."""
    services.mark_lines(news.payload["lines"], moments=TOUCHED[news.name])
    if news.name in MOVED_BACK:
        moment, column = MOVED_BACK[news.name]
        services.mark_later_days(news.payload["lines"], moment=moment, column=column)


@on("review.written")
def mark_reviews_of(news: News) -> None:
    """Mark the days of the reviews."""
    services.mark_reviews(news.payload["reviews"])

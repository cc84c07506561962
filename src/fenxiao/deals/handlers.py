"""What deals do on news of goods, and on their own news of plans and applications."""

from datetime import datetime
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


@on("application.made")
def tell_leaders_who_applies(news: News) -> None:
    """Merchants and first leaders applied: the leaders of the activities are told."""
    services.tell_of_applying(news.payload["applications"], cause=f"event:{news.event_id}", now=news.now)


@on("application.passed", "application.rejected")
def tell_of_an_audit(news: News) -> None:
    """A leader audited: those who applied are told."""
    is_passed = news.name == "application.passed"
    services.tell_of_audit(
        news.payload["applications"], is_passed=is_passed, cause=f"event:{news.event_id}", now=news.now
    )


@on("application.ending", "application.ended")
def tell_of_ended_cooperations(news: News) -> None:
    """One side ended what was passed, or what waited: the other side is told, at once."""
    is_ahead = news.name == "application.ending"
    services.tell_of_ends(news.payload["applications"], is_ahead=is_ahead, cause=f"event:{news.event_id}", now=news.now)


@on("wish.asked", "cancellation.asked", "wish.granted", "wish.declined", "wish.withdrawn")
def tell_of_wishes(news: News) -> None:
    """One side asked, answered or took back what it asked: the other side is told."""
    what = news.name.partition(".")[2]
    services.tell_of_wish(news.payload["wish"], what=what, cause=f"event:{news.event_id}", now=news.now)


@on("trusteeship.proposed", "trusteeship.accepted", "trusteeship.ended")
def tell_of_trusteeships(news: News) -> None:
    """A trusteeship was proposed, accepted or ended: the other side is told."""
    services.tell_of_trusteeship(
        news.payload["trusteeship"],
        what=news.name.partition(".")[2],
        side=news.payload.get("side"),
        cause=f"event:{news.event_id}",
        now=news.now,
    )


@on("plan_request.made")
def tell_merchants_who_asks(news: News) -> None:
    """A creator asked into a plan: its merchant is told."""
    services.tell_of_request(news.payload["request"], cause=f"event:{news.event_id}", now=news.now)


@on("plan_request.decided")
def tell_creators_of_answers(news: News) -> None:
    """Requests were answered: the creators are told."""
    services.tell_of_decisions(news.payload["requests"], cause=f"event:{news.event_id}", now=news.now)


@on("plan.creators_named", "plan.creators_unnamed")
def tell_creators_of_plans(news: News) -> None:
    """Merchants named creators in plans or take them out: the creators are told."""
    is_named = news.name == "plan.creators_named"
    services.tell_of_rows(news.payload["rows"], is_named=is_named, cause=f"event:{news.event_id}", now=news.now)


@on("activity.creators_named", "activity.creators_unnamed")
def tell_creators_of_activities(news: News) -> None:
    """A leader named creators in an exclusive activity or takes them out: the creators are told."""
    until = news.payload.get("until_at")
    services.tell_of_naming(
        news.payload["activity"],
        creator_ids=news.payload["creators"],
        until_at=datetime.fromisoformat(until) if until else None,
        cause=f"event:{news.event_id}",
        now=news.now,
    )


@on("activity.published")
def tell_whom_an_activity_names(news: News) -> None:
    """An activity opened for those it names: they are told."""
    services.tell_of_publishing(news.payload["activity"], cause=f"event:{news.event_id}", now=news.now)

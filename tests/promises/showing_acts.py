"""Acts on charts and topics, done once, with the audit rows they must leave."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from fenxiao.discovery import services as discovery
from fenxiao.discovery.models import Topic
from fenxiao.discovery.rules.topics import TopicDraft, TopicRule
from fenxiao.kernel.actors import Actor
from tests.cast import NOON

if TYPE_CHECKING:
    from tests.promises.acts import Stage

PREPARED = Actor(name="preparation")
LATER = NOON + timedelta(hours=1)
TODAY = NOON.date()
DRAFT = TopicDraft(title_zh="早春", starts_at=NOON, ends_at=NOON + timedelta(days=9))
Act = Callable[["Stage"], Callable[[], object]]


def _with_topic(act: Callable[[Topic], object]) -> Act:
    """On a draft with a rule, which may be published."""

    def prepare(stage: "Stage") -> Callable[[], object]:
        topic = discovery.draft_topic(DRAFT, by=PREPARED, now=NOON)
        discovery.set_topic_rule(topic, rule=TopicRule(select_only=True), by=PREPARED, now=NOON)
        return lambda: act(topic)

    return prepare


def _choose(by: Actor) -> Act:
    def prepare(stage: "Stage") -> Callable[[], object]:
        topic = discovery.draft_topic(DRAFT, by=PREPARED, now=NOON)
        return lambda: discovery.choose_topic_goods(topic, product_ids=[stage.cup.pk], by=by, now=LATER)

    return prepare


def _withdraw(by: Actor) -> Act:
    def prepare(stage: "Stage") -> Callable[[], object]:
        topic = discovery.draft_topic(DRAFT, by=PREPARED, now=NOON)
        discovery.set_topic_rule(topic, rule=TopicRule(), by=PREPARED, now=NOON)
        discovery.publish_topic(topic, by=PREPARED, now=NOON)
        return lambda: discovery.withdraw_topic(topic, by=by, now=LATER)

    return prepare


def showing_acts(by: Actor) -> dict[str, tuple[Act, list[str]]]:
    """How each is prepared and done, and the acts its audit rows name."""
    return {
        "discovery.build_charts": (
            lambda stage: lambda: discovery.build_charts(TODAY, by=by, now=LATER),
            ["build_charts"],
        ),
        "discovery.draft_topic": (
            lambda stage: lambda: discovery.draft_topic(DRAFT, by=by, now=LATER),
            ["draft_topic"],
        ),
        "discovery.edit_topic": (
            _with_topic(lambda topic: discovery.edit_topic(topic, draft=replace(DRAFT, weight=3), by=by, now=LATER)),
            ["edit_topic"],
        ),
        "discovery.set_topic_rule": (
            _with_topic(lambda topic: discovery.set_topic_rule(topic, rule=TopicRule(), by=by, now=LATER)),
            ["set_topic_rule"],
        ),
        "discovery.choose_topic_goods": (_choose(by), ["choose_topic_goods"]),
        "discovery.publish_topic": (
            _with_topic(lambda topic: discovery.publish_topic(topic, by=by, now=LATER)),
            ["publish_topic"],
        ),
        "discovery.withdraw_topic": (_withdraw(by), ["withdraw_topic"]),
    }

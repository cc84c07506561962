"""Acts on topics: drafted, filled by hand or by a rule, published and withdrawn. Their history is the audit trail."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from fenxiao.catalog.models import Category, Product
from fenxiao.discovery.errors import TopicEmpty, TopicOver, TopicStateWrong
from fenxiao.discovery.models import Topic, TopicProduct, TopicState
from fenxiao.discovery.rules.topics import MOST_PICKED, TopicDraft, TopicRule, checked_draft, read_rule
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput

STATES_ZH = {TopicState.DRAFT: "草稿", TopicState.PUBLISHED: "已发布", TopicState.WITHDRAWN: "已撤下"}


@transaction.atomic
def draft_topic(draft: TopicDraft, *, by: Actor, now: datetime) -> Topic:
    """A new topic that nobody sees yet. Refuses (`BadInput`) a field that cannot be."""
    topic = Topic.objects.create(**asdict(checked_draft(draft)), made_by=by.name, made_at=now)
    audit.record("draft_topic", topic, by=by, now=now, after=_told(draft))
    outbox.publish("topic.drafted", topic=topic.pk)
    return topic


@transaction.atomic
def edit_topic(topic: Topic, *, draft: TopicDraft, by: Actor, now: datetime) -> Topic:
    """Other words, cover, dates or weight, at once also where it is shown. Refuses a field that cannot be."""
    topic = _locked(topic)
    after = asdict(checked_draft(draft))
    before = {name: getattr(topic, name) for name in after}
    for name, value in after.items():
        setattr(topic, name, value)
    topic.save(update_fields=list(after))
    changed = {name for name in after if before[name] != after[name]}
    audit.record(
        "edit_topic",
        topic,
        by=by,
        now=now,
        before=_plain({name: before[name] for name in changed}),
        after=_plain({name: after[name] for name in changed}) or {"unchanged": True},
    )
    outbox.publish("topic.changed", topic=topic.pk)
    return topic


@transaction.atomic
def set_topic_rule(topic: Topic, *, rule: TopicRule | None, by: Actor, now: datetime) -> Topic:
    """Let goods that meet a rule come onto it after the hand-picked; None: only those. Refuses a rule by its field."""
    topic = _locked(topic)
    if rule is not None:
        read_rule(rule.stored())
        _check_category(rule.category_id)
    before, topic.rule = topic.rule, rule.stored() if rule is not None else None
    topic.save(update_fields=["rule"])
    audit.record("set_topic_rule", topic, by=by, now=now, before={"rule": before}, after={"rule": topic.rule})
    outbox.publish("topic.changed", topic=topic.pk)
    return topic


@transaction.atomic
def choose_topic_goods(topic: Topic, *, product_ids: Sequence[int], by: Actor, now: datetime) -> Topic:
    """Make these its hand-picked goods, in this order.

    Refuses (`BadInput`) too many, one named twice, and a new one that is not offered; one that was on it before and
    fell since may stay.
    """
    topic = _locked(topic)
    before = list(TopicProduct.objects.filter(topic=topic).order_by("row").values_list("product_id", flat=True))
    _check_goods(product_ids, known=set(before))
    TopicProduct.objects.filter(topic=topic).delete()
    TopicProduct.objects.bulk_create(
        TopicProduct(topic=topic, product_id=pk, row=row) for row, pk in enumerate(product_ids, start=1)
    )
    after = {"products": list(product_ids)}
    audit.record("choose_topic_goods", topic, by=by, now=now, before={"products": before}, after=after)
    outbox.publish("topic.changed", topic=topic.pk)
    return topic


@transaction.atomic
def publish_topic(topic: Topic, *, by: Actor, now: datetime) -> Topic:
    """Show it within its dates. Refuses one that is published, shows nothing, or is over."""
    topic = _locked(topic)
    if topic.state == TopicState.PUBLISHED:
        raise _wrong_state(topic)
    if topic.ends_at <= now:
        raise TopicOver
    if topic.rule is None and not TopicProduct.objects.filter(topic=topic).exists():
        raise TopicEmpty
    return _move(topic, TopicState.PUBLISHED, act="publish_topic", by=by, now=now)


@transaction.atomic
def withdraw_topic(topic: Topic, *, by: Actor, now: datetime) -> Topic:
    """Show it no more, whatever its dates. Refuses one that is not published."""
    topic = _locked(topic)
    if topic.state != TopicState.PUBLISHED:
        raise _wrong_state(topic)
    return _move(topic, TopicState.WITHDRAWN, act="withdraw_topic", by=by, now=now)


def _move(topic: Topic, state: TopicState, *, act: str, by: Actor, now: datetime) -> Topic:
    before, topic.state = topic.state, state
    topic.save(update_fields=["state"])
    audit.record(act, topic, by=by, now=now, before={"state": before}, after={"state": state.value})
    outbox.publish(f"topic.{state.value}", topic=topic.pk)
    return topic


def _locked(topic: Topic) -> Topic:
    return Topic.objects.select_for_update().get(pk=topic.pk)


def _wrong_state(topic: Topic) -> TopicStateWrong:
    return TopicStateWrong(state_zh=STATES_ZH[TopicState(topic.state)], state_en=topic.state)


def _check_goods(product_ids: Sequence[int], *, known: set[int]) -> None:
    if len(product_ids) > MOST_PICKED:
        raise BadInput(field="products", reason_zh=f"最多 {MOST_PICKED} 件", reason_en=f"at most {MOST_PICKED}")
    if len(set(product_ids)) < len(product_ids):
        raise BadInput(field="products", reason_zh="同一商品重复", reason_en="one product stands twice")
    new = set(product_ids) - known
    missing = new - set(Product.objects.offered().filter(pk__in=new).values_list("pk", flat=True))
    if missing:
        said = ", ".join(map(str, sorted(missing)[:10]))
        raise BadInput(field="products", reason_zh=f"商品 {said} 不在售", reason_en=f"not on offer: {said}")


def _check_category(category_id: str | None) -> None:
    if category_id is not None and not Category.objects.filter(pk=category_id).exists():
        raise BadInput(field="category_id", reason_zh="没有这个类目", reason_en="there is no such category")


def _told(draft: TopicDraft) -> dict[str, Any]:
    return _plain(asdict(draft))


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Ready for JSON."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()}

"""Topics: drafted, filled, published; shown within their dates and only with goods on offer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Level, Product
from fenxiao.discovery import queries, services
from fenxiao.discovery.errors import IndexMissing, TopicEmpty, TopicNotShown, TopicOver, TopicStateWrong
from fenxiao.discovery.models import Topic, TopicProduct, TopicState
from fenxiao.discovery.rules.topics import MOST_PICKED, TopicDraft, TopicRule, read_rule
from fenxiao.kernel.clock import business_day, day_start
from fenxiao.kernel.errors import BadInput, Refused
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_product
from tests.discovery.shop import Shop, open_shop

WEEK = timedelta(days=7)
DRAFT = TopicDraft(title_zh="早春露营", title_en="Early spring", starts_at=NOON, ends_at=NOON + WEEK)


@pytest.fixture
def shop(mei: Organisation) -> Shop:
    return open_shop(mei)


@pytest.fixture
def topic(db: None) -> Topic:
    return services.draft_topic(DRAFT, by=BY, now=NOON)


def choose(topic: Topic, *goods: Product) -> None:
    services.choose_topic_goods(topic, product_ids=[each.pk for each in goods], by=BY, now=NOON)


def refused(act: Any, *args: object, **options: object) -> Refused:
    """Acts and gives the refusal; nothing may have changed by it."""
    before = list(Topic.objects.values()), AuditRow.objects.count(), OutboxEvent.objects.count()
    with pytest.raises(Refused) as caught:
        act(*args, **options, by=BY, now=NOON)
    assert before == (list(Topic.objects.values()), AuditRow.objects.count(), OutboxEvent.objects.count())
    return caught.value


def test_a_topic_goes_from_draft_to_the_shelf_and_back(topic: Topic, shop: Shop) -> None:
    choose(topic, shop.beans, shop.litter)
    before = queries.topics_shown(now=NOON)

    services.publish_topic(topic, by=BY, now=NOON)
    shown = queries.topics_shown(now=NOON)
    services.withdraw_topic(topic, by=BY, now=NOON)

    assert (before, shown, queries.topics_shown(now=NOON)) == ([], [topic], [])
    assert list(
        AuditRow.objects.filter(subject_type="discovery.topic").order_by("pk").values_list("act", flat=True)
    ) == [
        "draft_topic",
        "choose_topic_goods",
        "publish_topic",
        "withdraw_topic",
    ]
    assert set(OutboxEvent.objects.values_list("name", flat=True)) == {
        "topic.drafted",
        "topic.changed",
        "topic.published",
        "topic.withdrawn",
    }


@pytest.mark.parametrize(("after", "is_shown"), [(-timedelta(seconds=1), False), (timedelta(), True), (WEEK, False)])
def test_a_topic_is_shown_only_within_its_dates(topic: Topic, shop: Shop, after: timedelta, is_shown: bool) -> None:
    choose(topic, shop.beans)
    services.publish_topic(topic, by=BY, now=NOON)

    assert queries.topics_shown(now=NOON + after) == ([topic] if is_shown else [])
    if not is_shown:
        with pytest.raises(TopicNotShown):
            queries.topic_page(topic.pk, now=NOON + after)


def test_heavier_topics_stand_first(shop: Shop) -> None:
    made = [services.draft_topic(replace(DRAFT, weight=weight), by=BY, now=NOON) for weight in (0, 5, -1)]
    for each in made:
        choose(each, shop.beans)
        services.publish_topic(each, by=BY, now=NOON)

    assert [each.weight for each in queries.topics_shown(now=NOON)] == [5, 0, -1]
    assert [each.weight for each in queries.topics_shown(now=NOON, limit=1)] == [5]


def test_hand_picked_goods_come_before_those_of_the_rule(topic: Topic, shop: Shop) -> None:
    services.rebuild_index(now=NOON)
    choose(topic, shop.drip, shop.litter)
    services.set_topic_rule(topic, rule=TopicRule(price_max_fen=7_000, sort="price_desc"), by=BY, now=NOON)
    services.publish_topic(topic, by=BY, now=NOON)

    page = queries.topic_page(topic.pk, now=NOON)

    assert page.products == [shop.drip, shop.litter, shop.beans]
    assert (page.picked_ids, page.total, page.next_cursor) == ({shop.drip.pk, shop.litter.pk}, 3, None)


def test_pages_of_a_topic_go_on_where_they_ended(topic: Topic, shop: Shop) -> None:
    choose(topic, shop.drip, shop.litter, shop.beans)
    services.publish_topic(topic, by=BY, now=NOON)

    first = queries.topic_page(topic.pk, now=NOON, per_page=2)
    rest = queries.topic_page(topic.pk, now=NOON, per_page=2, cursor=first.next_cursor)

    assert [*first.products, *rest.products] == [shop.drip, shop.litter, shop.beans]
    assert (first.next_cursor, rest.next_cursor) == ("2", None)


@pytest.mark.parametrize("cursor", ["x", "-1", "²", "9" * 5_000])
def test_a_malformed_cursor_is_refused(topic: Topic, shop: Shop, cursor: str) -> None:
    choose(topic, shop.drip)
    services.publish_topic(topic, by=BY, now=NOON)

    with pytest.raises(BadInput) as caught:
        queries.topic_page(topic.pk, now=NOON, cursor=cursor)

    assert caught.value.details["field"] == "cursor"


def test_goods_that_fell_vanish_and_the_operator_is_told(topic: Topic, shop: Shop) -> None:
    choose(topic, shop.drip, shop.litter, shop.beans)
    services.publish_topic(topic, by=BY, now=NOON)
    Product.objects.filter(pk=shop.litter.pk).update(level=Level.UNQUALIFIED)

    assert queries.topic_page(topic.pk, now=NOON).products == [shop.drip, shop.beans]
    goods = queries.topic_goods(topic, now=NOON)
    assert ([each.product for each in goods.picked], goods.gone) == (
        [shop.drip, shop.litter, shop.beans],
        {shop.litter.pk},
    )
    assert [(each.picked, each.gone) for each in queries.topics_for_operators()] == [(3, 1)]


def test_a_rule_without_an_index_is_refused_rather_than_empty(topic: Topic) -> None:
    services.set_topic_rule(topic, rule=TopicRule(select_only=True), by=BY, now=NOON)
    services.publish_topic(topic, by=BY, now=NOON)

    with pytest.raises(IndexMissing):
        queries.topic_page(topic.pk, now=NOON)


def test_a_topic_that_would_show_nothing_is_not_published(topic: Topic, shop: Shop) -> None:
    assert isinstance(refused(services.publish_topic, topic), TopicEmpty)

    choose(topic, shop.beans)
    services.edit_topic(topic, draft=replace(DRAFT, starts_at=NOON - WEEK, ends_at=NOON), by=BY, now=NOON)

    assert isinstance(refused(services.publish_topic, topic), TopicOver)


def test_an_act_in_the_wrong_state_is_refused(topic: Topic, shop: Shop) -> None:
    choose(topic, shop.beans)

    assert isinstance(refused(services.withdraw_topic, topic), TopicStateWrong)
    services.publish_topic(topic, by=BY, now=NOON)
    assert isinstance(refused(services.publish_topic, topic), TopicStateWrong)
    topic.refresh_from_db()
    assert topic.state == TopicState.PUBLISHED


def test_an_edit_says_what_it_changed(topic: Topic) -> None:
    services.edit_topic(topic, draft=replace(DRAFT, title_en="Spring", weight=2), by=BY, now=NOON)

    row = AuditRow.objects.get(act="edit_topic")
    assert (row.before, row.after) == (
        {"title_en": "Early spring", "weight": 0},
        {"title_en": "Spring", "weight": 2},
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title_zh", "  "),
        ("title_zh", "字" * 61),
        ("title_en", "a\0b"),
        ("words_en", "x" * 1_001),
        ("cover_url", "javascript:alert(1)"),
        ("cover_url", "https://[::1"),
        ("tint", "plaid"),
        ("ends_at", NOON),
        ("weight", 1_001),
    ],
)
def test_a_field_of_a_topic_that_cannot_be_is_refused_by_name(topic: Topic, field: str, value: Any) -> None:
    draft = replace(DRAFT, **{field: value})

    assert refused(services.draft_topic, draft).details["field"] == field
    assert refused(services.edit_topic, topic, draft=draft).details["field"] == field


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ([], "rule"),
        ({"brand": "x"}, "brand"),
        ({"page": 2}, "page"),
        ({"price_min_fen": "1"}, "price_min_fen"),
        ({"price_min_fen": True}, "price_min_fen"),
        ({"price_min_fen": -1}, "price_min_fen"),
        ({"levels": [0]}, "levels"),
        ({"levels": ["1"]}, "levels"),
        ({"levels": 3}, "levels"),
        ({"select_only": 1}, "select_only"),
        ({"sort": "best"}, "sort"),
        ({"newest_days": 0}, "newest_days"),
        ({"newest_days": 10**9}, "newest_days"),
        ({"most": 101}, "most"),
        ({"text": "x" * 101}, "text"),
    ],
)
def test_a_rule_that_cannot_be_asked_is_refused_by_its_field(told: object, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_rule(told)

    assert caught.value.details["field"] == field


def test_a_stored_rule_is_read_as_it_was() -> None:
    rule = TopicRule(text="猫", levels=(3, 4), select_only=True, newest_days=30, commission_min_bp=2_000, most=10)

    assert rule.stored() == {
        "text": "猫",
        "levels": [3, 4],
        "select_only": True,
        "newest_days": 30,
        "commission_min_bp": 2_000,
        "most": 10,
    }
    assert read_rule(rule.stored()) == rule
    assert rule.ask(now=NOON).admitted_since == day_start(business_day(NOON) - timedelta(days=30))


def test_a_rule_of_no_category_is_refused(topic: Topic) -> None:
    assert refused(services.set_topic_rule, topic, rule=TopicRule(category_id="no")).details["field"] == "category_id"


def test_goods_that_cannot_be_chosen_are_refused(topic: Topic, shop: Shop, mei: Organisation) -> None:
    fallen = make_product(mei, "fallen", level=0)
    wrong = [[shop.beans.pk, shop.beans.pk], [fallen.pk], [10**12], list(range(1, MOST_PICKED + 2))]

    assert [refused(services.choose_topic_goods, topic, product_ids=ids).details["field"] for ids in wrong] == [
        "products"
    ] * 4
    assert TopicProduct.objects.count() == 0


def test_a_chosen_good_that_fell_may_stay_while_others_move(topic: Topic, shop: Shop) -> None:
    choose(topic, shop.tray, shop.drip)
    Product.objects.filter(pk=shop.tray.pk).update(level=Level.UNQUALIFIED)

    choose(topic, shop.drip, shop.tray, shop.litter)

    rows = TopicProduct.objects.order_by("row").values_list("row", "product")
    assert list(rows) == [(1, shop.drip.pk), (2, shop.tray.pk), (3, shop.litter.pk)]


def test_a_topic_asks_as_much_for_many_goods(topic: Topic, shop: Shop) -> None:
    services.rebuild_index(now=NOON)
    services.set_topic_rule(topic, rule=TopicRule(text="咖啡"), by=BY, now=NOON)
    services.publish_topic(topic, by=BY, now=NOON)

    def asked() -> int:
        with CaptureQueriesContext(connection) as context:
            queries.topic_page(topic.pk, now=NOON)
        return len(context)

    choose(topic, shop.litter)
    one = asked()
    choose(topic, shop.litter, shop.tray, shop.beans)

    assert asked() == one

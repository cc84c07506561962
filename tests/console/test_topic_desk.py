"""Operators' desk of topics and charts: drafted, filled, previewed, published, withdrawn, watched."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.discovery import services as discovery
from fenxiao.discovery.models import Topic, TopicProduct, TopicState
from fenxiao.discovery.rules.topics import TopicDraft
from fenxiao.kernel import clock
from fenxiao.kernel.clock import business_day, day_start
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Organisation
from tests.cast import BY, make_plan, make_product
from tests.console.conftest import Visit
from tests.discovery.conftest import own_index  # noqa: F401  a fixture
from tests.facts.market import make_line

TODAY = business_day(clock.now())
ENTERED = {
    "title_zh": "露营季",
    "title_en": "Camping",
    "words_zh": "轻装出发",
    "words_en": "Travel light",
    "first_day": TODAY.isoformat(),
    "last_day": (TODAY + timedelta(days=6)).isoformat(),
    "weight": "3",
    "cover_url": "",
    "tint": "green",
}
RULE = {"text": "tent", "sort": "price_asc", "most": "5", "price_max_fen": "150.00"}


@pytest.fixture
def desk(visit: Visit, ops: Organisation) -> Client:
    return visit(ops, language="en")


@pytest.fixture
def goods(mei: Organisation) -> list[Product]:
    made = [make_product(mei, title) for title in ("Small tent", "Large tent", "Stove")]
    for product in made:
        make_plan(product, rate_bp=2_000)
    return made


@pytest.fixture
def topic(goods: list[Product]) -> Topic:
    now = clock.now()
    draft = TopicDraft(title_zh="露营季", title_en="Camping", starts_at=now, ends_at=now + timedelta(days=9))
    return discovery.draft_topic(draft, by=BY, now=now)


def picked(topic: Topic) -> list[int]:
    return list(TopicProduct.objects.filter(topic=topic).order_by("row").values_list("product_id", flat=True))


def choose(topic: Topic, *goods: Product) -> None:
    discovery.choose_topic_goods(topic, product_ids=[each.pk for each in goods], by=BY, now=clock.now())


def test_a_topic_is_drafted_filled_published_and_withdrawn(desk: Client, goods: list[Product]) -> None:
    desk.post("/operator/topics/new/", ENTERED)
    topic = Topic.objects.get()
    desk.post(f"/operator/topics/{topic.pk}/goods", {"numbers": f"#{goods[2].pk}, {goods[0].pk}"})
    preview = desk.get(f"/operator/topics/{topic.pk}/").content.decode()
    desk.post(f"/operator/topics/{topic.pk}/publish")
    topic.refresh_from_db()
    published = topic.state
    desk.post(f"/operator/topics/{topic.pk}/withdraw")
    topic.refresh_from_db()

    assert (topic.starts_at, topic.ends_at) == (day_start(TODAY), day_start(TODAY + timedelta(days=7)))
    assert (topic.title_en, topic.weight, topic.tint) == ("Camping", 3, "green")
    assert preview.index("Stove") < preview.index("Small tent")
    assert (published, topic.state) == (TopicState.PUBLISHED, TopicState.WITHDRAWN)
    assert "Publish as shown below" in preview


def test_a_topic_is_edited_as_it_was_entered(desk: Client, topic: Topic) -> None:
    form = desk.get(f"/operator/topics/{topic.pk}/edit").context["form"]
    filled = {name: form.initial.get(name) for name in ENTERED}

    desk.post(f"/operator/topics/{topic.pk}/edit", {**filled, "title_en": "Out of doors"})

    changed = AuditRow.objects.get(act="edit_topic")
    assert set(changed.after) == {"title_en", "starts_at", "ends_at"}  # a topic made here begins and ends at midnight
    assert Topic.objects.get().title_en == "Out of doors"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title_zh", ""),
        ("last_day", (TODAY - timedelta(days=1)).isoformat()),
        ("weight", "many"),
        ("cover_url", "javascript:alert(1)"),
        ("tint", "plaid"),
    ],
)
def test_a_field_that_cannot_be_is_named(desk: Client, db: None, field: str, value: str) -> None:
    answer = desk.post("/operator/topics/new/", {**ENTERED, field: value})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Topic.objects.count() == 0


def test_goods_are_found_by_words_and_added(desk: Client, topic: Topic, goods: list[Product]) -> None:
    discovery.rebuild_index(now=clock.now())

    page = desk.get(f"/operator/topics/{topic.pk}/goods?q=tent").content.decode()
    desk.post(f"/operator/topics/{topic.pk}/goods/add", {"products": [goods[1].pk, goods[0].pk]})

    assert ("Small tent" in page, "Large tent" in page, "Stove" in page) == (True, True, False)
    assert picked(topic) == [goods[1].pk, goods[0].pk]


def test_goods_are_put_in_order_and_taken_off(desk: Client, topic: Topic, goods: list[Product]) -> None:
    choose(topic, *goods)
    small, large, stove = (each.pk for each in goods)
    entered: dict[str, Any] = {f"row_{small}": "9", f"row_{large}": "x", f"row_{stove}": "1", "gone": [large]}

    desk.post(f"/operator/topics/{topic.pk}/goods/arrange", entered)

    assert picked(topic) == [stove, small]


@pytest.mark.parametrize("numbers", ["", "abc", "-1", "9" * 30, "999999"])
def test_numbers_of_no_goods_are_refused(desk: Client, topic: Topic, numbers: str) -> None:
    answer = desk.post(f"/operator/topics/{topic.pk}/goods", {"numbers": numbers})

    assert answer.status_code == 422
    assert picked(topic) == []


def test_a_rule_is_tried_kept_and_dropped(desk: Client, topic: Topic, goods: list[Product]) -> None:
    discovery.rebuild_index(now=clock.now())
    address = f"/operator/topics/{topic.pk}/rule"

    tried = desk.post(address, {**RULE, "do": "try"}).content.decode()
    untouched = Topic.objects.get().rule
    desk.post(address, {**RULE, "do": "save"})
    kept = Topic.objects.get().rule
    shown = desk.get(address).context["form"].initial
    preview = desk.get(f"/operator/topics/{topic.pk}/").content.decode()
    desk.post(address, {"do": "drop"})

    assert ("Small tent" in tried, "Stove" in tried, untouched) == (True, False, None)
    assert kept == {"text": "tent", "sort": "price_asc", "most": 5, "price_max_fen": 15_000}
    assert shown["price_max_fen"] == "150.00"
    assert preview.count("by the rule") == 2
    assert Topic.objects.get().rule is None


def test_a_rule_that_cannot_be_is_refused_by_its_field(desk: Client, topic: Topic) -> None:
    answer = desk.post(f"/operator/topics/{topic.pk}/rule", {**RULE, "most": "500", "do": "save"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["most"]


def test_the_operator_is_told_what_creators_do_not_see(desk: Client, topic: Topic, goods: list[Product]) -> None:
    choose(topic, *goods)
    Product.objects.filter(pk=goods[1].pk).update(level=0)

    listed, shown = (desk.get(at).content.decode() for at in ("/operator/topics/", f"/operator/topics/{topic.pk}/"))

    assert "1 no longer offered" in listed
    assert "1 product picked by hand is no longer offered" in shown


def test_charts_are_watched_with_what_was_not_counted(desk: Client, goods: list[Product]) -> None:
    now = clock.now()
    for at in range(4):
        make_line(goods[0], paid_at=now - timedelta(minutes=1), buyer_key=str(at))
    make_line(goods[0], paid_at=now - timedelta(minutes=1), buyer_key="hoarder", quantity=40)
    discovery.build_charts(business_day(now), by=BY, now=now)

    page = desk.get("/operator/charts/").content.decode()

    assert "9 sold in 7 days" in page
    assert "<b>35</b> <small>80%</small>" in page


def test_lists_ask_as_much_for_many_topics_and_goods(desk: Client, topic: Topic, goods: list[Product]) -> None:
    def asked() -> list[int]:
        counts = []
        for address in ("/operator/topics/", f"/operator/topics/{topic.pk}/", f"/operator/topics/{topic.pk}/goods"):
            with CaptureQueriesContext(connection) as context:
                assert desk.get(address).status_code == 200
            counts.append(len(context))
        return counts

    choose(topic, goods[0])
    one = asked()
    choose(topic, *goods)
    now = clock.now()
    for title in ("b", "c"):
        discovery.draft_topic(
            TopicDraft(title_zh=title, starts_at=now, ends_at=now + timedelta(days=1)), by=BY, now=now
        )

    assert asked() == one

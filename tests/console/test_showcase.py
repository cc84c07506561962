"""Charts and topics as creators see them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fenxiao.catalog.models import Product
from fenxiao.deals.models import ShelfItem
from fenxiao.discovery import services as discovery
from fenxiao.discovery.models import Chart, Showing, Surface, Topic
from fenxiao.discovery.rules.topics import TopicDraft
from fenxiao.kernel import clock
from fenxiao.kernel.clock import business_day
from fenxiao.parties.models import Organisation
from tests.cast import BY, make_plan, make_product
from tests.console.conftest import Visit
from tests.facts.market import make_line


@pytest.fixture
def goods(mei: Organisation) -> list[Product]:
    """Three goods with plans, sold to 9, 6 and 6 buyers today."""
    made = [make_product(mei, title) for title in ("Tent", "Stove", "Lamp")]
    for product, buyers in zip(made, (9, 6, 6), strict=True):
        make_plan(product, rate_bp=2_000)
        for at in range(buyers):
            make_line(product, paid_at=clock.now() - timedelta(minutes=at + 1), buyer_key=f"{product.pk} {at}")
    return made


@pytest.fixture
def topic(goods: list[Product]) -> Topic:
    now = clock.now()
    draft = TopicDraft(
        title_zh="露营季", title_en="Camping", words_zh="<b>轻装</b>", starts_at=now, ends_at=now + timedelta(days=9)
    )
    topic = discovery.draft_topic(draft, by=BY, now=now)
    discovery.choose_topic_goods(topic, product_ids=[product.pk for product in goods], by=BY, now=now)
    return discovery.publish_topic(topic, by=BY, now=now)


def test_a_chart_shows_places_and_what_each_good_earns(visit: Visit, chen: Organisation, goods: list[Product]) -> None:
    discovery.build_charts(business_day(clock.now()), by=BY, now=clock.now())

    page = visit(chen, language="en").get("/creator/charts/").content.decode()

    assert page.index("Tent") < min(page.index("Stove"), page.index("Lamp"))
    assert page.count('class="fx-place fx-place-2"') == 2
    assert [f"?chart={chart}" in page for chart in Chart.values] == [True] * 5
    assert "9 sold in 7 days" in page
    assert page.count("¥18.00") == 3
    showing = Showing.objects.get()
    assert (showing.surface, showing.products[0], len(showing.products)) == (Surface.CHART, goods[0].pk, 3)


@pytest.mark.parametrize("asked", ["chart=best", "day=2026-13-01", "category=nowhere"])
def test_a_malformed_address_of_a_chart_is_refused_by_its_field(visit: Visit, chen: Organisation, asked: str) -> None:
    answer = visit(chen, language="en").get(f"/creator/charts/?{asked}")

    assert answer.status_code == 422
    assert asked.split("=", maxsplit=1)[0] in answer.content.decode()


def test_a_chart_before_the_first_says_so(visit: Visit, chen: Organisation) -> None:
    assert "Nothing on this chart yet" in visit(chen, language="en").get("/creator/charts/").content.decode()


def test_a_topic_shows_its_goods_and_escapes_its_words(visit: Visit, chen: Organisation, topic: Topic) -> None:
    client = visit(chen, language="en")

    listed, page = (
        client.get(address).content.decode() for address in ("/creator/topics/", f"/creator/topics/{topic.pk}/")
    )

    assert "Camping" in listed
    assert page.index("Tent") < page.index("Stove") < page.index("Lamp")
    assert "&lt;b&gt;轻装" in page
    assert Showing.objects.get().surface == Surface.TOPIC


def test_a_topic_that_is_not_shown_does_not_exist(visit: Visit, chen: Organisation, topic: Topic) -> None:
    discovery.withdraw_topic(topic, by=BY, now=clock.now())

    assert visit(chen).get(f"/creator/topics/{topic.pk}/").status_code == 404


def test_a_pick_leads_back_to_the_list_it_was_made_in(
    visit: Visit, chen: Organisation, topic: Topic, goods: list[Product]
) -> None:
    back = f"/creator/topics/{topic.pk}/?cursor=0"

    answer = visit(chen).post("/creator/shelf/pick", {"only": goods[0].pk, "back": back})

    assert answer["Location"] == back
    assert ShelfItem.objects.get().product == goods[0]


@pytest.mark.parametrize("back", ["https://evil.example/creator/", "//evil.example", "/operator/", "/creator/\\@x\n"])
def test_a_pick_leads_nowhere_else(visit: Visit, chen: Organisation, goods: list[Product], back: str) -> None:
    answer = visit(chen).post("/creator/shelf/pick", {"only": goods[0].pk, "back": back})

    assert answer["Location"].startswith(reverse("creator:selection"))


def test_lists_ask_as_much_for_many_goods_as_for_one(
    visit: Visit, chen: Organisation, topic: Topic, goods: list[Product]
) -> None:
    client, today = visit(chen), business_day(clock.now())

    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as context:
            assert client.get(address).status_code == 200
        return len(context)

    def both() -> list[int]:
        discovery.build_charts(today, by=BY, now=clock.now())
        return [asked(address) for address in ("/creator/charts/", f"/creator/topics/{topic.pk}/")]

    Product.objects.exclude(pk=goods[0].pk).update(level=0)
    one = both()
    Product.objects.update(level=2)

    assert both() == one

"""The creator's home: what suits him, what sells today, and what to do next."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.discovery import services as discovery
from fenxiao.discovery.models import Showing, Surface
from fenxiao.discovery.rules.topics import TopicDraft
from fenxiao.facts.models import CreatorDay
from fenxiao.kernel.clock import business_day
from fenxiao.parties.models import Organisation
from fenxiao.tracking import services as tracking
from tests.cast import BY, NOON, make_product
from tests.console.conftest import Visit
from tests.facts.market import make_line

HOME = "/creator/home/"
MOST_STATEMENTS = 12
MOST_STATEMENTS_TO_RANK = 20  # the first view of a minute


@pytest.fixture(autouse=True)
def tuesday_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield
    cache.clear()


@pytest.fixture
def lively(market: dict[str, Product]) -> dict[str, Product]:
    """The market with sales that earn places on charts, and a topic."""
    for at in range(6):
        make_line(market["lamp"], paid_at=NOON - timedelta(minutes=at + 1), buyer_key=f"buyer {at}")
    discovery.build_charts(business_day(NOON), by=BY, now=NOON)
    draft = TopicDraft(title_zh="露营季", title_en="Camping", starts_at=NOON, ends_at=NOON + timedelta(days=9))
    topic = discovery.draft_topic(draft, by=BY, now=NOON)
    discovery.choose_topic_goods(topic, product_ids=[market["fan"].pk], by=BY, now=NOON)
    discovery.publish_topic(topic, by=BY, now=NOON)
    return market


def pick(creator: Organisation, product: Product) -> None:
    deals.pick(creator, items=[deals.Picking(product_id=product.pk)], by=BY, now=NOON)


def next_step(client: Client) -> str:
    return str(client.get(HOME).context["home"].next)


def test_creators_live_here(visit: Visit, chen: Organisation) -> None:
    assert visit(chen).get("/")["Location"] == HOME


def test_it_shows_what_suits_him_what_sells_and_what_there_is_for_an_occasion(
    visit: Visit, chen: Organisation, lively: dict[str, Product]
) -> None:
    answer = visit(chen, language="en").get(HOME)

    page, home = answer.content.decode(), answer.context["home"]
    assert [item.product.title for item in home.picked] == ["Night lamp", "Iron pot", "Paper fan"]
    assert [item.earns_fen for item in home.picked] == [4_500, 1_800, 180]
    assert home.picked[0].why == ("高佣", "High commission")
    assert "High commission" in page
    assert [(shown.chart, [item.earns_fen for _, item in rows]) for shown, rows in home.charts][1] == (
        "selling",
        [4_500],
    )
    assert [topic.title_en for topic in home.topics] == ["Camping"]
    assert 'action="/creator/"' in page
    assert f"/creator/?category={lively['fan'].category_id}" in page


def test_what_was_shown_is_logged(visit: Visit, chen: Organisation, lively: dict[str, Product]) -> None:
    visit(chen).get(HOME)

    row = Showing.objects.get()
    assert (row.surface, row.creator_id, row.first_place) == (Surface.FRONT, chen.pk, 1)
    assert row.products == [lively[name].pk for name in ("lamp", "pot", "fan")]
    assert row.propensities == [1.0] * 3


def test_it_says_what_to_do_next(visit: Visit, chen: Organisation, market: dict[str, Product]) -> None:
    client, pot = visit(chen), market["pot"]
    said = [next_step(client)]

    pick(chen, pot)
    said.append(next_step(client))
    place = tracking.open_place(chen, name="Show", by=BY, now=NOON)
    tracking.make_link(chen, product=pot, place=place, by=BY, now=NOON)
    said.append(next_step(client))
    CreatorDay.objects.create(creator=chen, day=business_day(NOON), paid_lines=2, commission_fen=3_600)
    said.append(next_step(client))
    Product.objects.filter(pk=pot.pk).update(level=0)
    said.append(next_step(client))

    assert said == ["pick", "link", "show", "go_on", "tidy"]


def test_what_ceased_to_be_offered_is_gone_at_once_and_a_price_is_todays(
    visit: Visit, chen: Organisation, market: dict[str, Product]
) -> None:
    client = visit(chen)
    client.get(HOME)

    Product.objects.filter(pk=market["lamp"].pk).update(level=0)
    Product.objects.filter(pk=market["pot"].pk).update(price_fen=20_000)

    picked = client.get(HOME).context["home"].picked
    assert [(item.product.title, item.earns_fen) for item in picked] == [("Iron pot", 3_600), ("Paper fan", 180)]


def test_without_goods_index_or_charts_it_says_what_to_do(
    visit: Visit, chen: Organisation, tmp_path, monkeypatch
) -> None:
    from fenxiao.kernel.settings import settings

    monkeypatch.setenv("FENXIAO_HOME", str(tmp_path))
    settings.cache_clear()
    client = visit(chen, language="en")

    unbuilt = client.get(HOME).content.decode()
    discovery.rebuild_index(now=NOON)
    empty = client.get(HOME).content.decode()
    settings.cache_clear()

    assert "Goods are being put in order" in unbuilt
    assert "No goods to choose from yet" in empty
    assert "No charts yet" in unbuilt
    assert not Showing.objects.exists()


def test_it_asks_as_much_for_many_goods_as_for_few_and_little_once_ranked(
    visit: Visit, chen: Organisation, lively: dict[str, Product]
) -> None:
    client = visit(chen)
    pick(chen, lively["pot"])

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as said:
            assert client.get(HOME).status_code == 200
        return len(said)

    def both() -> tuple[int, int]:
        cache.clear()
        return asked(), asked()

    client.get(HOME)
    few = both()
    for number in range(3):
        pick(chen, make_product(lively["pot"].merchant, f"More {number}"))
        more = make_product(lively["pot"].merchant, f"Other {number}", price_fen=30_000)
        deals.open_plan(more, rate_bp=2_000, by=BY, now=NOON)
    discovery.rebuild_index(now=NOON)

    assert both() == few
    assert few[0] <= MOST_STATEMENTS_TO_RANK
    assert few[1] <= MOST_STATEMENTS

"""Chen comes home, searches, narrows, compares two goods, picks one and takes its link along."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fenxiao.catalog.models import Level, Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import ShelfItem
from fenxiao.discovery import services as discovery
from fenxiao.discovery.models import Showing, Surface
from fenxiao.kernel import clock
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation
from fenxiao.tracking.models import Link
from tests.cast import BY, make_product
from tests.journeys.conftest import DESK, PHONE, Enter, fits

pytestmark = pytest.mark.django_db(transaction=True)
WAYS = [
    pytest.param({"viewport": DESK, "scripts": True}, id="desk"),
    pytest.param({"viewport": PHONE, "scripts": True}, id="phone"),
    pytest.param({"viewport": PHONE, "scripts": False}, id="phone-without-scripts"),
]
GOODS = {
    "Iron pot": (10_000, 2_000),
    "Clay pot": (6_000, 4_000),
    "Gold pot": (90_000, 1_000),
    "Paper fan": (2_000, 500),
}


@pytest.fixture
def goods(mei: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Product]:
    """Four goods on offer, in an index of their own."""
    monkeypatch.setenv("FENXIAO_HOME", str(tmp_path))
    settings.cache_clear()
    made, now = {}, clock.now()
    for title, (price_fen, rate_bp) in GOODS.items():
        made[title] = make_product(mei, title, level=Level.QUALITY, price_fen=price_fen)
        deals.open_plan(made[title], rate_bp=rate_bp, by=BY, now=now)
    discovery.rebuild_index(now=now)
    return made


@pytest.mark.parametrize("way", WAYS)
def test_chen_chooses_among_goods(
    way: dict, enter: Enter, chen: Organisation, goods: dict[str, Product], request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(settings.cache_clear)
    page, complaints = enter(chen, **way), []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)

    finds_pots_below_a_price(page)
    compares_two(page)
    picks_one_and_takes_its_link(page)

    link = Link.objects.get()
    expect(page.locator(f"#link-{link.code}").first).to_have_value(f"{settings().tracking_url}/t/{link.code}")
    if way["scripts"]:
        page.get_by_role("button", name="复制").first.click()
        expect(page.get_by_role("button", name="已复制").first).to_be_visible()
    assert fits(page)
    assert (link.product, ShelfItem.objects.get().product) == (goods["Clay pot"], goods["Clay pot"])
    assert set(Showing.objects.values_list("surface", flat=True)) == {Surface.FRONT, Surface.SELECTION, Surface.SIMILAR}
    assert complaints == []


def finds_pots_below_a_price(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="今天卖点什么？")).to_be_visible()
    expect(page.get_by_text("货架还是空的：先选第一款商品")).to_be_visible()
    expect(page.locator(".fx-item")).to_have_count(4)
    assert fits(page)

    page.get_by_role("searchbox").fill("pot")
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".fx-item")).to_have_count(3)
    page.get_by_label("最高价").fill("200")
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".fx-item")).to_have_count(2)


def compares_two(page: Page) -> None:
    page.get_by_role("checkbox", name="Iron pot").check()
    page.get_by_role("checkbox", name="Clay pot").check()
    page.get_by_role("button", name="对比勾选商品").click()
    expect(page.get_by_role("heading", name="商品对比")).to_be_visible()
    expect(page.locator("td.fx-leads").first).to_have_text("¥21.60")
    assert fits(page)


def picks_one_and_takes_its_link(page: Page) -> None:
    page.get_by_role("link", name="Clay pot").click()
    expect(page.get_by_role("heading", name="Clay pot")).to_be_visible()
    page.get_by_role("button", name="加入货架").click()
    expect(page.get_by_text("已加入货架").first).to_be_visible()
    page.get_by_role("link", name="取链").click()
    page.get_by_label("新推广位名称").fill("周二直播")
    page.get_by_role("button", name="新建推广位").click()
    page.get_by_role("button", name="取链").click()
    expect(page.get_by_text("您的链接")).to_be_visible()


@pytest.mark.parametrize("page_of_it", ["/creator/home/", "/creator/"])
def test_a_card_is_picked_by_its_own_button_though_others_are_ticked(
    page_of_it: str, enter: Enter, chen: Organisation, goods: dict[str, Product], request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(settings.cache_clear)
    page = enter(chen)

    page.goto(page_of_it)
    if page.get_by_role("checkbox", name="Clay pot").count():
        page.get_by_role("checkbox", name="Clay pot").check()
    page.locator(".fx-pickable", has_text="Iron pot").get_by_role("button").click()

    expect(page.get_by_text("1 件商品")).to_be_visible()
    expect(page.locator(".fx-pickable", has_text="Iron pot").get_by_text("已在货架")).to_be_visible()
    assert [item.product for item in ShelfItem.objects.select_related("product")] == [goods["Iron pot"]]

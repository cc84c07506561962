"""One turn of the flywheel as people make it: goods in, reviewed, planned, found, linked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from fenxiao.catalog.models import Level, Product, ProductState
from fenxiao.deals.models import PlanRate
from fenxiao.discovery import services as discovery
from fenxiao.kernel import clock
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Organisation
from fenxiao.tracking.models import Link
from tests.cast import make_category, make_product
from tests.journeys.conftest import DESK, PHONE, Enter, fits

pytestmark = pytest.mark.django_db(transaction=True)
WAYS = [
    pytest.param({"viewport": DESK, "scripts": True}, id="desk"),
    pytest.param({"viewport": PHONE, "scripts": True}, id="phone"),
    pytest.param({"viewport": DESK, "scripts": False}, id="without-scripts"),
    pytest.param({"viewport": PHONE, "scripts": False}, id="phone-without-scripts"),
]


@pytest.fixture
def own_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home of its own for the selection index."""
    monkeypatch.setenv("FENXIAO_HOME", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize("way", WAYS)
def test_mei_brings_a_product_in_and_sets_its_plan(way: dict, enter: Enter, mei: Organisation) -> None:
    make_category("ap-2-1", name="鸟类用品")
    page = enter(mei, **way)

    page.get_by_role("link", name="添加商品").last.click()
    for step in ("ap", "ap-2", "鸟类用品"):
        page.locator(".fx-columns").get_by_role("link", name=step, exact=True).click()
    page.get_by_label("标题").fill("手工鸟笼")
    page.get_by_label("价格").fill("便宜")
    page.get_by_label("库存").fill("12")
    page.get_by_label("图片地址").fill("/static/console/icon.svg")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("请输入金额，例如 12.50。")).to_be_visible()

    page.get_by_label("价格").fill("129.00")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="手工鸟笼")).to_be_visible()
    page.get_by_role("link", name="设置计划").first.click()
    page.get_by_label("佣金率").fill("20")
    page.get_by_role("button", name="开启计划").click()

    expect(page.get_by_text("计划已开启，达人现在可以看到佣金率。")).to_be_visible()
    expect(page.get_by_text("¥103.20")).to_be_visible()
    assert fits(page)
    assert Product.objects.get().state == ProductState.ADMITTED
    assert PlanRate.objects.get().rate_bp == 2_000


@pytest.mark.parametrize("way", WAYS)
def test_ops_refuses_one_and_admits_another(way: dict, enter: Enter, ops: Organisation, mei: Organisation) -> None:
    from tests.console.test_counts import more_cases

    more_cases(1, mei, ops)
    more_cases(2, mei, ops)
    page = enter(ops, **way)

    page.goto("/operator/review/")
    page.get_by_role("link", name="Pot 1").click()
    page.get_by_role("button", name="拒绝").click()
    expect(page.locator(".invalid-feedback")).to_be_visible()
    page.get_by_label("理由").fill("请补一张实物图")
    page.get_by_role("button", name="拒绝").click()
    expect(page.get_by_text("「Pot 1」已拒绝。")).to_be_visible()
    page.get_by_role("link", name="Pot 2").click()
    page.get_by_role("button", name="准予上架").click()

    expect(page.get_by_text("没有待审核商品")).to_be_visible()
    assert fits(page)
    assert set(Product.objects.values_list("title", "state")) == {("Pot 1", "refused"), ("Pot 2", "admitted")}


@pytest.mark.parametrize("way", WAYS)
def test_chen_finds_a_product_sees_what_it_earns_and_gets_a_link(
    way: dict, enter: Enter, chen: Organisation, mei: Organisation, own_index: None
) -> None:
    from fenxiao.deals import services as deals
    from tests.cast import BY

    now = clock.now()
    for title, level in (("Iron pot", Level.QUALIFIED), ("Paper fan", Level.QUALITY)):
        deals.open_plan(make_product(mei, title, level=level), rate_bp=2_000, by=BY, now=now)
    discovery.rebuild_index(now=now)
    page = enter(chen, **way)

    page.get_by_label("关键词").fill("fan")
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".fx-item")).to_have_count(1)
    page.locator(".fx-item", has_text="Paper fan").click()
    expect(page.get_by_role("rowgroup").get_by_text("¥18.00")).to_be_visible()
    page.get_by_role("link", name="取链").click()
    page.get_by_label("新推广位名称").fill("周二直播")
    page.get_by_role("button", name="新建推广位").click()
    page.get_by_label("备注透传").fill("mark-7")
    page.get_by_role("button", name="取链").click()

    expect(page.get_by_text("您的链接")).to_be_visible()
    link = Link.objects.get()
    expect(page.locator(f"#link-{link.code}").first).to_have_value(f"{settings().tracking_url}/t/{link.code}")
    assert fits(page)
    assert (link.sub_id, link.place.name) == ("mark-7", "周二直播")


@pytest.mark.parametrize("way", WAYS)
def test_lao_wu_sees_what_waits_for_him_and_switches_language(way: dict, enter: Enter, lao_wu: Organisation) -> None:
    page = enter(lao_wu, **way)

    expect(page.get_by_role("heading", name="待办")).to_be_visible()
    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("heading", name="To do")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    assert fits(page)
    links = {link.get_attribute("href") for link in page.locator("main a, nav a").all()}
    assert [href for href in links if href and page.request.get(href).status != 200] == []


def test_on_a_phone_the_menu_opens_without_scripts(enter: Enter, mei: Organisation) -> None:
    page = enter(mei, viewport=PHONE, scripts=False)
    menu = page.get_by_role("navigation", name="主菜单")

    expect(menu).to_be_hidden()
    page.locator(".fx-menu-button").click()

    expect(menu).to_be_visible()
    menu.get_by_role("link", name="钱包").click()
    expect(page.get_by_role("heading", name="钱包")).to_be_visible()

"""A leader's activity from opening to its first sale: merchant ↔ leader ↔ creator in a browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from fenxiao.catalog.models import Level, Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import Application, ApplicationState, ShelfItem
from fenxiao.kernel import clock
from fenxiao.kernel.settings import settings
from fenxiao.orders import services as orders
from fenxiao.orders.models import OrderLine
from fenxiao.orders.rules import Kind, Paid, PaidLine, Told
from fenxiao.parties.models import Organisation
from fenxiao.tracking.models import Link
from tests.cast import BY, make_product
from tests.journeys.conftest import DESK, PHONE, Enter, fits

pytestmark = pytest.mark.django_db(transaction=True)
WAYS = [
    pytest.param({"viewport": DESK, "scripts": True}, id="desk"),
    pytest.param({"viewport": PHONE, "scripts": False}, id="phone-without-scripts"),
]


@pytest.fixture
def pot(mei: Organisation) -> Product:
    """Mei's pot at 100.00 with a plan of 10 %."""
    made = make_product(mei, "Iron pot", level=Level.QUALITY)
    deals.open_plan(made, rate_bp=1_000, by=BY, now=clock.now())
    return made


@pytest.mark.parametrize("way", WAYS)
def test_a_product_comes_through_a_leader_to_a_creator_and_the_fee_is_on_the_sale(
    way: dict, enter: Enter, *, pot: Product, mei: Organisation, lao_wu: Organisation, chen: Organisation
) -> None:
    leader = enter(lao_wu, **way)
    opens_an_activity(leader)
    applies_with(enter(mei, **way), pot)
    code = passes_and_shares(leader)

    theirs = enter(chen, **way)
    picks_by_token(theirs, code)
    link = gets_a_link(theirs)
    row = sold(link)

    application = Application.objects.get()
    assert ShelfItem.objects.get().application == link.application == application
    assert (row.creator, row.application_id, row.leader_id) == (chen, application.pk, lao_wu.pk)
    assert (row.commission_rate_bp, row.service_fee_rate_bp) == (2_500, 800)
    theirs.goto("/creator/orders/")
    expect(theirs.get_by_text("¥22.50").first).to_be_visible()
    assert fits(theirs)


def opens_an_activity(page: Page) -> None:
    """Lao Wu publishes one that asks for 15 % and a fee of 5 %."""
    page.goto("/leader/activities/new/")
    page.locator("[name=title]").fill("Spring goods")
    ends_at = clock.now().astimezone(settings().zone) + timedelta(days=20)
    page.locator("[name=ends_at]").fill(f"{ends_at:%Y-%m-%dT%H:%M}")
    page.locator("[name=service_fee]").fill("5")
    page.locator("[name=commission]").fill("15")
    page.locator("button[value=publish]").click()
    expect(page.get_by_role("heading", name="Spring goods")).to_be_visible()
    assert fits(page)


def applies_with(page: Page, product: Product) -> None:
    """Mei offers 25 % and 8 %, after a rate below the floor was refused."""
    page.goto("/merchant/activities/")
    page.get_by_role("link", name="Spring goods").click()
    page.locator(f"[name=products][value='{product.pk}']").check()
    page.get_by_label("佣金率").fill("12")
    page.get_by_label("服务费率").fill("8")
    page.get_by_role("button", name="报名", exact=True).click()
    expect(page.get_by_text("佣金率 12.00% 低于其类目要求的 15.00%")).to_be_visible()
    assert not Application.objects.exists()
    page.get_by_label("佣金率").fill("25")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("¥22.50")).to_be_visible()
    page.get_by_role("button", name="报名", exact=True).click()
    expect(page).to_have_url(re.compile("/merchant/applications/$"))
    assert Application.objects.get().state == ApplicationState.PENDING


def passes_and_shares(page: Page) -> str:
    """Lao Wu passes it and copies its token."""
    page.goto("/leader/applications/")
    page.get_by_role("link", name="Iron pot").click()
    expect(page.get_by_role("heading", name="Iron pot")).to_be_visible()
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("报名已通过。")).to_be_visible()
    page.goto(f"/leader/applications/{Application.objects.get().pk}/")
    page.get_by_role("button", name="生成口令").click()
    assert fits(page)
    return page.get_by_label("分享口令").input_value()


def picks_by_token(page: Page, code: str) -> None:
    """Chen enters it wrong, then right, reads what it brings, and picks."""
    page.goto("/creator/token/")
    page.get_by_label("分享口令").fill(f"{code}X")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("不存在，请核对后重新输入")).to_be_visible()
    page.get_by_label("分享口令").fill(code.lower())
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("Spring goods").first).to_be_visible()
    expect(page.get_by_text("¥22.50").first).to_be_visible()
    expect(page.get_by_text("不带此活动每单赚 ¥9.00。")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="加入货架").click()
    expect(page.get_by_text("已加入货架。")).to_be_visible()
    assert fits(page)


def gets_a_link(page: Page) -> Link:
    """From the shelf, for a place that is new."""
    page.goto("/creator/shelf/")
    expect(page.get_by_text("Lao Wu")).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="取链").click()
    page.get_by_label("新推广位名称").fill("周二直播")
    page.get_by_role("button", name="新建推广位").click()
    page.get_by_role("button", name="取链").click()
    expect(page.get_by_text("该链接带活动「Spring goods」（团长：Lao Wu）。")).to_be_visible()
    expect(page.get_by_text("¥22.50").first).to_be_visible()
    assert fits(page)
    return Link.objects.get()


def sold(link: Link) -> OrderLine:
    """An order of one, paid through the link."""
    now = clock.now()
    goods = PaidLine(line_no=1, product_id=link.product_id, quantity=1, paid_fen=10_000, link_code=link.code)
    paid = Told(
        source="shop",
        event_id="A1:paid",
        kind=Kind.PAID,
        order_ref="A1",
        occurred_at=now,
        body=Paid(lines=(goods,), buyer_key="b1"),
    )
    orders.take_events([paid], by=BY, now=now)
    return OrderLine.objects.get()

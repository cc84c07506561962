"""A merchant opens a plan for one creator, and the creator's page says so: merchant ↔ creator in a browser."""

import pytest
from playwright.sync_api import expect

from fenxiao.catalog.models import Level
from fenxiao.deals import services as deals
from fenxiao.deals.models import Plan, PlanType
from fenxiao.kernel import clock
from fenxiao.parties.models import Organisation
from tests.cast import BY, make_product
from tests.journeys.conftest import DESK, PHONE, Enter, fits

pytestmark = pytest.mark.django_db(transaction=True)
WAYS = [
    pytest.param({"viewport": DESK, "scripts": True}, id="desk"),
    pytest.param({"viewport": PHONE, "scripts": False}, id="phone-without-scripts"),
]


@pytest.mark.parametrize("way", WAYS)
def test_mei_opens_a_targeted_plan_for_chen_and_chen_sees_why_it_holds(
    way: dict, enter: Enter, mei: Organisation, chen: Organisation
) -> None:
    pot = make_product(mei, "Iron pot", level=Level.QUALITY)
    deals.open_plan(pot, rate_bp=1_000, by=BY, now=clock.now())
    page = enter(mei, **way)

    page.goto("/merchant/plans/")
    expect(page.get_by_role("link", name="Iron pot")).to_be_visible()
    page.locator("main details.fx-drop summary").click()
    page.get_by_role("link", name="商品定向计划").click()
    page.get_by_label("商品", exact=True).select_option(str(pot.pk))
    page.get_by_label("达人与佣金率").fill("Nobody 25")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("没有名为「Nobody」的达人")).to_be_visible()
    page.get_by_label("达人与佣金率").fill("Chen 25")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("商品定向计划生效：25%")).to_be_visible()
    expect(page.get_by_text("¥75.00")).to_be_visible()
    assert not Plan.objects.filter(type=PlanType.ITEM_TARGETED).exists()
    page.get_by_role("button", name="开启计划").click()
    expect(page.get_by_text("计划已创建。")).to_be_visible()
    assert fits(page)

    theirs = enter(chen, **way)
    theirs.goto(f"/creator/products/{pot.pk}/")

    expect(theirs.get_by_text("¥22.50").first).to_be_visible()
    expect(theirs.get_by_text("优先于普通计划")).to_be_visible()
    assert fits(theirs)

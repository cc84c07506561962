"""A first leader hands a product on, a second audits it, and both end it together: leader ↔ leader in a browser."""

import pytest
from playwright.sync_api import expect

from fenxiao.deals import queries
from fenxiao.deals.models import ActivityType, Application
from fenxiao.kernel import clock
from fenxiao.parties.models import Kind, Organisation
from tests.cast import make_organisation, make_product
from tests.deals.chains import DAY, make_activity, make_application
from tests.journeys.conftest import DESK, PHONE, Enter, fits

pytestmark = pytest.mark.django_db(transaction=True)
WAYS = [
    pytest.param({"viewport": DESK, "scripts": True}, id="desk"),
    pytest.param({"viewport": PHONE, "scripts": False}, id="phone-without-scripts"),
]


def goods_of(lao_wu: Organisation, mei: Organisation) -> Application:
    """A pot at 100.00 in Lao Wu's activity: 20 % for creators, a fee of 10 %."""
    since, until = clock.now() - DAY, clock.now() + 30 * DAY
    activity = make_activity(lao_wu, begins_at=since, ends_at=until)
    return make_application(activity, make_product(mei, "Iron pot"), fee_bp=1_000, since=since, until_at=until)


@pytest.mark.parametrize("way", WAYS)
def test_lao_wu_hands_a_pot_on_to_hua_and_they_end_it_together(
    way: dict, enter: Enter, mei: Organisation, lao_wu: Organisation
) -> None:
    hua = make_organisation(Kind.LEADER, "Hua")
    window = {"begins_at": clock.now() - DAY, "ends_at": clock.now() + 20 * DAY}
    make_activity(hua, kind=ActivityType.COOPERATIVE, title="Together", floor_service_fee_bp=300, **window)
    first = goods_of(lao_wu, mei)
    page = enter(lao_wu, **way)

    page.goto("/leader/second-activities/")
    page.get_by_role("link", name="Together").click()
    page.get_by_label("Iron pot").check()
    page.get_by_label("出让服务费率").fill("2")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("低于二级活动要求的 3.00%")).to_be_visible()
    page.get_by_label("出让服务费率").fill("4")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("¥5.40")).to_be_visible()  # of the fee of 10.00 less 4.00, less a tenth
    expect(page.get_by_text("¥3.60")).to_be_visible()
    assert not Application.objects.filter(first=first).exists()
    page.get_by_role("button", name="报名", exact=True).click()
    expect(page.get_by_text("已向 Hua 报名 1 件商品")).to_be_visible()
    assert fits(page)

    theirs = enter(hua, **way)
    theirs.goto("/leader/seconds/")
    expect(theirs.get_by_text("¥3.60")).to_be_visible()
    theirs.get_by_label("Iron pot").check()
    theirs.get_by_role("button", name="通过", exact=True).click()
    expect(theirs.get_by_text("已通过 1 条报名")).to_be_visible()
    expect(theirs.locator("main tbody").get_by_text("已通过", exact=True)).to_be_visible()
    assert fits(theirs)
    second = Application.objects.get(first=first)
    assert list(queries.standing_applications(clock.now()).filter(depth=2)) == [second]

    page.goto("/leader/handed-on/")
    page.get_by_role("link", name="Iron pot").click()
    expect(page.locator(".fx-total").get_by_text("¥5.40")).to_be_visible()
    page.get_by_label("理由（二级团长可见）").fill("Out of season")
    page.get_by_role("button", name="申请取消合作").click()
    expect(page.get_by_role("heading", name="已申请取消合作")).to_be_visible()
    assert fits(page)

    theirs.goto("/leader/seconds/")
    expect(theirs.get_by_text("Out of season")).to_be_visible()
    theirs.get_by_role("button", name="同意取消").click()
    expect(theirs.get_by_text("已同意：合作将于零点结束。")).to_be_visible()
    assert fits(theirs)

    second.refresh_from_db()
    midnight = clock.next_midnight(clock.now())
    assert second.ends_at == midnight
    assert list(queries.standing_applications(midnight - DAY / 86_400).filter(depth=2)) == [second]
    assert not queries.standing_applications(midnight).filter(depth=2).exists()
    page.reload()
    expect(page.get_by_role("heading", name="再次报名")).to_be_visible()

"""What merchants do: bring goods in, price them, set plans."""

from datetime import UTC, datetime

import pytest
import time_machine

from fenxiao.catalog.models import Admission, Product, ProductState
from fenxiao.deals import services as deals
from fenxiao.deals.models import Plan, PlanRate
from fenxiao.deals.queries import closes_at
from fenxiao.ledger import services as ledger
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_category, make_product
from tests.console.conftest import Visit
from tests.console.test_creator import make_line

FORM = {
    "title": "手工陶瓷杯",
    "description": "350 ml",
    "price": "39.90",
    "stock": "50",
    "brand": "",
    "image_url": "/static/console/icon.svg",
    "page_url": "",
}


@pytest.fixture(autouse=True)
def tuesday_noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


def test_a_clean_product_is_admitted_at_once(visit: Visit, mei: Organisation) -> None:
    category = make_category()

    answer = visit(mei).post(f"/merchant/products/add/{category.pk}/", FORM)

    made = Product.objects.get()
    assert answer["Location"] == f"/merchant/products/{made.pk}/"
    assert (made.merchant, made.title, made.price_fen, made.stock) == (mei, "手工陶瓷杯", 3_990, 50)
    assert made.state == ProductState.ADMITTED


def test_freight_is_entered_with_the_product_and_changed_later(visit: Visit, mei: Organisation) -> None:
    client, category = visit(mei), make_category()

    client.post(f"/merchant/products/add/{category.pk}/", {**FORM, "freight": "6"})
    made = Product.objects.get()
    assert made.freight_fen == 600
    wrong = client.post(f"/merchant/products/{made.pk}/freight", {"freight": "free"})
    client.post(f"/merchant/products/{made.pk}/freight", {"freight": "0"})

    assert wrong.status_code == 422
    assert Product.objects.get().freight_fen == 0
    assert "包邮" in client.get(f"/merchant/products/{made.pk}/").content.decode()


def test_a_doubtful_product_waits_and_its_page_says_why(visit: Visit, mei: Organisation) -> None:
    client, category = visit(mei), make_category()

    client.post(f"/merchant/products/add/{category.pk}/", {**FORM, "image_url": ""})

    made = Product.objects.get()
    page = client.get(f"/merchant/products/{made.pk}/").content.decode()
    assert made.state == ProductState.PENDING
    assert "等待平台小二审核" in page
    assert "没有图片" in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("price", "cheap", "请输入金额"),
        ("price", "-1", "请输入不小于零的金额"),
        ("price", "1.234", "请输入金额"),
        ("price", "0", "价格须大于 0"),
        ("stock", "-1", "大于或等于0"),
        ("freight", "free", "请输入金额"),
        ("freight", "-1", "请输入不小于零的金额"),
        ("freight", "99999999999", "运费须在 0 到"),
        ("title", "", "这个字段是必填项"),
    ],
)
def test_what_cannot_be_submitted_is_said_at_once_and_kept(
    field: str, value: str, said: str, visit: Visit, mei: Organisation
) -> None:
    category = make_category()

    answer = visit(mei).post(f"/merchant/products/add/{category.pk}/", {**FORM, field: value})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "350 ml" in answer.content.decode()
    assert not Product.objects.exists()


def test_a_category_above_the_third_level_takes_no_products(visit: Visit, mei: Organisation) -> None:
    make_category("ap-2-1")

    assert visit(mei).get("/merchant/products/add/ap-2/").status_code == 404


def test_the_picker_goes_down_three_levels_by_plain_links(visit: Visit, mei: Organisation) -> None:
    make_category("ap-2-1", name="鸟类用品")
    client = visit(mei)

    assert "?category=ap" in client.get("/merchant/products/add/").content.decode()
    assert "?category=ap-2" in client.get("/merchant/products/add/?category=ap").content.decode()
    assert "/merchant/products/add/ap-2-1/" in client.get("/merchant/products/add/?category=ap-2").content.decode()


def test_a_category_is_found_by_name(visit: Visit, mei: Organisation) -> None:
    make_category("ap-2-1", name="鸟类用品")

    page = visit(mei).get("/merchant/products/add/?q=鸟类").content.decode()

    assert "/merchant/products/add/ap-2-1/" in page


def test_a_refused_product_is_mended_and_submitted_again(visit: Visit, mei: Organisation) -> None:
    product = make_product(mei, "世界第一的杯子", state=ProductState.REFUSED)
    Admission.objects.create(
        product=product, verdict="refused", reason="绝对化用语", submitted_at=NOON, decided_at=NOON, decided_by="Ops"
    )
    client = visit(mei)
    assert "绝对化用语" in client.get(f"/merchant/products/{product.pk}/resubmit/").content.decode()

    answer = client.post(f"/merchant/products/{product.pk}/resubmit/", FORM)

    product.refresh_from_db()
    assert answer.status_code == 302
    assert (product.title, product.state) == ("手工陶瓷杯", ProductState.ADMITTED)


def test_price_and_stock_are_changed(visit: Visit, mei: Organisation, pot: Product) -> None:
    client = visit(mei)

    client.post(f"/merchant/products/{pot.pk}/price", {"price": "88.8"})
    client.post(f"/merchant/products/{pot.pk}/stock", {"stock": "7"})

    pot.refresh_from_db()
    assert (pot.price_fen, pot.stock) == (8_880, 7)


def test_a_refused_price_keeps_what_was_typed(visit: Visit, mei: Organisation, pot: Product) -> None:
    answer = visit(mei).post(f"/merchant/products/{pot.pk}/price", {"price": "0"})

    pot.refresh_from_db()
    assert answer.status_code == 422
    assert "价格须大于 0" in answer.content.decode()
    assert pot.price_fen == 10_000


def test_goods_go_off_the_shelf_and_back(visit: Visit, mei: Organisation, pot: Product) -> None:
    client = visit(mei)

    client.post(f"/merchant/products/{pot.pk}/off-shelf")
    assert Product.objects.get().state == ProductState.OFF_SHELF

    client.post(f"/merchant/products/{pot.pk}/on-shelf")
    assert Product.objects.get().state == ProductState.ADMITTED


def test_a_plan_opens_at_once_and_shows_what_a_sale_comes_to(visit: Visit, mei: Organisation, pot: Product) -> None:
    page = visit(mei).post(f"/merchant/products/{pot.pk}/plan/", {"rate": "20"}, follow=True).content.decode()

    assert PlanRate.objects.get().rate_bp == 2_000
    assert "¥80.00" in page  # kept of 100.00
    assert "¥18.00" in page  # the creator's, after the platform's tenth


def test_a_raise_holds_now_and_a_cut_from_midnight(visit: Visit, mei: Organisation, pot: Product) -> None:
    deals.open_plan(pot, rate_bp=2_000, by=BY, now=NOON)
    client, address = visit(mei), f"/merchant/products/{pot.pk}/plan/"

    raised = client.post(address, {"rate": "25"}, follow=True).content.decode()
    cut = client.post(address, {"rate": "10"}, follow=True).content.decode()

    assert "新佣金率已生效" in raised
    assert "新佣金率将于零点生效" in cut
    assert "2026-03-11 00:00" in cut
    assert list(PlanRate.objects.order_by("pk").values_list("rate_bp", flat=True)) == [2_000, 2_500, 1_000]


def test_ten_minutes_before_midnight_a_cut_is_refused_on_the_form(
    visit: Visit, mei: Organisation, pot: Product
) -> None:
    deals.open_plan(pot, rate_bp=2_000, by=BY, now=NOON)

    with time_machine.travel(datetime(2026, 3, 10, 15, 55, tzinfo=UTC), tick=False):
        answer = visit(mei).post(f"/merchant/products/{pot.pk}/plan/", {"rate": "10"})

    assert answer.status_code == 422
    assert "23:50 至 24:00 不能下调佣金" in answer.content.decode()
    assert PlanRate.objects.get().rate_bp == 2_000


@pytest.mark.parametrize("rate", ["91", "-1", "many", "1.234"])
def test_a_rate_that_is_none_is_refused(rate: str, visit: Visit, mei: Organisation, pot: Product) -> None:
    answer = visit(mei).post(f"/merchant/products/{pot.pk}/plan/", {"rate": rate})

    assert answer.status_code == 422
    assert not Plan.objects.exists()


def test_a_plan_is_closed_at_midnight(visit: Visit, mei: Organisation, pot: Product) -> None:
    plan = deals.open_plan(pot, rate_bp=2_000, by=BY, now=NOON)

    page = visit(mei).post(f"/merchant/products/{pot.pk}/plan/close", follow=True).content.decode()

    assert closes_at(plan) == datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
    assert "该计划将于 2026-03-11 00:00 失效" in page


@pytest.mark.parametrize("query", ["state=nonsense", "level=nine", "page=nine", "page=-1", "q=" + "x" * 300])
def test_a_filter_that_makes_no_sense_filters_nothing(
    query: str, visit: Visit, mei: Organisation, pot: Product
) -> None:
    assert "Iron pot" in visit(mei).get(f"/merchant/products/?{query}").content.decode()


def test_products_are_found_by_title_state_and_level(visit: Visit, mei: Organisation, pot: Product) -> None:
    make_product(mei, "Paper fan", level=3)
    client = visit(mei)

    assert "Paper fan" not in client.get("/merchant/products/?q=pot").content.decode()
    assert "Iron pot" not in client.get("/merchant/products/?level=3").content.decode()
    assert "Iron pot" not in client.get("/merchant/products/?state=off_shelf").content.decode()


def test_orders_show_the_commission_of_each(visit: Visit, mei: Organisation, chen: Organisation, pot: Product) -> None:
    make_line(pot, chen, number=1)

    page = visit(mei).get("/merchant/orders/").content.decode()

    assert ["R-1" in page, "Chen" in page, "¥20.00" in page] == [True, True, True]


def test_the_wallet_shows_every_movement(visit: Visit, mei: Organisation) -> None:
    ledger.deposit(mei, amount_fen=123_456, key="d1", by=BY, now=NOON)

    page = visit(mei).get("/merchant/wallet/").content.decode()

    assert page.count("¥1,234.56") == 2  # the balance and the deposit
    assert "充值" in page

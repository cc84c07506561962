"""Products at the gate: admitted at once, kept waiting, refused, and brought again."""

from datetime import timedelta
from typing import Any

import pytest

from fenxiao.catalog import services as catalog
from fenxiao.catalog.errors import ChangeRefused, DraftUnusable
from fenxiao.catalog.models import Admission, Brand, BrandQualification, BrandTier, Product, ProductState, Standing
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties import services as parties
from fenxiao.parties.errors import OrganisationSuspended, WrongKind
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_category, make_product
from tests.catalog.drafts import a_draft

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def category(db: None) -> None:
    make_category()


def submit(merchant: Organisation, **changes: Any) -> Product:
    return catalog.submit_product(merchant, draft=a_draft(**changes), by=BY, now=NOON)


def resubmit(product: Product, **changes: Any) -> Product:
    return catalog.resubmit_product(product, draft=a_draft(**changes), by=BY, now=NOON + HOUR)


def news() -> list[tuple[str, dict[str, Any]]]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", "payload"))


def cases() -> list[tuple[str, list[str], str]]:
    rows = Admission.objects.order_by("id")
    return [(row.verdict, [found.code for found in row.found()], row.decided_by) for row in rows]


def everything() -> tuple[object, ...]:
    return (
        list(Product.objects.order_by("id").values()),
        list(Admission.objects.order_by("id").values()),
        AuditRow.objects.count(),
        OutboxEvent.objects.count(),
    )


def test_clean_goods_are_admitted_at_once(mei: Organisation) -> None:
    product = submit(mei, title=" 陶瓷杯  Ceramic cup ")

    kept = Product.objects.get()
    assert (kept.pk, kept.title, kept.state, kept.admitted_at) == (product.pk, "陶瓷杯 Ceramic cup", "admitted", NOON)
    assert (kept.price_fen, kept.stock, kept.category_id, kept.level) == (10_000, 100, "ap-2-1", None)
    assert cases() == [("admitted", [], "rules")]
    assert news() == [("product.admitted", {"products": [product.pk]})]
    row = AuditRow.objects.get()
    assert (row.act, row.subject_id, row.before) == ("submit_product", str(product.pk), None)
    assert row.after is not None
    assert (row.after["state"], row.after["price_fen"], row.after["findings"]) == ("admitted", 10_000, [])


def test_doubtful_goods_wait_and_are_no_news(mei: Organisation) -> None:
    product = submit(mei, image_url="")

    assert (product.state, product.admitted_at) == (ProductState.PENDING, None)
    assert (cases(), news()) == ([("pending", ["image_missing"], "")], [])


def test_goods_that_break_a_rule_are_kept_to_be_mended(mei: Organisation) -> None:
    product = submit(mei, title="国家级茶杯")

    assert product.state == ProductState.REFUSED
    assert (cases(), news()) == ([("refused", ["word_forbidden"], "rules")], [])


@pytest.mark.parametrize(
    "change", [{"title": ""}, {"price_fen": 0}, {"category_id": "zz"}, {"brand_id": 99}, {"stock": -1}]
)
def test_a_draft_that_no_row_can_hold_is_refused(mei: Organisation, change: dict[str, Any]) -> None:
    before = everything()

    with pytest.raises(DraftUnusable) as refused:
        submit(mei, **change)

    assert everything() == before
    assert refused.value.status == 422
    assert refused.value.message("zh").startswith("商品信息无法提交：")


def test_only_active_merchants_submit(mei: Organisation, chen: Organisation) -> None:
    before = everything()

    with pytest.raises(WrongKind):
        submit(chen)
    Organisation.objects.filter(pk=mei.pk).update(is_active=False)
    with pytest.raises(OrganisationSuspended):
        submit(mei)

    assert everything() == before


def test_a_page_must_stand_on_a_registered_domain(mei: Organisation, stranger: Organisation) -> None:
    parties.register_domain(stranger, domain="mei.example", by=BY, now=NOON)
    off = submit(mei, page_url="https://mei.example/cup")
    parties.register_domain(mei, domain="mei.example", by=BY, now=NOON)

    on = submit(mei, title="茶壶", page_url="https://shop.mei.example/pot")

    assert (off.state, on.state) == (ProductState.REFUSED, ProductState.ADMITTED)


@pytest.mark.parametrize(
    ("standing", "days", "state"),
    [
        (Standing.AUTHORISED, (0, 0), "admitted"),
        (Standing.AUTHORISED, (-9, None), "admitted"),
        (Standing.AUTHORISED, (1, None), "pending"),
        (Standing.AUTHORISED, (-9, -1), "pending"),
        (Standing.NONE, (-9, None), "pending"),
    ],
)
def test_a_brand_needs_a_qualification_valid_today(
    mei: Organisation, standing: Standing, days: tuple[int, int | None], state: str
) -> None:
    brand = catalog.register_brand("青瓷坊", tier=BrandTier.NATIONAL, by=BY, now=NOON)
    first, last = (NOON.date() + timedelta(days=day) if day is not None else None for day in days)
    assert first
    catalog.qualify_brand(mei, brand=brand, standing=standing, valid_from=first, valid_until=last, by=BY, now=NOON)

    assert submit(mei, brand_id=brand.pk).state == state
    assert (Brand.objects.count(), BrandQualification.objects.count()) == (1, 1)


def test_the_usual_price_is_the_median_of_twenty_admitted_peers(mei: Organisation) -> None:
    for number in range(19):
        make_product(mei, f"杯 {number}", price_fen=10_000)
    make_product(mei, "还没过审", price_fen=10_000, state=ProductState.PENDING)
    too_few = submit(mei, title="贵杯一", price_fen=500_000)

    enough = submit(mei, title="贵杯二", price_fen=500_000)

    assert (too_few.state, enough.state) == (ProductState.ADMITTED, ProductState.PENDING)
    assert cases()[-1][1] == ["price_implausible"]


def test_a_repeated_title_waits_unless_the_other_was_refused(mei: Organisation, stranger: Organisation) -> None:
    make_product(stranger, "陶瓷杯 Ceramic cup")
    make_product(mei, "陶瓷杯 ceramic cup", state=ProductState.REFUSED)
    first = submit(mei)

    second = submit(mei, title="陶瓷杯 CERAMIC CUP")

    assert (first.state, second.state) == (ProductState.ADMITTED, ProductState.PENDING)


def test_a_mended_product_is_admitted(mei: Organisation) -> None:
    product = resubmit(submit(mei, title="国家级茶杯"), title="青花茶杯")

    assert (product.state, product.title, product.admitted_at) == (ProductState.ADMITTED, "青花茶杯", NOON + HOUR)
    assert cases() == [("refused", ["word_forbidden"], "rules"), ("admitted", [], "rules")]
    row = AuditRow.objects.latest("id")
    assert row.before is not None and row.after is not None
    assert (row.act, row.before["title"], row.before["state"]) == ("resubmit_product", "国家级茶杯", "refused")
    assert (row.after["title"], row.after["state"]) == ("青花茶杯", "admitted")


def test_mending_a_waiting_product_keeps_its_place_in_the_queue(mei: Organisation) -> None:
    product = submit(mei, image_url="")

    resubmit(product, image_url="", stock=0)

    case = Admission.objects.get()
    assert (case.verdict, case.submitted_at, [found.code for found in case.found()]) == (
        "pending", NOON, ["image_missing", "sold_out"]
    )  # fmt: skip


def test_a_waiting_product_mended_clean_is_admitted_in_the_same_case(mei: Organisation) -> None:
    resubmit(submit(mei, image_url=""))

    case = Admission.objects.get()
    assert (case.verdict, case.decided_at, case.decided_by) == ("admitted", NOON + HOUR, "rules")


def test_a_clean_change_stays_on_sale_and_is_news(mei: Organisation) -> None:
    product = submit(mei)

    resubmit(product, price_fen=12_000)

    kept = Product.objects.get()
    assert (kept.state, kept.price_fen, kept.admitted_at) == (ProductState.ADMITTED, 12_000, NOON)
    assert news()[1:] == [("product.changed", {"products": [product.pk]})]
    assert len(cases()) == 1


def test_a_doubtful_change_waits_and_keeps_the_level(mei: Organisation) -> None:
    product = make_product(mei, "陶瓷杯", level=3)

    resubmit(product, image_url="")

    kept = Product.objects.get()
    assert (kept.state, kept.level) == (ProductState.PENDING, 3)
    assert list(Product.objects.offered()) == []
    assert news() == [("product.changed", {"products": [product.pk]})]


def test_a_change_that_breaks_a_rule_leaves_goods_on_sale_as_they_are(mei: Organisation) -> None:
    product = submit(mei)
    before = everything()

    with pytest.raises(ChangeRefused) as refused:
        resubmit(product, title="国家级茶杯")

    assert everything() == before
    assert "国家级" in refused.value.message("zh")
    assert "article 9" in refused.value.message("en")


def test_off_the_shelf_a_clean_change_stays_off_the_shelf(mei: Organisation) -> None:
    product = catalog.take_off_shelf(submit(mei), by=BY, now=NOON)

    resubmit(product, stock=5)

    kept = Product.objects.get()
    assert (kept.state, kept.stock) == (ProductState.OFF_SHELF, 5)

"""Prices, stock, the shelf, and merchants that leave and come back."""

from datetime import timedelta

import pytest

from fenxiao.catalog import services as catalog
from fenxiao.catalog.errors import (
    ChangeRefused,
    DraftUnusable,
    NothingChanged,
    NotOffShelf,
    NotOnSale,
    NotOnShelf,
)
from fenxiao.catalog.models import Admission, Product, ProductState
from fenxiao.kernel import outbox
from fenxiao.kernel.errors import Refused
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties import services as parties
from fenxiao.parties.errors import OrganisationSuspended
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_product

pytestmark = pytest.mark.django_db


def peers(merchant: Organisation) -> None:
    for number in range(20):
        make_product(merchant, f"杯 {number}", price_fen=10_000)


def state_of(product: Product) -> tuple[str, int, int]:
    return Product.objects.values_list("state", "price_fen", "stock").get(pk=product.pk)


def last_trail() -> tuple[str, object, object]:
    row = AuditRow.objects.latest("id")
    return row.act, row.before, row.after


def news() -> list[tuple[str, object]]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", "payload"))


def test_a_new_price_is_news(cup: Product) -> None:
    catalog.reprice_product(cup, price_fen=9_900, by=BY, now=NOON)

    assert state_of(cup) == ("admitted", 9_900, 100)
    assert last_trail() == (
        "reprice_product",
        {"price_fen": 10_000, "state": "admitted"},
        {"price_fen": 9_900, "state": "admitted"},
    )
    assert news() == [("product.changed", {"products": [cup.pk]})]


def test_an_implausible_price_goes_to_review(mei: Organisation, cup: Product) -> None:
    peers(mei)

    catalog.reprice_product(cup, price_fen=499, by=BY, now=NOON)

    assert state_of(cup) == ("pending", 499, 100)
    case = Admission.objects.get()
    assert (case.product_id, case.verdict, [found.code for found in case.found()]) == (
        cup.pk, "pending", ["price_implausible"]
    )  # fmt: skip
    assert news() == [("product.changed", {"products": [cup.pk]})]


@pytest.mark.parametrize(
    ("state", "price_fen", "refusal"),
    [
        (ProductState.ADMITTED, 10_000, NothingChanged),
        (ProductState.ADMITTED, 0, DraftUnusable),
        (ProductState.OFF_SHELF, 499, ChangeRefused),
        (ProductState.PENDING, 9_900, NotOnSale),
        (ProductState.REFUSED, 9_900, NotOnSale),
    ],
)
def test_a_price_that_cannot_be_set_changes_nothing(
    mei: Organisation, state: ProductState, price_fen: int, refusal: type[Refused]
) -> None:
    peers(mei)
    product = make_product(mei, "陶瓷杯", state=state)

    with pytest.raises(refusal):
        catalog.reprice_product(product, price_fen=price_fen, by=BY, now=NOON)

    assert state_of(product) == (state, 10_000, 100)
    assert (AuditRow.objects.count(), OutboxEvent.objects.count(), Admission.objects.count()) == (0, 0, 0)


def test_stock_is_set_in_any_state_and_is_news_only_on_sale(mei: Organisation, cup: Product) -> None:
    hidden = make_product(mei, "未过审", state=ProductState.PENDING)

    for product in (cup, hidden):
        catalog.restock_product(product, stock=0, by=BY, now=NOON)

    assert (state_of(cup), state_of(hidden)) == (("admitted", 10_000, 0), ("pending", 10_000, 0))
    assert last_trail() == ("restock_product", {"stock": 100}, {"stock": 0})
    assert news() == [("product.changed", {"products": [cup.pk]})]


@pytest.mark.parametrize(("stock", "refusal"), [(-1, DraftUnusable), (2**31, DraftUnusable), (100, NothingChanged)])
def test_a_stock_that_cannot_be_set_changes_nothing(cup: Product, stock: int, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        catalog.restock_product(cup, stock=stock, by=BY, now=NOON)

    assert (state_of(cup), AuditRow.objects.count(), news()) == (("admitted", 10_000, 100), 0, [])


def test_freight_is_told_in_any_state_and_is_news_only_on_sale(mei: Organisation, cup: Product) -> None:
    hidden = make_product(mei, "未过审", state=ProductState.PENDING)

    for product, freight_fen in ((hidden, 600), (cup, 0)):
        catalog.set_freight(product, freight_fen=freight_fen, by=BY, now=NOON)

    assert list(Product.objects.order_by("pk").values_list("freight_fen", flat=True)) == [0, 600]
    assert last_trail() == ("set_freight", {"freight_fen": None}, {"freight_fen": 0})
    assert news() == [("product.changed", {"products": [cup.pk]})]


@pytest.mark.parametrize(
    ("freight_fen", "refusal"), [(-1, DraftUnusable), (10**18, DraftUnusable), (None, NothingChanged)]
)
def test_a_freight_that_cannot_be_set_changes_nothing(
    cup: Product, freight_fen: int | None, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        catalog.set_freight(cup, freight_fen=freight_fen, by=BY, now=NOON)

    cup.refresh_from_db()
    assert (cup.freight_fen, AuditRow.objects.count(), news()) == (None, 0, [])


def test_off_the_shelf_and_back_keeps_the_level(mei: Organisation) -> None:
    product = make_product(mei, "陶瓷杯", level=4)

    catalog.take_off_shelf(product, by=BY, now=NOON)
    away = (state_of(product)[0], list(Product.objects.offered()))
    catalog.put_back_on_shelf(product, by=BY, now=NOON + timedelta(hours=1))

    back = Product.objects.get(pk=product.pk)
    assert away == ("off_shelf", [])
    assert (back.state, back.level, back.admitted_at) == (ProductState.ADMITTED, 4, NOON)
    assert last_trail() == ("put_back_on_shelf", {"state": "off_shelf"}, {"state": "admitted"})
    assert news() == [("product.changed", {"products": [product.pk]})] * 2


def test_only_what_is_on_the_shelf_comes_off_it_and_only_what_is_off_goes_back(mei: Organisation, cup: Product) -> None:
    hidden = make_product(mei, "未过审", state=ProductState.PENDING)

    with pytest.raises(NotOnShelf):
        catalog.take_off_shelf(hidden, by=BY, now=NOON)
    for product in (cup, hidden):
        with pytest.raises(NotOffShelf):
            catalog.put_back_on_shelf(product, by=BY, now=NOON)

    assert (state_of(cup)[0], state_of(hidden)[0], AuditRow.objects.count()) == ("admitted", "pending", 0)


def test_a_suspended_merchant_changes_nothing(mei: Organisation, cup: Product) -> None:
    Organisation.objects.update(is_active=False)

    with pytest.raises(OrganisationSuspended):
        catalog.reprice_product(cup, price_fen=9_900, by=BY, now=NOON)
    with pytest.raises(OrganisationSuspended):
        catalog.restock_product(cup, stock=5, by=BY, now=NOON)

    assert (state_of(cup), AuditRow.objects.count()) == (("admitted", 10_000, 100), 0)


def test_when_a_merchant_is_suspended_the_floors_above_hear_of_their_goods(mei: Organisation, cup: Product) -> None:
    make_product(mei, "未过审", state=ProductState.PENDING)
    parties.suspend_organisation(mei, reason="假货", by=BY, now=NOON)

    outbox.deliver_due(now=NOON + timedelta(days=9_999))

    assert news() == [
        ("organisation.suspended", {"organisations": [mei.pk]}),
        ("product.changed", {"products": [cup.pk]}),
    ]
    assert list(Product.objects.offered()) == []

"""The page where tracked links lead."""

import pytest
from django.test import Client

from fenxiao.catalog.models import Product, ProductState
from fenxiao.parties.models import Organisation
from tests.cast import make_product


def test_buyers_see_title_price_and_merchant_without_a_login(pot: Product) -> None:
    answer = Client().get(f"/p/{pot.pk}?fx_click=signed")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert ["Iron pot" in page, "¥100.00" in page, "Mei" in page] == [True, True, True]


@pytest.mark.parametrize(("state", "level"), [(ProductState.OFF_SHELF, 2), (ProductState.ADMITTED, 0)])
def test_what_is_not_offered_is_only_said_to_be_gone(state: str, level: int, pot: Product) -> None:
    Product.objects.update(state=state, level=level)

    answer = Client().get(f"/p/{pot.pk}?gone=1")

    assert answer.status_code == 410
    assert "该商品已不可用" in answer.content.decode()
    assert "Iron pot" not in answer.content.decode()


def test_a_dead_link_to_a_product_on_offer_says_so_beside_it(pot: Product) -> None:
    page = Client().get(f"/p/{pot.pk}?gone=1").content.decode()

    assert "您访问的推广链接已失效" in page
    assert "Iron pot" in page


def test_titles_are_shown_as_text(mei: Organisation) -> None:
    product = make_product(mei, "<script>alert(1)</script>")

    assert "<script>alert" not in Client().get(f"/p/{product.pk}").content.decode()


def test_a_product_nobody_ever_had_is_a_404(db: None) -> None:
    assert Client().get("/p/999999").status_code == 404

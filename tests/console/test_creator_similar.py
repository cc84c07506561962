"""Goods like the one that a creator looks at: what was shown is logged."""

from fenxiao.catalog.models import Product
from fenxiao.discovery.models import Showing, Surface
from fenxiao.parties.models import Organisation
from tests.console.conftest import Visit


def test_similar_goods_that_are_shown_are_logged_in_their_order(
    visit: Visit, chen: Organisation, market: dict[str, Product]
) -> None:
    answer = visit(chen).get(f"/creator/products/{market['pot'].pk}/")

    row = Showing.objects.get()
    assert (row.surface, row.creator_id, row.first_place) == (Surface.SIMILAR, chen.pk, 1)
    assert row.products == [item.product.pk for item in answer.context["similar"]]
    assert set(row.products) == {market["fan"].pk, market["lamp"].pk}


def test_a_product_without_any_like_it_logs_nothing(visit: Visit, chen: Organisation, offered: Product) -> None:
    visit(chen).get(f"/creator/products/{offered.pk}/")

    assert not Showing.objects.exists()

"""What a creator reads of a product before selling it: its market, its stars, goods like it."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.console.creator.market import market_of, reviews_from
from fenxiao.deals import services as deals
from fenxiao.discovery import match_files
from fenxiao.discovery import services as discovery
from fenxiao.discovery.queries import similar_goods
from fenxiao.facts.models import ProductDay, PromotionDay
from fenxiao.facts.queries import ProductFigures
from fenxiao.orders.models import Review
from fenxiao.parties import services as parties
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_category, make_product
from tests.console.conftest import Visit
from tests.console.test_creator import make_line

TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def tuesday_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def make_day(product: Product, *, ago: int, **values: object) -> ProductDay:
    return ProductDay.objects.create(product=product, day=TODAY - timedelta(days=ago), **values)


def make_review(product: Product, creator: Organisation, *, number: int, stars: int, **values: object) -> Review:
    line = make_line(product, creator, number=number, **values)
    return Review.objects.create(source="test", external_id=str(number), line=line, stars=stars, reviewed_at=NOON)


def test_the_market_is_that_of_the_last_ninety_days(pot: Product, chen: Organisation) -> None:
    make_day(pot, ago=0, units=3, commission_fen=600, lowest_unit_fen=9_000, highest_unit_fen=10_000)
    make_day(pot, ago=40, units=2, lowest_unit_fen=9_500, highest_unit_fen=11_000)
    make_day(pot, ago=90, units=50, lowest_unit_fen=1, highest_unit_fen=99_999)  # a day too old
    PromotionDay.objects.create(product=pot, creator=chen, day=TODAY, paid_lines=1)

    found = market_of(pot, now=NOON)

    assert len(found.days) == 90
    assert (found.units_30d, found.units_before, found.units_change_bp) == (3, 2, 5_000)
    assert (found.lowest_fen, found.highest_fen, found.creators_30d) == (9_000, 11_000, 1)
    assert (found.merchant_score_centi, found.reviews) == (None, None)


def test_stars_are_told_as_shares_with_the_trend(pot: Product) -> None:
    days = (
        [ProductFigures()] * 30 + [ProductFigures(reviews=2, stars=8)] * 30 + [ProductFigures(reviews=2, stars=9)] * 30
    )

    found = reviews_from({5: 6, 4: 3, 3: 0, 2: 0, 1: 3}, days=days)

    assert found is not None
    assert found.shares == [(5, 50.0), (4, 25.0), (3, 0.0), (2, 0.0), (1, 25.0)]
    assert (found.average, found.band, found.month, found.month_before, found.change) == (3.75, 10, 4.5, 4.0, 0.5)


def test_the_page_shows_the_market_and_not_how_many_reviews_there_are(
    visit: Visit,
    chen: Organisation,
    offered: Product,
) -> None:
    make_day(
        offered, ago=1, units=7, commission_fen=1_234, gmv_fen=65_432, lowest_unit_fen=9_100, highest_unit_fen=9_900
    )
    make_review(offered, chen, number=1, stars=5)
    make_review(offered, chen, number=2, stars=2)
    make_review(offered, chen, number=3, stars=1, reason="self_purchase", state=80, invalid_at=NOON)
    parties.record_score(offered.merchant, score_centi=472, by=BY, now=NOON - timedelta(hours=1))

    page = visit(chen, language="en").get(f"/creator/products/{offered.pk}/").content.decode()

    assert ["3.50" in page, "fewer than 10 reviews" in page, "4.72" in page] == [True] * 3
    assert ['data-value="7">7<' in page, "¥12.34" in page, "¥91.00" in page, "¥99.00" in page] == [True] * 4
    assert "¥654.32" not in page  # what its merchant took is the merchant's


def test_similar_goods_share_words_within_the_category(
    market: dict[str, Product],
    mei: Organisation,
) -> None:
    pan = make_product(mei, "Iron pan")
    other = make_product(mei, "Iron gate", category=make_category("hb-1-1"))
    for product in (pan, other):
        deals.open_plan(product, rate_bp=1_000, by=BY, now=NOON)
    discovery.rebuild_index(now=NOON)
    pot = market["pot"]

    found = similar_goods(pot)

    assert found[0] == pan
    assert pot not in found
    assert {product.pk for product in found} == {pan.pk, market["fan"].pk, market["lamp"].pk}


def test_similar_goods_take_one_statement(market: dict[str, Product]) -> None:
    pot = Product.objects.select_related("category").get(pk=market["pot"].pk)
    with CaptureQueriesContext(
        connection,
    ) as told:
        similar_goods(pot)
    assert len(told) == 1


def test_goods_bought_together_come_first(
    market: dict[str, Product],
) -> None:
    pot, lamp = market["pot"], market["lamp"]
    with match_files.making() as folder:
        for kind in match_files.Kind:
            pair = match_files.Table(
                ids=np.array([pot.pk]),
                named=np.array([pot.pk, lamp.pk]),
                others=np.array([[0, 1]], dtype=np.int32),
                scores=np.array([[2.0, 1.0]], dtype=np.float32),
            )
            match_files.write(folder, kind, pair)

    assert [product.pk for product in similar_goods(pot)] == [lamp.pk, market["fan"].pk]


@pytest.mark.parametrize(("freight_fen", "said"), [(0, "Ships free"), (650, "¥6.50"), (None, "Not told")])
def test_delivery_is_told(
    freight_fen: int | None, said: str, visit: Visit, chen: Organisation, offered: Product
) -> None:
    Product.objects.filter(pk=offered.pk).update(freight_fen=freight_fen)

    page = visit(chen, language="en").get(f"/creator/products/{offered.pk}/").content.decode()

    assert f"<dt>Freight</dt><dd>{said}" in page.replace('<span class="fx-money">', "")

"""Goods are found by words, filters and order; what may not be offered is never found."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.deals.models import PlanSpell, PlanType
from fenxiao.discovery import services
from fenxiao.discovery.errors import IndexMissing
from fenxiao.discovery.queries import Found, SearchAsk, search
from fenxiao.discovery.rules import LEVEL_BOOST, Sort
from fenxiao.discovery.rules.asks import PLAN_TYPES
from fenxiao.facts.models import ProductDay
from fenxiao.kernel.clock import business_day
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Organisation, Score
from tests.cast import NOON, make_plan, make_product
from tests.discovery.shop import Shop, open_shop


@pytest.fixture
def shop(mei: Organisation) -> Shop:
    return open_shop(mei)


@pytest.fixture
def indexed(shop: Shop) -> Shop:
    services.rebuild_index(now=NOON)
    return shop


def ids_of(found: Found) -> list[int]:
    return [row.product.pk for row in found.rows]


def find(**ask: object) -> list[int]:
    return ids_of(search(SearchAsk(**ask), now=NOON))  # type: ignore[arg-type]  the test names fields freely


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("咖啡", {"beans", "drip"}),
        ("猫砂", {"litter", "tray"}),  # 猫砂盆 is cut as 猫 + 砂盆
        ("砂盆", {"tray"}),
        ("cat", {"tray"}),
        ("CATS", {"tray"}),
        ("咖啡 beans", {"beans"}),
        ("ｃｏｆｆｅｅ", {"beans"}),
        ("yunnan", {"beans"}),  # the brand
        ("饮品", {"beans", "drip"}),  # the category
        ("除臭的猫砂", {"litter"}),
        ("咖啡 猫砂", set()),
        ("!!!", set()),
    ],
)
def test_words_find_what_has_all_of_them(indexed: Shop, text: str, names: set[str]) -> None:
    assert set(find(text=text)) == {getattr(indexed, name).pk for name in names}


def test_a_word_in_the_title_comes_before_characters_cut_otherwise(indexed: Shop) -> None:
    Product.objects.filter(pk=indexed.tray.pk).update(level=3, price_fen=6_000)  # earns the same, as good
    services.refresh([indexed.tray.pk], now=NOON)

    assert find(text="猫砂") == [indexed.litter.pk, indexed.tray.pk]


def test_filters_narrow(indexed: Shop) -> None:
    litter, tray, beans, drip = indexed.litter.pk, indexed.tray.pk, indexed.beans.pk, indexed.drip.pk

    assert set(find(category_id="ap-2-4")) == {litter, tray}
    assert set(find(category_id="fb")) == {beans, drip}
    assert set(find(price_min_fen=4_500, price_max_fen=6_000)) == {beans, drip}
    assert set(find(price_max_fen=3_000)) == {litter}
    assert set(find(price_min_fen=8_000)) == {tray}
    assert set(find(commission_min_bp=2_000)) == {litter, beans}
    assert set(find(levels=(1, 2))) == {tray, drip}
    assert set(find(earns_min_fen=600)) == {litter, tray, beans}
    assert set(find(in_stock_only=True)) == {litter, tray, beans}
    assert find(sales_min=1) == find(score_min_centi=1) == []
    assert find(select_only=True) == [beans]
    assert find(text="咖啡", levels=(1,), category_id="fb-1") == [drip]
    assert find(text="咖啡", category_id="ap") == []


def test_sorts_order(indexed: Shop) -> None:
    litter, tray, beans, drip = indexed.litter.pk, indexed.tray.pk, indexed.beans.pk, indexed.drip.pk
    ProductDay.objects.create(product_id=drip, day=business_day(NOON), units=9)
    ProductDay.objects.create(product_id=tray, day=business_day(NOON), units=4)
    services.rebuild_index(now=NOON)

    assert find(sort="price_asc") == [litter, drip, beans, tray]
    assert find(sort="price_desc") == [tray, beans, drip, litter]
    assert find(sort="earns") == [beans, tray, litter, drip]  # 18.00, 8.00, 6.00, 2.25
    assert find(sort="commission") == [beans, litter, tray, drip]  # 30 %, 20 %, 10 %, 5 %
    assert find(sort="sales")[:2] == [drip, tray]
    assert find(sort="recommended") == [beans, litter, tray, drip]
    assert find(text="咖啡", sort="price_asc") == [drip, beans]


def test_a_row_says_what_it_earns_and_why_it_stands_there(indexed: Shop, mei: Organisation) -> None:
    Score.objects.create(organisation=mei, score_centi=470, from_at=NOON)
    ProductDay.objects.create(product=indexed.beans, day=business_day(NOON), units=7)
    services.rebuild_index(now=NOON)

    row = search(SearchAsk(text="beans"), now=NOON).rows[0]

    assert (row.product.title, row.rate_bp, row.commission_fen) == ("云南小粒咖啡豆 Coffee beans", 3_000, 1_800)
    assert (row.sales_30d, row.merchant_score_centi) == (7, 470)
    assert row.relevance > 0
    assert (row.factors.level, row.factors.availability) == (LEVEL_BOOST[5], 1.0)


def test_facets_count_under_the_other_filters(indexed: Shop) -> None:
    facets = search(SearchAsk(category_id="fb-1-3", levels=(5,)), now=NOON).facets

    assert [(each.category.pk, each.count) for each in facets.categories] == [("fb-1-3", 1)]  # of L5, every category
    assert facets.levels == {1: 1, 2: 0, 3: 0, 4: 0, 5: 1}  # of 饮品, every level
    assert (facets.select, facets.ships_free, facets.plan_types) == (1, 1, {PlanType.NORMAL: 1})


@pytest.mark.parametrize("text", ["", "咖啡"])
def test_a_count_is_what_is_found_once_it_is_chosen(indexed: Shop, text: str) -> None:
    facets = search(SearchAsk(text=text), now=NOON).facets

    def found(**chosen: Any) -> int:
        return search(SearchAsk(text=text, **chosen), now=NOON).total

    assert facets.select == found(select_only=True) > 0
    assert facets.ships_free == found(ships_free_only=True) > 0
    assert {kind: found(plan_types=(kind,)) for kind in PLAN_TYPES} == {
        kind: facets.plan_types.get(kind, 0) for kind in PLAN_TYPES
    }
    assert {level: found(levels=(level,)) for level in range(1, 6)} == facets.levels


def test_pages_neither_repeat_nor_miss(indexed: Shop, mei: Organisation) -> None:
    twins = [make_product(mei, "同款杯子", price_fen=5_000) for _ in range(7)]
    for twin in twins:
        make_plan(twin, rate_bp=1_000)
    services.refresh([twin.pk for twin in twins], now=NOON)

    for sort in Sort:
        pages = [search(SearchAsk(sort=sort, page=page, per_page=3), now=NOON) for page in (1, 2, 3, 4, 5)]
        assert [len(page.rows) for page in pages] == [3, 3, 3, 2, 0]
        assert {(page.total, page.pages) for page in pages} == {(11, 4)}
        assert len({pk for page in pages for pk in ids_of(page)}) == 11


def test_l0_not_admitted_and_without_a_plan_are_not_indexed(indexed: Shop, mei: Organisation) -> None:
    make_plan(make_product(mei, "差咖啡", level=0), rate_bp=9_000)
    make_plan(make_product(mei, "待审咖啡", state="pending"), rate_bp=9_000)  # type: ignore[arg-type]  its value
    make_product(mei, "无计划咖啡")

    assert services.rebuild_index(now=NOON).products == 4
    assert set(find(text="咖啡")) == {indexed.beans.pk, indexed.drip.pk}


def test_what_fell_since_it_was_indexed_is_neither_shown_nor_counted(indexed: Shop) -> None:
    Product.objects.filter(pk=indexed.beans.pk).update(level=0, is_select=False)
    PlanSpell.objects.filter(plan__product=indexed.tray).update(closes_at=NOON)

    assert (found := search(SearchAsk(), now=NOON)).total == 2
    assert set(ids_of(found)) == {indexed.litter.pk, indexed.drip.pk}


def test_goods_not_graded_yet_are_found_as_new(indexed: Shop, mei: Organisation) -> None:
    fresh = make_product(mei, "新茶", level=None)
    make_plan(fresh, rate_bp=100)
    services.refresh([fresh.pk], now=NOON)

    assert find(text="新茶", levels=(1,)) == [fresh.pk]


def test_more_rows_cost_no_more_statements(indexed: Shop) -> None:
    counts = []
    for ask in (SearchAsk(text="cat"), SearchAsk()):
        with CaptureQueriesContext(
            connection,
        ) as statements:
            found = search(ask, now=NOON)
            counted = sum(found.facets.levels.values())
        assert counted == found.total > 0
        counts.append(len(statements))

    assert counts == [6, 6]


def test_an_unknown_category_is_refused(indexed: Shop) -> None:
    with pytest.raises(BadInput) as refused:
        search(SearchAsk(category_id="zz-9"), now=NOON)

    assert refused.value.details["field"] == "category_id"


def test_without_an_index_nothing_is_answered(shop: Shop) -> None:
    with pytest.raises(IndexMissing):
        search(SearchAsk(), now=NOON)


def test_an_empty_index_answers_that_there_is_nothing(db: None) -> None:
    assert services.rebuild_index(now=NOON).products == 0

    assert search(SearchAsk(text="咖啡"), now=NOON).total == 0

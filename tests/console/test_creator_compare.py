"""Creators set up to four goods side by side."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product, ProductState
from fenxiao.console.creator.comparing import best_of
from fenxiao.deals import services as deals
from fenxiao.parties import services as parties
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_product
from tests.console.conftest import Visit
from tests.facts.market import make_line

COMPARE = "/creator/compare/"


@pytest.fixture(autouse=True)
def tuesday_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def address(*products: Product) -> str:
    return COMPARE + "?" + "&".join(f"products={product.pk}" for product in products)


@pytest.mark.parametrize(
    ("values", "is_least", "best"),
    [
        ([3, 5, 5], False, {1, 2}),
        ([3, 5, 4], True, {0}),
        ([None, 5, 4], False, {1}),
        ([5, 5], False, set()),
        ([None, 5], False, set()),
        ([], False, set()),
    ],
)
def test_the_best_are_marked_where_they_differ(values: list[float | None], is_least: bool, best: set[int]) -> None:
    assert best_of(values, is_least=is_least) == best


def test_goods_stand_side_by_side_with_the_best_of_each_row(
    visit: Visit, chen: Organisation, market: dict[str, Product]
) -> None:
    pot, fan, lamp = (market[name] for name in ("pot", "fan", "lamp"))
    Product.objects.filter(pk=pot.pk).update(freight_fen=0)
    Product.objects.filter(pk=fan.pk).update(freight_fen=500)
    parties.record_score(pot.merchant, score_centi=450, by=BY, now=NOON - timedelta(days=1))

    answer = visit(chen, language="en").get(address(fan, pot, lamp))

    columns = {each.product.title: each for each, _ in answer.context["columns"]}
    assert list(columns) == ["Paper fan", "Iron pot", "Night lamp"]
    assert {title: sorted(each.best) for title, each in columns.items()} == {
        "Paper fan": ["price"],
        "Iron pot": ["freight"],
        "Night lamp": ["earns", "level", "rate"],
    }
    page = answer.content.decode()
    assert [sum_ in page for sum_ in ("¥1.80", "¥18.00", "¥45.00", "4.50", "Ships free")] == [True] * 5
    assert page.count("Normal plan") == 3


def test_a_column_is_taken_away_by_a_link(visit: Visit, chen: Organisation, market: dict[str, Product]) -> None:
    pot, fan = market["pot"], market["fan"]
    client = visit(chen)

    columns = client.get(address(pot, fan)).context["columns"]

    assert [without for _, without in columns] == [address(fan), address(pot)]
    assert [each.product for each, _ in client.get(columns[0][1]).context["columns"]] == [fan]


def test_a_fifth_is_refused_in_words(visit: Visit, chen: Organisation, mei: Organisation) -> None:
    goods = [make_product(mei, f"Pot {number}") for number in range(5)]
    client = visit(chen, language="en")

    shown = client.get(address(*goods))
    ticked = client.post(
        f"{COMPARE}choose", {"products": [each.pk for each in goods]}, headers={"referer": "http://testserver/creator/"}
    )
    said = client.get(ticked["Location"]).content.decode()

    assert shown.status_code == 422
    assert "Four goods at most can be compared" in shown.content.decode()
    assert [each.product for each, _ in shown.context["columns"]] == goods[:4]
    assert ticked["Location"] == "/creator/"
    assert "4 goods at most can be compared" in said


def test_ticked_goods_lead_to_the_page_each_once(visit: Visit, chen: Organisation, market: dict[str, Product]) -> None:
    pot, fan = market["pot"], market["fan"]
    client = visit(chen)

    assert client.post(f"{COMPARE}choose", {"products": [fan.pk, pot.pk, fan.pk]})["Location"] == address(fan, pot)
    assert client.post(f"{COMPARE}choose").status_code == 422


@pytest.mark.parametrize("asked", ["products=x", "products=-1", "products=1.5", f"products={10**30}"])
def test_what_is_no_product_is_refused_by_its_field(visit: Visit, chen: Organisation, asked: str) -> None:
    answer = visit(chen, language="en").get(f"{COMPARE}?{asked}")

    assert answer.status_code == 422
    assert "products" in answer.content.decode()


def test_what_left_the_market_is_said_and_what_never_was_on_it_does_not_exist(
    visit: Visit, chen: Organisation, market: dict[str, Product], mei: Organisation
) -> None:
    pot, fan = market["pot"], market["fan"]
    secret = make_product(mei, "Not admitted", state=ProductState.PENDING)
    Product.objects.filter(pk=fan.pk).update(level=0)

    answer = visit(chen, language="en").get(address(pot, fan, secret))

    page = answer.content.decode()
    assert [(each.product, each.is_offered, each.best) for each, _ in answer.context["columns"]] == [
        (pot, True, frozenset()),
        (fan, False, frozenset()),
    ]
    assert page.count("Not on the market any more") == 1
    assert f'href="/creator/products/{fan.pk}/"' not in page
    assert "Not admitted" not in page


def test_one_alone_is_offered_goods_like_it_and_none_a_way_to_choose(
    visit: Visit, chen: Organisation, market: dict[str, Product]
) -> None:
    client = visit(chen, language="en")
    pot, fan = market["pot"], market["fan"]

    alone = client.get(address(pot)).content.decode()

    assert f"{address(pot)}&amp;products={fan.pk}" in alone
    assert "Nothing to compare" in client.get(COMPARE).content.decode()


def test_goods_are_picked_and_linked_from_their_columns(
    visit: Visit, chen: Organisation, market: dict[str, Product]
) -> None:
    client, pot = visit(chen, language="en"), market["pot"]
    back = address(pot, market["fan"])

    picked = client.post("/creator/shelf/pick", {"only": pot.pk, "back": back})
    page = client.get(picked["Location"]).content.decode()

    assert picked["Location"] == back
    assert "On your shelf" in page
    assert f"/creator/products/{pot.pk}/link/?application=0" in page


def test_four_cost_no_more_statements_than_two(visit: Visit, chen: Organisation, market: dict[str, Product]) -> None:
    client, goods = visit(chen), list(market.values())
    more = make_product(goods[0].merchant, "Other pot")
    deals.open_plan(more, rate_bp=1_000, by=BY, now=NOON)
    make_line(goods[0], paid_at=NOON, buyer_key="one")

    def asked(*products: Product) -> int:
        client.get(address(*products))
        with CaptureQueriesContext(
            connection,
        ) as said:
            assert client.get(address(*products)).status_code == 200
        return len(said)

    assert asked(*goods, more) == asked(*goods[:2])


def test_every_list_leads_to_it(visit: Visit, chen: Organisation, market: dict[str, Product]) -> None:
    client, alone = visit(chen), f'href="{address(market["pot"])}"'

    listed, product = (
        client.get(page).content.decode() for page in ("/creator/", f"/creator/products/{market['pot'].pk}/")
    )

    assert 'formaction="/creator/compare/choose"' in listed
    assert [alone in listed, alone in product] == [True, True]

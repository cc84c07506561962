"""A creator's shelf: picking goods, reading what each earns and why one does not, ordering, noting, taking off."""

from datetime import timedelta

import pytest
from django.test import Client

from fenxiao.catalog.models import Product
from fenxiao.console.creator.shelving import Move, first_after_move
from fenxiao.deals import services as deals
from fenxiao.deals.models import Application, Plan, ShelfItem, StepWindow
from fenxiao.deals.services import Picking
from fenxiao.orders.models import LineState
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_plan, make_product
from tests.console.conftest import Visit
from tests.console.test_counts import statements
from tests.console.test_creator import make_line, tuesday_noon  # noqa: F401  fixtures
from tests.deals.activity_cast import passed, publish

SHELF = "/creator/shelf/"


@pytest.fixture
def mine(visit: Visit, chen: Organisation) -> Client:
    """Chen at work."""
    return visit(chen)


@pytest.fixture
def goods(mei: Organisation, chen: Organisation) -> list[Product]:
    """Three of Mei's goods on Chen's shelf."""
    made = [make_product(mei, f"Pot {number}") for number in (1, 2, 3)]
    for product in made:
        make_plan(product, rate_bp=1_000)
    put(chen, *made)
    return made


def put(creator: Organisation, *products: Product, application: Application | None = None) -> None:
    """Goods on a shelf."""
    key = application.pk if application else None
    items = [Picking(product_id=product.pk, application_id=key) for product in products]
    told = deals.pick(creator, items=items, by=BY, now=NOON)
    assert all(each.ok for each in told)


def titles_of(creator: Organisation) -> list[str]:
    rows = ShelfItem.objects.filter(creator=creator, removed_at=None).order_by("place", "id")
    return list(rows.values_list("product__title", flat=True))


def test_goods_ticked_in_the_selection_centre_come_onto_the_shelf(
    mine: Client,
    chen: Organisation,
    market: dict[str, Product],
) -> None:
    ids = [market["fan"].pk, market["lamp"].pk]

    answer = mine.post("/creator/shelf/pick?q=&sort=sales", {"products": ids})
    page = mine.get(answer["Location"]).content.decode()

    assert answer["Location"] == "/creator/?q=&sort=sales"
    assert titles_of(chen) == ["Paper fan", "Night lamp"]
    assert "2 件商品已加入货架" in page
    assert page.count("fx-picked") == 2


def test_one_press_picks_that_product_alone(
    mine: Client,
    chen: Organisation,
    market: dict[str, Product],
) -> None:
    mine.post("/creator/shelf/pick", {"products": [market["fan"].pk], "only": market["pot"].pk})

    assert titles_of(chen) == ["Iron pot"]


def test_what_cannot_be_picked_is_said_and_the_rest_is_picked(
    mine: Client,
    chen: Organisation,
    mei: Organisation,
    market: dict[str, Product],
) -> None:
    bare = make_product(mei, "Bare pan")

    page = mine.post("/creator/shelf/pick", {"products": [bare.pk, market["pot"].pk]}, follow=True).content.decode()

    assert titles_of(chen) == ["Iron pot"]
    assert "商品「Bare pan」当前没有对你生效的佣金" in page


@pytest.mark.parametrize("said", [[], ["pot"], ["-1"], ["9" * 30]])
def test_nothing_ticked_is_refused(said: list[str], mine: Client, chen: Organisation) -> None:
    assert mine.post("/creator/shelf/pick", {"products": said}).status_code == 422
    assert titles_of(chen) == []


def test_the_shelf_says_what_each_earns_and_through_what(
    mine: Client, chen: Organisation, lao_wu: Organisation, goods: list[Product]
) -> None:
    put(chen, goods[1], application=passed(publish(lao_wu, title="Spring"), goods[1]))

    page = mine.get(SHELF).content.decode()

    assert page.index("Pot 1") < page.index("Pot 2") < page.index("Pot 3")
    assert [page.count("¥9.00"), page.count("¥18.00")] == [2, 1]  # 10 % and the activity's 20 %, less the tenth
    assert ["Spring" in page, "Lao Wu" in page, "3 件商品正在计佣" in page] == [True] * 3


def take_off(product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(state="off_shelf")


def fall(product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(level=0)


def suspend(product: Product) -> None:
    Organisation.objects.filter(pk=product.merchant_id).update(is_active=False)


def close_the_plan(product: Product) -> None:
    plan = Plan.objects.get(product=product)
    plan.planspell_set.update(closes_at=NOON)


@pytest.mark.parametrize(
    ("befall", "words"),
    [
        (take_off, "商品已下架"),
        (fall, "已降为 L0"),
        (suspend, "暂不可推广"),
        (close_the_plan, "没有对您生效的计划"),
    ],
)
def test_what_earns_nothing_is_said_plainly_and_gives_no_link(
    befall, words: str, mine: Client, chen: Organisation, pot: Product
) -> None:
    make_plan(pot, rate_bp=1_000, since=NOON - timedelta(days=1))
    put(chen, pot)
    befall(pot)

    page = mine.get(SHELF).content.decode()

    assert words in page
    assert "1 件没有收益" in page
    assert "取链" not in page


def test_an_activity_that_is_over_is_said_while_the_plan_still_earns(
    mine: Client, chen: Organisation, lao_wu: Organisation, goods: list[Product]
) -> None:
    application = passed(publish(lao_wu), goods[0])
    put(chen, goods[0], application=application)
    Application.objects.filter(pk=application.pk).update(ends_at=NOON)

    page = mine.get(SHELF).content.decode()

    assert "活动已结束" in page
    assert "1 件的活动已失效" in page
    assert page.count("¥9.00") == 3  # by the plan alone


def test_another_way_that_earns_more_is_said(
    mine: Client, chen: Organisation, lao_wu: Organisation, goods: list[Product]
) -> None:
    application = passed(publish(lao_wu), goods[2])

    page = mine.get(SHELF).content.decode()

    assert "换一种方式每单赚 ¥18.00" in page
    assert f"/creator/products/{goods[2].pk}/?application={application.pk}" in page


def test_progress_towards_the_next_step_is_shown(mine: Client, chen: Organisation, pot: Product) -> None:
    plan = deals.open_plan(pot, rate_bp=1_000, by=BY, now=NOON)
    window = deals.open_step_window(
        plan, from_at=NOON, until_at=NOON + timedelta(days=9), ladder=((3, 200),), by=BY, now=NOON
    )
    put(chen, pot)
    counted = {"plan_id": plan.pk, "step_window_id": window.pk}
    make_line(pot, chen, number=1, **counted)
    make_line(pot, chen, number=2, **counted, refunded_fen=10_000)
    make_line(pot, chen, number=3, **counted, state=LineState.INVALID, reason="own_link", invalid_at=NOON)

    page = mine.get(SHELF).content.decode()

    assert StepWindow.objects.count() == 1
    assert "已有 1 单有效订单，再出 2 单可加佣 2%" in page


@pytest.mark.parametrize(
    ("at", "move", "order"),
    [
        (2, "up", ["Pot 1", "Pot 3", "Pot 2"]),
        (1, "up", ["Pot 2", "Pot 1", "Pot 3"]),
        (0, "up", ["Pot 1", "Pot 2", "Pot 3"]),
        (0, "down", ["Pot 2", "Pot 1", "Pot 3"]),
        (2, "down", ["Pot 1", "Pot 2", "Pot 3"]),
        (2, "top", ["Pot 3", "Pot 1", "Pot 2"]),
    ],
)
def test_goods_are_moved(
    at: int, move: str, order: list[str], *, mine: Client, chen: Organisation, goods: list[Product]
) -> None:
    answer = mine.post(f"/creator/shelf/{goods[at].pk}/move", {"do": move, "page": "1"})

    assert answer["Location"] == f"/creator/shelf/#item-{goods[at].pk}"
    assert titles_of(chen) == order


@pytest.mark.parametrize("move", Move)
def test_moving_loses_and_doubles_nothing(move: Move) -> None:
    ordered = [5, 3, 9, 1]

    for product_id in ordered:
        first = first_after_move(ordered, product_id=product_id, move=move)
        assert sorted([*first, *(each for each in ordered if each not in first)]) == sorted(ordered)


def test_an_unknown_move_and_what_is_not_on_the_shelf_are_refused(
    mine: Client, chen: Organisation, goods: list[Product], pot: Product
) -> None:
    assert mine.post(f"/creator/shelf/{goods[0].pk}/move", {"do": "sideways"}).status_code == 422
    assert mine.post(f"/creator/shelf/{pot.pk}/move", {"do": "up"}).status_code == 409
    assert titles_of(chen) == ["Pot 1", "Pot 2", "Pot 3"]


def test_a_note_is_kept_and_wiped(mine: Client, chen: Organisation, goods: list[Product]) -> None:
    address = f"/creator/shelf/{goods[0].pk}/note"

    noted = mine.post(address, {"note": "Show first"}, follow=True).content.decode()
    mine.post(address, {"note": "x" * 201})
    kept = ShelfItem.objects.get(product=goods[0]).note
    mine.post(address, {"note": ""})

    assert 'value="Show first"' in noted
    assert kept == "Show first"
    assert ShelfItem.objects.get(product=goods[0]).note == ""


def test_ticked_goods_are_taken_off(mine: Client, chen: Organisation, goods: list[Product]) -> None:
    page = mine.post("/creator/shelf/remove", {"products": [goods[0].pk, goods[2].pk]}, follow=True).content.decode()

    assert titles_of(chen) == ["Pot 2"]
    assert "已移出 2 件商品。" in page


def test_more_than_fifty_at_once_are_refused(mine: Client, chen: Organisation, goods: list[Product]) -> None:
    answer = mine.post("/creator/shelf/remove", {"products": list(range(1, 52))})

    assert answer.status_code == 422
    assert len(titles_of(chen)) == 3


def test_the_shelf_of_another_creator_is_neither_seen_nor_touched(
    visit: Visit, house: dict[str, Organisation], chen: Organisation, goods: list[Product]
) -> None:
    theirs = visit(house["creator"])

    assert "Pot 1" not in theirs.get(SHELF).content.decode()
    assert theirs.post("/creator/shelf/remove", {"only": goods[0].pk}).status_code == 409
    assert theirs.post(f"/creator/shelf/{goods[0].pk}/note", {"note": "Hm"}).status_code == 409
    assert titles_of(chen) == ["Pot 1", "Pot 2", "Pot 3"]


def test_three_goods_cost_no_more_statements_than_one(
    mine: Client, chen: Organisation, lao_wu: Organisation, mei: Organisation
) -> None:
    activity = publish(lao_wu)

    def more(number: int) -> None:
        product = make_product(mei, f"Pan {number}")
        plan = deals.open_plan(product, rate_bp=1_000, by=BY, now=NOON)
        until_at = NOON + timedelta(days=9)
        deals.open_step_window(plan, from_at=NOON, until_at=until_at, ladder=((3, 200),), by=BY, now=NOON)
        put(chen, product)
        carried = make_product(mei, f"Carried {number}")
        put(chen, carried, application=passed(activity, carried))

    more(1)
    for_one = statements(mine, SHELF)
    more(2)
    more(3)

    assert statements(mine, SHELF) == for_one

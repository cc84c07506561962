"""The ways to promote a product: what each earns, links that carry an activity, and leaders' share tokens."""

from datetime import timedelta

import pytest
from django.test import Client

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import Application, ShelfItem
from fenxiao.deals.rules import ActivityKind
from fenxiao.parties.models import CreatorTier, Kind, Organisation
from fenxiao.tracking.models import Link, Place
from tests.cast import BY, NOON, make_organisation
from tests.console.conftest import Visit
from tests.console.test_counts import statements
from tests.console.test_creator import make_line, tuesday_noon  # noqa: F401  fixtures
from tests.deals.activity_cast import passed, publish


@pytest.fixture
def mine(visit: Visit, chen: Organisation) -> Client:
    """Chen at work."""
    return visit(chen)


@pytest.fixture
def spring(
    lao_wu: Organisation,
    offered: Product,
) -> Application:
    """The pot in Lao Wu's activity at 30 %, ten points more than its plan."""
    return passed(publish(lao_wu, title="Spring"), offered, rate_bp=3_000)


@pytest.fixture
def place(chen: Organisation) -> Place:
    """Where Chen shows links."""
    return Place.objects.create(code="own", creator=chen, name="Own", opened_at=NOON)


def page_of(client: Client, application: Application, query: str = "") -> str:
    return client.get(f"/creator/products/{application.product_id}/{query}").content.decode()


def exclusive_for(leader: Organisation, product: Product, *creators: Organisation) -> Application:
    ids = frozenset(creator.pk for creator in creators)
    activity = publish(leader, type=ActivityKind.EXCLUSIVE, creator_ids=ids, title="For few")
    return passed(activity, product, rate_bp=4_000)


def test_the_best_way_is_shown_first_and_every_way_can_be_chosen(mine: Client, spring: Application) -> None:
    best, plain = page_of(mine, spring), page_of(mine, spring, "?application=0")

    assert best.count("¥27.00") == 2  # in the sum and among the ways: 30 % less the tenth
    assert plain.count("¥18.00") == 3
    assert "换一种推广方式赚得更多：每单 ¥27.00，当前为 ¥18.00。" in plain
    assert "推广链接未带该招商活动" in plain
    assert f'name="application" value="{spring.pk}"' in best


@pytest.mark.parametrize("asked", ["x", "-1", "9" * 30, "77"])
def test_a_way_that_there_is_not_shows_the_best(asked: str, mine: Client, spring: Application) -> None:
    assert page_of(mine, spring, f"?application={asked}").count("¥27.00") == 2


def test_an_exclusive_activity_is_a_way_for_those_it_names_alone(
    visit: Visit,
    chen: Organisation,
    lao_wu: Organisation,
    offered: Product,
) -> None:
    other = make_organisation(Kind.CREATOR, "Other")
    application = exclusive_for(lao_wu, offered, other)

    assert "¥36.00" in page_of(visit(other), application)
    mine = page_of(visit(chen), application)
    assert "¥36.00" not in mine
    assert "该活动不面向您" in mine


def test_the_page_tells_ones_tier_and_what_the_nth_order_earns(
    mine: Client,
    chen: Organisation,
    pot: Product,
) -> None:
    plan = deals.open_plan(pot, rate_bp=1_000, by=BY, now=NOON)
    for tier, extra_bp in (("gold", 300), ("silver", 200)):
        deals.set_differential(plan, tier=tier, extra_bp=extra_bp, by=BY, now=NOON)
    until_at = NOON + timedelta(days=9)
    window = deals.open_step_window(plan, from_at=NOON, until_at=until_at, ladder=((2, 500),), by=BY, now=NOON)
    CreatorTier.objects.create(creator=chen, tier="silver", from_at=NOON)
    make_line(pot, chen, plan_id=plan.pk, step_window_id=window.pk)

    page = mine.get(f"/creator/products/{pot.pk}/").content.decode()

    assert "金牌达人加佣 3%<" in page
    assert "银牌达人加佣 2%: 您的等级" in page
    assert page.count("¥10.80") == 2  # 12 % less the tenth: the sum, and the first two orders
    assert "第 3 单起" in page
    assert "¥15.30" in page  # 17 % less the tenth
    assert "已有 1 单有效订单，再出 1 单可加佣 5%" in page


def test_the_platforms_part_is_of_the_commission_and_not_of_the_leaders_fee(mine: Client, spring: Application) -> None:
    page = page_of(mine, spring)

    assert "−¥3.00" in page  # a tenth of the commission of 30.00; another tenth of the fee of 10.00 is not Chen's
    assert "−¥4.00" not in page


def test_picking_takes_the_way_along_and_picking_again_moves_it(mine: Client, spring: Application) -> None:
    address = f"/creator/products/{spring.product_id}/pick"

    mine.post(address, {"application": "0"})
    before = ShelfItem.objects.get().application_id
    answer = mine.post(address, {"application": spring.pk})

    assert before is None
    assert answer["Location"] == f"/creator/products/{spring.product_id}/?application={spring.pk}"
    assert ShelfItem.objects.get().application == spring
    assert "已在货架" in page_of(mine, spring)
    assert "货架改用此方式" in page_of(mine, spring, "?application=0")


def test_an_activity_that_does_not_stand_is_not_picked(mine: Client, spring: Application) -> None:
    Application.objects.filter(pk=spring.pk).update(ends_at=NOON)

    answer = mine.post(f"/creator/products/{spring.product_id}/pick", {"application": spring.pk})

    assert answer.status_code == 409
    assert not ShelfItem.objects.exists()


def test_a_link_carries_the_activity_and_says_whose_it_is_and_what_it_earns(
    mine: Client, spring: Application, place: Place
) -> None:
    address = f"/creator/products/{spring.product_id}/link/"

    asked = mine.get(f"{address}?application={spring.pk}").content.decode()
    answer = mine.post(address, {"place": place.pk, "application": spring.pk})
    made = mine.get(answer["Location"]).content.decode()

    assert f'<option value="{spring.pk}" selected>Spring · Lao Wu · ¥27.00</option>' in asked
    assert Link.objects.get().application == spring
    assert "该链接带活动「Spring」（团长：Lao Wu）。" in made
    assert "¥27.00" in made
    assert "Spring" in mine.get("/creator/links/").content.decode()


def test_a_link_without_the_activity_is_another_link(mine: Client, spring: Application, place: Place) -> None:
    address = f"/creator/products/{spring.product_id}/link/"

    mine.post(address, {"place": place.pk, "application": spring.pk})
    mine.post(address, {"place": place.pk, "application": ""})

    assert list(Link.objects.order_by("pk").values_list("application", flat=True)) == [spring.pk, None]


def test_a_new_place_on_the_way_keeps_the_activity(mine: Client, spring: Application) -> None:
    address = f"/creator/products/{spring.product_id}/"

    answer = mine.post(f"{address}place", {"name": "Show", "application": spring.pk})

    place = Place.objects.get()
    assert answer["Location"] == f"{address}link/?place={place.pk}&application={spring.pk}"


def test_no_link_carries_an_activity_that_is_over(mine: Client, spring: Application, place: Place) -> None:
    Application.objects.filter(pk=spring.pk).update(ends_at=NOON)

    answer = mine.post(f"/creator/products/{spring.product_id}/link/", {"place": place.pk, "application": spring.pk})

    assert answer.status_code == 422
    assert "该活动已结束或不对您开放，请改选其他推广方式。" in answer.content.decode()
    assert not Link.objects.exists()


def code_of(application: Application) -> str:
    leader = application.activity.leader
    token = deals.share_token(application, leader=leader, title="This week", words="Best rate", by=BY, now=NOON)
    return token.code


def test_a_token_brings_product_activity_leader_and_what_one_order_earns(mine: Client, spring: Application) -> None:
    page = mine.get("/creator/token/", {"token": f"  {code_of(spring).lower()} "}).content.decode()

    said = ["Iron pot", "Spring", "Lao Wu", "¥27.00", "不带此活动每单赚 ¥18.00。", "This week", "Best rate"]
    assert [words in page for words in said] == [True] * len(said)
    assert f"/creator/products/{spring.product_id}/link/?application={spring.pk}" in page


def test_an_unknown_token_is_refused(mine: Client) -> None:
    answer = mine.get("/creator/token/", {"token": "NOSUCHTOKEN2"})

    assert answer.status_code == 422
    assert "口令「NOSUCHTOKEN2」不存在，请核对后重新输入" in answer.content.decode()


def test_a_token_whose_cooperation_ended_is_refused(mine: Client, spring: Application) -> None:
    code = code_of(spring)
    Application.objects.filter(pk=spring.pk).update(ends_at=NOON)

    answer = mine.get("/creator/token/", {"token": code})

    assert answer.status_code == 422
    assert "已失效" in answer.content.decode()
    assert "¥27.00" not in answer.content.decode()


def test_a_token_of_an_activity_for_others_offers_nothing(
    mine: Client,
    lao_wu: Organisation,
    offered: Product,
) -> None:
    application = exclusive_for(lao_wu, offered, make_organisation(Kind.CREATOR, "Other"))

    page = mine.get("/creator/token/", {"token": code_of(application)}).content.decode()

    assert "该口令不适用于您" in page
    assert "¥36.00" not in page
    assert "/pick" not in page


def test_three_activities_cost_no_more_statements_than_one(
    mine: Client, lao_wu: Organisation, spring: Application
) -> None:
    address = f"/creator/products/{spring.product_id}/"
    for_one = statements(mine, address)

    for title in ("Summer", "Autumn"):
        passed(publish(lao_wu, title=title), spring.product)

    assert statements(mine, address) == for_one
    assert "Autumn" in mine.get(address).content.decode()

"""Targeted plans that a creator may ask into, its requests, and what became of them."""

import pytest
from django.test import Client

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import Entry, Plan, PlanRequest
from fenxiao.parties.models import CreatorTier, Kind, Organisation, Score
from tests.cast import BY, NOON, make_organisation, make_product
from tests.console.conftest import Visit
from tests.console.test_counts import statements
from tests.console.test_creator import tuesday_noon  # noqa: F401  fixtures
from tests.deals.plan_cast import rows

PLANS, REQUESTS = "/creator/plans/", "/creator/requests/"


@pytest.fixture
def mine(visit: Visit, chen: Organisation) -> Client:
    """Chen at work."""
    return visit(chen)


@pytest.fixture
def other(db: None) -> Organisation:
    """Another creator, whom the plans name."""
    return make_organisation(Kind.CREATOR, "Other")


def target(product: Product, *named: Organisation, entry: Entry = Entry.MANUAL, **floors: object) -> Plan:
    """A targeted plan that takes requests at 30 %."""
    offered_bp = None if entry is Entry.INVITED else 3_000
    return deals.target_product(
        product, rows=rows(*named), entry=entry, offered_rate_bp=offered_bp, **floors, by=BY, now=NOON
    )


def test_a_plan_is_shown_with_what_an_order_earns_against_today(
    mine: Client,
    other: Organisation,
    offered: Product,
) -> None:
    target(offered, other)

    page = mine.get(PLANS).content.decode()

    said = ["Iron pot", "¥18.00", "¥27.00", "+¥9.00", "无门槛", "申请加入"]
    assert [words in page for words in said] == [True] * len(said)


def test_a_shops_plan_shows_the_goods_that_gain_most(
    mine: Client,
    other: Organisation,
    mei: Organisation,
    offered: Product,
) -> None:
    make_product(mei, "Silver pot", price_fen=50_000)
    deals.target_shop(mei, rows=rows(other), entry=Entry.MANUAL, offered_rate_bp=3_000, by=BY, now=NOON)

    page = mine.get(PLANS).content.decode()

    assert page.index("Silver pot") < page.index("Iron pot")
    assert "+¥135.00" in page  # no plan today: all of 30 % of 500.00 less the tenth
    assert "2 件商品中 2 件收益更高" in page


def test_plans_by_invitation_and_those_that_name_one_are_not_listed(
    mine: Client, chen: Organisation, other: Organisation, mei: Organisation
) -> None:
    target(make_product(mei, "By invitation"), other, entry=Entry.INVITED)
    target(make_product(mei, "Mine already"), chen)

    page = mine.get(PLANS).content.decode()

    assert ["By invitation" in page, "Mine already" in page] == [False, False]
    assert "暂无可申请的定向计划" in page


@pytest.mark.parametrize(
    ("tier", "score", "meets"), [("gold", 480, True), ("bronze", 480, False), ("gold", 410, False)]
)
def test_floors_are_shown_with_ones_own_standing(
    tier: str,
    score: int,
    meets: bool,
    *,
    mine: Client,
    chen: Organisation,
    other: Organisation,
    pot: Product,
) -> None:
    CreatorTier.objects.create(creator=chen, tier=tier, from_at=NOON)
    Score.objects.create(organisation=chen, score_centi=score, from_at=NOON)
    target(pot, other, floor_tier="silver", floor_score_centi=450)

    page = mine.get(PLANS).content.decode()

    assert "银牌及以上" in page
    assert "≥ 4.50" in page
    assert f"{score / 100:.2f}" in page
    assert ("您已达到" in page, "申请加入</button>" in page) == (meets, meets)
    assert ("您未达到" in page) == (not meets)


def test_asking_waits_for_the_merchant_and_can_be_taken_back(
    mine: Client, chen: Organisation, other: Organisation, pot: Product
) -> None:
    plan = target(pot, other)

    asked = mine.post(f"/creator/plans/{plan.pk}/ask", {"words": "Three shows a week"}, follow=True).content.decode()
    listed = mine.get(PLANS).content.decode()
    request = PlanRequest.objects.get()
    withdrawn = mine.post(f"/creator/requests/{request.pk}/withdraw", follow=True).content.decode()

    assert ["已提交申请，等待商家审核。" in asked, "Three shows a week" in asked, "撤回" in asked] == [True] * 3
    assert "申请加入</button>" not in listed
    assert "申请已撤回。" in withdrawn
    assert (request.creator, PlanRequest.objects.get().state) == (chen, "withdrawn")


def test_a_plan_with_automatic_entry_lets_in_at_once(mine: Client, other: Organisation, pot: Product) -> None:
    plan = target(pot, other, entry=Entry.AUTOMATIC)

    page = mine.post(f"/creator/plans/{plan.pk}/ask", follow=True).content.decode()

    assert "已加入该计划。" in page
    assert "¥27.00" in mine.get(f"/creator/products/{pot.pk}/").content.decode()
    assert "Iron pot" not in mine.get(PLANS).content.decode()


def test_the_merchants_reason_stands_with_the_request(
    mine: Client, chen: Organisation, other: Organisation, mei: Organisation, pot: Product
) -> None:
    request = deals.ask_to_join(target(pot, other), creator=chen, by=BY, now=NOON)
    deals.decide_requests([request.pk], pass_=False, reason="Too few shows", merchant=mei, by=BY, now=NOON)

    page = mine.get(REQUESTS).content.decode()

    assert "商家答复：Too few shows" in page
    assert "撤回" not in page


def test_a_plan_by_invitation_is_not_asked_into(mine: Client, other: Organisation, pot: Product) -> None:
    plan = target(pot, other, entry=Entry.INVITED)

    assert mine.post(f"/creator/plans/{plan.pk}/ask").status_code == 404
    assert not PlanRequest.objects.exists()


def test_words_that_are_too_long_are_said(mine: Client, other: Organisation, pot: Product) -> None:
    plan = target(pot, other)

    page = mine.post(f"/creator/plans/{plan.pk}/ask", {"words": "x" * 201}, follow=True).content.decode()

    assert "alert-danger" in page
    assert not PlanRequest.objects.exists()


def test_the_request_of_another_is_not_there(
    visit: Visit, chen: Organisation, other: Organisation, pot: Product
) -> None:
    request = deals.ask_to_join(target(pot, other), creator=chen, by=BY, now=NOON)

    assert visit(other).post(f"/creator/requests/{request.pk}/withdraw").status_code == 404
    assert PlanRequest.objects.get().state == "pending"


@pytest.mark.parametrize("address", [PLANS, REQUESTS])
def test_three_plans_cost_no_more_statements_than_one(
    address: str, mine: Client, chen: Organisation, other: Organisation, mei: Organisation
) -> None:
    def more(number: int) -> None:
        deals.ask_to_join(target(make_product(mei, f"Pan {number}"), other), creator=chen, by=BY, now=NOON)
        shop = make_organisation(Kind.MERCHANT, f"Shop {number}")
        make_product(shop, f"Cup {number}")
        deals.target_shop(shop, rows=rows(other), entry=Entry.MANUAL, offered_rate_bp=3_000, by=BY, now=NOON)

    more(1)
    for_one = statements(mine, address)
    more(2)
    more(3)

    assert statements(mine, address) == for_one

"""Leaders' activities as merchants meet them: finding, applying, asking, and trusteeships."""

from datetime import datetime, timedelta

import pytest
import time_machine

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import Application, ApplicationState, Trusteeship, Wish
from fenxiao.deals.rules import ActivityKind
from fenxiao.deals.rules.windows import local
from fenxiao.facts.models import ApplicationDay
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_product
from tests.console.conftest import Visit
from tests.console.test_counts import statements
from tests.deals.activity_cast import DAY, apply, passed, publish


def typed(moment: datetime) -> str:
    """A moment as a browser sends it: on the clock that people here read."""
    return f"{local(moment):%Y-%m-%dT%H:%M}"


ENTERED = {"rate": "20", "service_fee": "10", "until_at": typed(NOON + 10 * DAY)}


@pytest.fixture(autouse=True)
def tuesday_noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


def test_the_list_shows_what_may_be_joined_and_filters_by_type(
    visit: Visit, mei: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    apply(publish(lao_wu, title="Spring sale"), cup)
    chosen = make_organisation(Kind.CREATOR, "Chosen")
    publish(lao_wu, title="Named only", type=ActivityKind.EXCLUSIVE, creator_ids=frozenset({chosen.pk}))
    client = visit(mei)

    every = client.get("/merchant/activities/").content.decode()
    normal = client.get("/merchant/activities/", {"type": "1"}).content.decode()

    assert ["Spring sale" in every, "Named only" in every, "1 / 0" in every] == [True, True, True]
    assert ["Spring sale" in normal, "Named only" in normal] == [True, False]


def test_an_activity_says_why_a_product_may_not_apply(
    visit: Visit, mei: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    activity = publish(lao_wu, contact_wechat="wu-2026")
    apply(activity, cup)

    page = visit(mei).get(f"/merchant/activities/{activity.pk}/").content.decode()

    assert ["wu-2026" in page, "已报名本活动" in page] == [True, True]


def test_an_activity_that_takes_no_more_is_not_there_for_others(
    visit: Visit, mei: Organisation, lao_wu: Organisation
) -> None:
    activity = publish(lao_wu)
    deals.close_activity(activity, leader=activity.leader, by=BY, now=NOON)

    assert visit(mei).get(f"/merchant/activities/{activity.pk}/").status_code == 404


def test_a_preview_divides_one_sale_and_saves_nothing(
    visit: Visit, mei: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    activity = publish(lao_wu)

    entered = {**ENTERED, "products": [cup.pk], "do": "preview"}
    page = visit(mei).post(f"/merchant/activities/{activity.pk}/apply/", entered).content.decode()

    # of 100.00: 20.00 to the creator, 10.00 to the leader, 10 % of each to the platform
    assert ["¥70.00" in page, "¥18.00" in page, "¥9.00" in page, "¥3.00" in page] == [True] * 4
    assert not Application.objects.exists()


def test_several_goods_apply_on_one_set_of_terms(
    visit: Visit, mei: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    activity, fan = publish(lao_wu), make_product(mei, "Paper fan")

    entered = {**ENTERED, "products": [cup.pk, fan.pk], "guaranteed_orders": "30", "do": "save"}
    answer = visit(mei).post(f"/merchant/activities/{activity.pk}/apply/", entered)

    made = Application.objects.order_by("product_id")
    assert answer["Location"] == "/merchant/applications/"
    assert [(each.product_id, each.guaranteed_orders) for each in made] == [(cup.pk, 30), (fan.pk, 30)]
    assert {each.until_at for each in made} == {NOON + 10 * DAY}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"service_fee": "1"}, 'id="id_service_fee_error"'),
        ({"service_fee": "85"}, 'id="id_service_fee_error"'),
        ({"rate": "5"}, "Ceramic cup」佣金率 5.00% 低于其类目要求的 10.00%"),
        ({"rate": "95"}, 'id="id_rate_error"'),
        ({"until_at": "2035-01-01T00:00"}, 'id="id_until_at_error"'),
        ({"guaranteed_orders": "2000000"}, 'id="id_guaranteed_orders_error"'),
        ({"products": []}, "请至少勾选一件商品"),
        ({"products": ["9" * 40]}, "9" * 40),
    ],
)
def test_a_refusal_is_said_where_it_can_be_mended(
    wrong: dict[str, object], words: str, visit: Visit, lao_wu: Organisation, cup: Product
) -> None:
    activity = publish(lao_wu)

    entered = {**ENTERED, "products": [cup.pk], "do": "save", **wrong}
    answer = visit(cup.merchant).post(f"/merchant/activities/{activity.pk}/apply/", entered)

    assert (answer.status_code, Application.objects.exists()) == (422, False)
    assert words in answer.content.decode()


def test_a_passed_application_ends_at_midnight_and_says_so_until_then(
    visit: Visit, lao_wu: Organisation, cup: Product
) -> None:
    application, client = passed(publish(lao_wu), cup), visit(cup.merchant)

    client.post(f"/merchant/applications/{application.pk}/withdraw", {"reason": ""})

    application.refresh_from_db()
    assert (application.state, application.ends_at) == (ApplicationState.EXPIRED, NOON + timedelta(hours=12))
    said = f"{local(application.ends_at):%m-%d} 00:00 结束"
    assert said in client.get("/merchant/applications/").content.decode()


def test_a_merchant_asks_for_a_lower_fee_and_a_longer_cooperation(
    visit: Visit, lao_wu: Organisation, cup: Product
) -> None:
    application = passed(publish(lao_wu), cup, until_at=NOON + 5 * DAY)
    page, client = f"/merchant/applications/{application.pk}/", visit(cup.merchant)

    refused = client.post(f"{page}fee-cut", {"wanted_fee": "12"})
    client.post(f"{page}fee-cut", {"wanted_fee": "6"})
    client.post(f"{page}extension", {"wanted_until": typed(NOON + 8 * DAY)})

    assert refused.status_code == 422
    asked = Wish.objects.order_by("pk").values_list("kind", "wanted_fee_bp", "wanted_until")
    assert list(asked) == [("fee_cut", 600, None), ("extension", None, NOON + 8 * DAY)]


def test_a_leaders_wish_is_granted_and_ones_own_taken_back(visit: Visit, lao_wu: Organisation, cup: Product) -> None:
    application = passed(publish(lao_wu), cup, until_at=NOON + 5 * DAY)
    until = NOON + 8 * DAY
    theirs = deals.ask_extension(application, side=lao_wu, wanted_until=until, by=BY, now=NOON)
    own = deals.ask_fee_cut(application, merchant=cup.merchant, wanted_fee_bp=600, by=BY, now=NOON)
    client = visit(cup.merchant)

    client.post(f"/merchant/wishes/{theirs.pk}/answer", {"do": "grant"})
    client.post(f"/merchant/wishes/{own.pk}/withdraw")

    application.refresh_from_db()
    assert application.until_at == until
    assert list(Wish.objects.order_by("pk").values_list("state", flat=True)) == ["granted", "withdrawn"]


def test_a_trusteeship_is_proposed_and_taken_back(visit: Visit, mei: Organisation, lao_wu: Organisation) -> None:
    client = visit(mei)
    entered = {"leader": lao_wu.name, "lowest_rate": "10", "highest_rate": "20", "until_at": "2030-01-01T00:00"}

    unknown = client.post("/merchant/trusteeships/", {**entered, "leader": "Nobody"})
    client.post("/merchant/trusteeships/", entered)
    proposed = Trusteeship.objects.get()
    client.post(f"/merchant/trusteeships/{proposed.pk}/end")

    proposed.refresh_from_db()
    assert unknown.status_code == 422
    assert (proposed.leader, proposed.lowest_rate_bp, proposed.highest_rate_bp) == (lao_wu, 1_000, 2_000)
    assert proposed.ended_at == NOON


def test_others_applications_and_wishes_are_not_there(visit: Visit, lao_wu: Organisation, cup: Product) -> None:
    application = passed(publish(lao_wu), cup, until_at=NOON + 5 * DAY)
    wish = deals.ask_extension(application, side=lao_wu, wanted_until=NOON + 8 * DAY, by=BY, now=NOON)
    client = visit(make_organisation(Kind.MERCHANT, "Other shop"))

    assert client.get(f"/merchant/applications/{application.pk}/").status_code == 404
    assert client.post(f"/merchant/wishes/{wish.pk}/answer", {"do": "grant"}).status_code == 404


def test_no_page_of_activities_costs_more_for_three_rows_than_for_one(
    visit: Visit, mei: Organisation, lao_wu: Organisation
) -> None:
    client, first = visit(mei), publish(lao_wu)
    paths = ["/merchant/activities/", f"/merchant/activities/{first.pk}/", "/merchant/applications/"]

    def grow(number: int) -> None:
        application = passed(publish(lao_wu), make_product(mei, f"Pot {number}"), until_at=NOON + 5 * DAY)
        deals.ask_extension(application, side=lao_wu, wanted_until=NOON + 8 * DAY, by=BY, now=NOON)

    grow(1)
    for_one = [statements(client, path) for path in paths]
    grow(2)
    grow(3)

    assert [statements(client, path) for path in paths] == for_one


def test_an_activity_shows_its_leaders_orders_of_30_days(visit: Visit, cup: Product, lao_wu: Organisation) -> None:
    application = passed(publish(lao_wu), cup)
    for days, lines in ((0, 3), (29, 4), (30, 50)):
        ApplicationDay.objects.create(
            application=application,
            product=cup,
            creator=make_organisation(Kind.CREATOR, f"Streamer {days}"),
            day=NOON.date() - days * DAY,
            settled_lines=lines,
        )

    page = visit(cup.merchant).get(f"/merchant/activities/{application.activity_id}/").content.decode()

    assert "近 30 天结算订单</dt><dd>7</dd>" in page

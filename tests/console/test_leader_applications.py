"""Leaders before what merchants offer: the list, audits of one and of many, ends, requests, and what ended."""

from datetime import timedelta

import pytest
import time_machine

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import Application, ApplicationState, ShareToken, Wish
from fenxiao.deals.rules import ActivityKind
from fenxiao.parties.models import Kind, Organisation, Role
from tests.cast import BY, NOON, make_organisation, make_product
from tests.console.conftest import Visit
from tests.console.test_counts import statements
from tests.console.test_merchant_activities import typed
from tests.deals.activity_cast import DAY, apply, passed, publish, second_of


@pytest.fixture(autouse=True)
def tuesday_noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


def test_the_list_says_what_one_sale_brings_and_shows_first_what_waits(
    visit: Visit, mei: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    activity = publish(lao_wu)
    apply(activity, cup)
    passed(activity, make_product(mei, "Paper fan"))

    page = visit(lao_wu).get("/leader/applications/").content.decode()

    # of 100.00: a fee of 10.00 and a commission of 20.00, less 10 % of each for the platform
    assert ["¥9.00" in page, "¥18.00" in page, "Mei" in page] == [True] * 3
    assert page.index("Ceramic cup") < page.index("Paper fan")
    assert page.count('name="applications"') == 1


@pytest.fixture
def old_li(db: None) -> Organisation:
    """Another leader."""
    return make_organisation(Kind.LEADER, "Old Li")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, ["Ceramic cup", "Paper fan"]),
        ({"state": "2"}, ["Paper fan"]),
        ({"q": "cup"}, ["Ceramic cup"]),
        ({"merchant": "Mei"}, ["Ceramic cup", "Paper fan"]),
        ({"merchant": "Nobody"}, []),
        ({"activity": "9" * 30, "state": "x"}, ["Ceramic cup", "Paper fan"]),
    ],
)
def test_the_list_is_filtered(
    asked: dict[str, str], shown: list[str], visit: Visit, lao_wu: Organisation, cup: Product
) -> None:
    activity = publish(lao_wu)
    apply(activity, cup)
    passed(activity, make_product(cup.merchant, "Paper fan"))

    page = visit(lao_wu).get("/leader/applications/", asked).content.decode()

    assert [title for title in ("Ceramic cup", "Paper fan") if title in page] == shown


def test_the_list_is_filtered_by_activity(visit: Visit, mei: Organisation, lao_wu: Organisation, cup: Product) -> None:
    spring, summer = publish(lao_wu), publish(lao_wu, title="Summer")
    apply(spring, cup)
    apply(summer, make_product(mei, "Paper fan"))

    page = visit(lao_wu).get("/leader/applications/", {"activity": summer.pk}).content.decode()

    assert ["Paper fan" in page, "Ceramic cup" in page] == [True, False]


def test_ticked_ones_of_several_activities_pass_together_and_the_filter_stays(
    visit: Visit, mei: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    made = [*apply(publish(lao_wu), cup), *apply(publish(lao_wu, title="Summer"), make_product(mei, "Paper fan"))]

    answer = visit(lao_wu).post(
        "/leader/applications/audit?state=1", {"applications": [each.pk for each in made], "do": "pass"}
    )

    assert answer["Location"] == "/leader/applications/?state=1"
    assert set(Application.objects.values_list("state", flat=True)) == {ApplicationState.PASSED}


def test_one_that_may_not_pass_holds_up_all_and_is_named_with_the_ticks_kept(
    visit: Visit, mei: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    activity, fan = publish(lao_wu), make_product(mei, "Paper fan")
    made = apply(activity, cup, fan)
    Product.objects.filter(pk=fan.pk).update(level=0)

    answer = visit(lao_wu, language="en").post(
        "/leader/applications/audit", {"applications": [each.pk for each in made], "do": "pass"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“Paper fan” (it is not offered any more)" in page
    assert page.count(" checked") == 2
    assert set(Application.objects.values_list("state", flat=True)) == {ApplicationState.PENDING}


def test_a_rejection_without_a_reason_is_refused_at_its_field_and_with_one_the_merchant_reads_it(
    visit: Visit, lao_wu: Organisation, cup: Product
) -> None:
    application, client = apply(publish(lao_wu), cup)[0], visit(lao_wu)
    sent = {"applications": [application.pk], "do": "reject"}

    refused = client.post("/leader/applications/audit", sent)
    client.post("/leader/applications/audit", {**sent, "reason": "价格偏高"})

    assert (refused.status_code, 'id="id_reason_error"' in refused.content.decode()) == (422, True)
    application.refresh_from_db()
    assert (application.state, application.reason) == (ApplicationState.REJECTED, "价格偏高")
    assert "价格偏高" in visit(cup.merchant).get("/merchant/applications/").content.decode()


def test_nothing_ticked_and_others_applications_are_refused(
    visit: Visit, old_li: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    theirs, client = apply(publish(old_li), cup)[0], visit(lao_wu)

    assert client.post("/leader/applications/audit", {"do": "pass"}).status_code == 422
    stranger = client.post("/leader/applications/audit", {"applications": [theirs.pk], "do": "pass"})

    theirs.refresh_from_db()
    assert (stranger.status_code, theirs.state) == (404, ApplicationState.PENDING)


def test_one_application_says_what_a_sale_brings_to_each_and_which_terms_hold(
    visit: Visit, lao_wu: Organisation, cup: Product
) -> None:
    application = passed(publish(lao_wu), cup, guaranteed_orders=30)
    deals.open_plan(cup, rate_bp=1_500, by=BY, now=NOON)

    page = visit(lao_wu, language="en").get(f"/leader/applications/{application.pk}/").content.decode()

    assert ["¥9.00" in page, "¥18.00" in page, "¥70.00" in page, "¥3.00" in page] == [True] * 4
    assert "The activity holds at 20.00%" in page
    assert "The activity at 20.00% goes before the normal plan at 15.00%" in page


def test_an_exclusive_activitys_application_is_weighed_for_a_creator_it_names(
    visit: Visit, lao_wu: Organisation, chen: Organisation, cup: Product
) -> None:
    activity = publish(lao_wu, type=ActivityKind.EXCLUSIVE, creator_ids=frozenset({chen.pk}))
    application = passed(activity, cup)

    page = visit(lao_wu, language="en").get(f"/leader/applications/{application.pk}/").content.decode()

    assert "The exclusive activity holds at 20.00%" in page


def test_one_application_is_passed_and_a_rejection_there_needs_a_reason(
    visit: Visit, mei: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    first, second = apply(publish(lao_wu), cup, make_product(mei, "Paper fan"))
    client = visit(lao_wu)

    client.post(f"/leader/applications/{first.pk}/audit", {"do": "pass"})
    refused = client.post(f"/leader/applications/{second.pk}/audit", {"do": "reject"})

    states = Application.objects.order_by("pk").values_list("state", flat=True)
    assert (refused.status_code, list(states)) == (422, [ApplicationState.PASSED, ApplicationState.PENDING])


def test_an_end_says_what_ends_with_it_and_holds_from_midnight(
    visit: Visit, lao_wu: Organisation, old_li: Organisation, cup: Product
) -> None:
    application = passed(publish(lao_wu), cup)
    second = second_of(application, old_li)
    client, address = visit(lao_wu, language="en"), f"/leader/applications/{application.pk}/"

    before = client.get(address).content.decode()
    client.post(f"{address}end", {"reason": "stock is unsteady"})

    application.refresh_from_db()
    second.refresh_from_db()
    assert "1 cooperation with a second leader ends with it." in before
    assert {application.ends_at, second.ends_at} == {NOON + timedelta(hours=12)}
    ended = client.get("/leader/applications/ended/").content.decode()
    assert ["stock is unsteady" in ended, "Leader ended it" in ended] == [True, True]


def test_ended_ones_are_counted_and_filtered_by_what_ended_them(
    visit: Visit, mei: Organisation, lao_wu: Organisation, cup: Product
) -> None:
    activity, fan = publish(lao_wu), make_product(mei, "Paper fan")
    withdrawn, ended = passed(activity, cup), passed(activity, fan)
    deals.withdraw_application(withdrawn, merchant=mei, by=BY, now=NOON)
    deals.end_application(ended, leader=lao_wu, by=BY, now=NOON)
    client = visit(lao_wu)

    every = client.get("/leader/applications/ended/").content.decode()
    merchants = client.get("/leader/applications/ended/", {"by": "2"}).content.decode()

    assert [title in every for title in ("Ceramic cup", "Paper fan")] == [True, True]
    assert [title in merchants for title in ("Ceramic cup", "Paper fan")] == [True, False]
    assert every.count('<div class="fx-figure-value">2</div>') == 2


def test_a_share_token_is_made_once(visit: Visit, lao_wu: Organisation, cup: Product) -> None:
    application, client = passed(publish(lao_wu), cup), visit(lao_wu)

    client.post(f"/leader/applications/{application.pk}/token")
    client.post(f"/leader/applications/{application.pk}/token")

    code = ShareToken.objects.get().code
    assert code in client.get(f"/leader/applications/{application.pk}/").content.decode()


def test_a_lower_fee_is_shown_in_money_and_granted(visit: Visit, lao_wu: Organisation, cup: Product) -> None:
    application = passed(publish(lao_wu), cup)
    wish = deals.ask_fee_cut(application, merchant=cup.merchant, wanted_fee_bp=600, by=BY, now=NOON)
    client = visit(lao_wu, language="en")

    page = client.get("/leader/wishes/").content.decode()
    client.post(f"/leader/wishes/{wish.pk}/answer", {"do": "grant"})

    assert "You earn ¥5.40 instead of ¥9.00 on each sale: ¥3.60 less." in page
    wish.refresh_from_db()
    assert wish.state == Wish.State.GRANTED


def test_a_fee_that_a_second_leader_holds_can_only_be_declined(
    visit: Visit, lao_wu: Organisation, old_li: Organisation, cup: Product
) -> None:
    application = passed(publish(lao_wu), cup)
    wish = deals.ask_fee_cut(application, merchant=cup.merchant, wanted_fee_bp=600, by=BY, now=NOON)
    second_of(application, old_li, fee_bp=800)
    client = visit(lao_wu, language="en")

    page = client.get("/leader/wishes/").content.decode()
    client.post(f"/leader/wishes/{wish.pk}/answer", {"do": "grant"})
    wish.refresh_from_db()
    state_after_granting = wish.state
    client.post(f"/leader/wishes/{wish.pk}/answer", {"do": "decline", "reason": "ceded"})

    assert ["you cede 8%" in page, 'value="grant"' in page] == [True, False]
    wish.refresh_from_db()
    assert (state_after_granting, wish.state, wish.reason) == (Wish.State.OPEN, Wish.State.DECLINED, "ceded")


def test_a_leader_asks_for_a_longer_cooperation_and_takes_it_back(
    visit: Visit, lao_wu: Organisation, cup: Product
) -> None:
    application = passed(publish(lao_wu), cup, until_at=NOON + 5 * DAY)
    client, address = visit(lao_wu), f"/leader/applications/{application.pk}/extension"

    refused = client.post(address, {"wanted_until": typed(NOON + DAY)})
    client.post(address, {"wanted_until": typed(NOON + 8 * DAY)})
    wish = Wish.objects.get()
    page = client.get("/leader/wishes/").content.decode()
    client.post(f"/leader/wishes/{wish.pk}/withdraw")

    assert (refused.status_code, 'id="id_wanted_until_error"' in refused.content.decode()) == (422, True)
    assert f"/leader/wishes/{wish.pk}/withdraw" in page
    wish.refresh_from_db()
    assert (wish.asked_by, wish.wanted_until, wish.state) == (lao_wu, NOON + 8 * DAY, Wish.State.WITHDRAWN)


def test_others_applications_and_wishes_are_not_there(
    visit: Visit, lao_wu: Organisation, old_li: Organisation, cup: Product
) -> None:
    application = passed(publish(lao_wu), cup, until_at=NOON + 5 * DAY)
    wish = deals.ask_fee_cut(application, merchant=cup.merchant, wanted_fee_bp=600, by=BY, now=NOON)
    client = visit(old_li)

    addresses = [f"/leader/applications/{application.pk}/{act}" for act in ("audit", "end", "extension", "token")]
    addresses += [f"/leader/wishes/{wish.pk}/{act}" for act in ("answer", "withdraw")]
    assert client.get(f"/leader/applications/{application.pk}/").status_code == 404
    assert {client.post(address).status_code for address in addresses} == {404}
    assert "Ceramic cup" not in client.get("/leader/applications/").content.decode()


def test_a_viewer_is_shown_no_act(visit: Visit, lao_wu: Organisation, mei: Organisation, cup: Product) -> None:
    activity = publish(lao_wu)
    waiting, standing = apply(activity, cup)[0], passed(activity, make_product(mei, "Paper fan"))
    client = visit(lao_wu, role=Role.VIEWER)

    addresses = ["", f"{waiting.pk}/", f"{standing.pk}/"]
    pages = [client.get(f"/leader/applications/{each}").content.decode() for each in addresses]

    assert ['name="do"' in page or "/end" in page.replace("/ended/", "") for page in pages] == [False] * 3


def test_no_page_of_applications_costs_more_for_three_rows_than_for_one(
    visit: Visit, mei: Organisation, lao_wu: Organisation, old_li: Organisation
) -> None:
    client, activity = visit(lao_wu), publish(lao_wu)
    paths = ["/leader/applications/", "/leader/applications/ended/", "/leader/wishes/"]

    def grow(number: int) -> None:
        application = passed(activity, make_product(mei, f"Pot {number}"))
        deals.ask_fee_cut(application, merchant=mei, wanted_fee_bp=600, by=BY, now=NOON)
        second_of(application, make_organisation(Kind.LEADER, f"Second {number}"), fee_bp=800)
        apply(publish(lao_wu), make_product(mei, f"Cup {number}"))
        ended = passed(activity, make_product(mei, f"Bowl {number}"))
        deals.end_application(ended, leader=lao_wu, by=BY, now=NOON)

    grow(1)
    for_one = [statements(client, path) for path in paths]
    grow(2)
    grow(3)

    assert [statements(client, path) for path in paths] == for_one

"""Second leaders before their pages: handing goods on, what was handed on, audits, and ends by consent."""

import pytest
import time_machine

from fenxiao.deals import services as deals
from fenxiao.deals.models import Activity, Application, ApplicationState, Wish
from fenxiao.deals.queries.second import fees_to_come
from fenxiao.kernel.clock import next_midnight
from fenxiao.parties.models import Kind, Organisation, Role
from tests.cast import BY, NOON, make_organisation, make_product
from tests.console.conftest import Visit
from tests.console.test_counts import statements
from tests.console.test_merchant_activities import typed
from tests.deals.chains import make_activity, make_application
from tests.deals.second_cast import *  # noqa: F403  fixtures: the cup in Lao Wu's activity, and Hua's invitation
from tests.deals.second_cast import DAY, HOUR, audit, hand_on

LATER = NOON + 2 * HOUR


@pytest.fixture(autouse=True)
def tuesday_afternoon() -> object:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def third(db: None) -> Organisation:
    """A leader whom nothing here concerns."""
    return make_organisation(Kind.LEADER, "Old Li")


# --- the first leader: finding and handing on


def test_open_activities_are_listed_with_what_they_ask(
    visit: Visit, invitation: Activity, hua: Organisation, lao_wu: Organisation
) -> None:
    make_activity(hua, title="Merchants only")

    page = visit(lao_wu).get("/leader/second-activities/").content.decode()

    assert ["Hua&#x27;s" in page, "3%" in page, "Merchants only" in page] == [True, True, False]


def test_the_list_of_activities_is_filtered(visit: Visit, invitation: Activity, lao_wu: Organisation) -> None:
    client = visit(lao_wu)

    found = [
        f"/leader/second-activities/{invitation.pk}/"
        in client.get("/leader/second-activities/", asked).content.decode()
        for asked in ({"q": "hua"}, {"leader": "Hua"}, {"q": "nothing"}, {"leader": "nobody"})
    ]

    assert found == [True, True, False, False]


def test_an_activity_says_which_goods_may_go_in_and_why_others_may_not(
    visit: Visit, first: Application, invitation: Activity, mei: Organisation, lao_wu: Organisation
) -> None:
    make_application(first.activity, make_product(mei, "Paper fan"), fee_bp=200)

    page = visit(lao_wu).get(f"/leader/second-activities/{invitation.pk}/").content.decode()

    assert page.index("Ceramic cup") < page.index("您的服务费率 2.00% 低于该活动要求的 3.00%")
    assert page.count(" disabled>") == 1


def test_an_activity_shows_its_leaders_settled_orders(visit: Visit, invitation: Activity, lao_wu: Organisation) -> None:
    page = visit(lao_wu).get(f"/leader/second-activities/{invitation.pk}/").content.decode()

    assert "近 30 天结算订单" in page


def entered(first: Application, **fields: object) -> dict[str, object]:
    return {"applications": [first.pk], "fee": "4", "do": "save", **fields}


def test_a_preview_divides_one_sale_among_all_and_saves_nothing(
    visit: Visit, first: Application, invitation: Activity, lao_wu: Organisation
) -> None:
    address = f"/leader/second-activities/{invitation.pk}/hand-on"

    page = visit(lao_wu).post(address, entered(first, do="preview")).content.decode()

    # of 100.00: 20 % commission, a fee of 10 % of which 4 % are ceded, the platform takes a tenth of each
    assert ["¥18.00" in page, "¥5.40" in page, "¥3.60" in page, "¥3.00" in page, "¥70.00" in page] == [True] * 5
    assert "¥9.00" in page  # what it keeps of its own creators' sales
    assert not Application.objects.filter(depth=2).exists()


def test_goods_are_handed_on(visit: Visit, first: Application, invitation: Activity, lao_wu: Organisation) -> None:
    until = NOON + 5 * DAY

    answer = visit(lao_wu).post(
        f"/leader/second-activities/{invitation.pk}/hand-on", entered(first, until_at=typed(until))
    )

    made = Application.objects.get(depth=2)
    assert answer["Location"] == "/leader/handed-on/"
    assert (made.first, made.activity, made.until_at, made.state) == (
        first,
        invitation,
        until,
        ApplicationState.PENDING,
    )
    assert fees_to_come(made.pk, now=LATER) == [400]


@pytest.fixture
def handing_on(first: Application, invitation: Activity) -> tuple[Application, str]:
    """What may be handed on, and where."""
    return first, f"/leader/second-activities/{invitation.pk}/hand-on"


@pytest.mark.parametrize("do", ["preview", "save"])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"fee": "2.99"}, 'id="id_fee_error"'),
        ({"fee": "10.01"}, 'id="id_fee_error"'),
        ({"fee": "x"}, 'id="id_fee_error"'),
        ({"applications": []}, "请至少勾选一件商品"),
        ({"applications": ["9" * 40]}, "9" * 40),
    ],
)
def test_a_refusal_is_said_where_it_can_be_mended(
    wrong: dict[str, object],
    words: str,
    do: str,
    visit: Visit,
    handing_on: tuple[Application, str],
) -> None:
    first, address = handing_on

    answer = visit(first.activity.leader).post(address, entered(first, do=do, **wrong))

    assert (answer.status_code, Application.objects.filter(depth=2).exists()) == (422, False)
    assert words in answer.content.decode()


def test_a_window_that_does_not_fit_is_said_at_its_end(
    visit: Visit, first: Application, invitation: Activity, lao_wu: Organisation
) -> None:
    address = f"/leader/second-activities/{invitation.pk}/hand-on"

    answer = visit(lao_wu).post(address, entered(first, until_at="2035-01-01T00:00"))

    assert (answer.status_code, 'id="id_until_at_error"' in answer.content.decode()) == (422, True)


def test_all_goods_go_in_or_none(visit: Visit, first: Application, invitation: Activity, lao_wu: Organisation) -> None:
    poor = make_application(first.activity, make_product(first.merchant, "Paper fan"), fee_bp=300)
    address = f"/leader/second-activities/{invitation.pk}/hand-on"

    answer = visit(lao_wu).post(address, entered(first, applications=[first.pk, poor.pk]))

    assert (answer.status_code, Application.objects.filter(depth=2).exists()) == (422, False)
    assert "Paper fan" in answer.content.decode()


def test_anothers_goods_cannot_be_handed_on(
    visit: Visit, first: Application, invitation: Activity, third: Organisation
) -> None:
    answer = visit(third).post(f"/leader/second-activities/{invitation.pk}/hand-on", entered(first))

    assert (answer.status_code, Application.objects.filter(depth=2).exists()) == (422, False)


# --- the first leader: what was handed on


def test_what_was_handed_on_is_listed_with_what_is_kept(
    visit: Visit, applied: Application, lao_wu: Organisation, hua: Organisation, third: Organisation
) -> None:
    page = visit(lao_wu).get("/leader/handed-on/").content.decode()

    assert ["Ceramic cup" in page, "¥5.40" in page, "¥3.60" in page, "Hua" in page] == [True] * 4
    assert "Ceramic cup" not in visit(hua).get("/leader/handed-on/").content.decode()
    assert "Ceramic cup" not in visit(third).get("/leader/handed-on/").content.decode()


@pytest.mark.parametrize(
    ("asked", "is_shown"),
    [({"state": "1"}, True), ({"state": "2"}, False), ({"q": "cup"}, True), ({"leader": "nobody"}, False)],
)
def test_what_was_handed_on_is_filtered(
    asked: dict[str, str], is_shown: bool, visit: Visit, applied: Application, lao_wu: Organisation
) -> None:
    page = visit(lao_wu).get("/leader/handed-on/", asked).content.decode()

    assert (f"/leader/handed-on/{applied.pk}/" in page) is is_shown


def test_the_fee_is_changed_while_it_waits(visit: Visit, applied: Application, lao_wu: Organisation) -> None:
    answer = visit(lao_wu).post(f"/leader/handed-on/{applied.pk}/fee", {"fee": "5"})

    assert answer.status_code == 302
    assert fees_to_come(applied.pk, now=LATER) == [500]


@pytest.mark.parametrize("fee", ["2", "11", ""])
def test_a_fee_out_of_bounds_is_refused_at_its_field(
    fee: str, visit: Visit, applied: Application, lao_wu: Organisation
) -> None:
    answer = visit(lao_wu).post(f"/leader/handed-on/{applied.pk}/fee", {"fee": fee})

    assert (answer.status_code, 'id="id_fee_error"' in answer.content.decode()) == (422, True)
    assert fees_to_come(applied.pk, now=LATER) == [400]


def test_what_was_rejected_is_applied_for_again_with_a_new_fee(
    visit: Visit, applied: Application, lao_wu: Organisation
) -> None:
    audit(applied, pass_=False, reason="too little")
    client = visit(lao_wu)

    assert "too little" in client.get(f"/leader/handed-on/{applied.pk}/").content.decode()
    client.post(f"/leader/handed-on/{applied.pk}/fee", {"fee": "6"})
    answer = client.post(f"/leader/handed-on/{applied.pk}/again")

    made = Application.objects.filter(depth=2).exclude(pk=applied.pk).get()
    assert answer["Location"] == f"/leader/handed-on/{made.pk}/"
    assert (made.state, fees_to_come(made.pk, now=LATER)) == (ApplicationState.PENDING, [600])
    assert f"/leader/handed-on/{made.pk}/" in client.get(f"/leader/handed-on/{applied.pk}/").content.decode()


def test_what_still_waits_is_not_applied_for_again(visit: Visit, applied: Application, lao_wu: Organisation) -> None:
    answer = visit(lao_wu).post(f"/leader/handed-on/{applied.pk}/again")

    assert (answer.status_code, Application.objects.filter(depth=2).count()) == (422, 1)


def test_an_end_is_asked_for_and_taken_back(visit: Visit, passed: Application, lao_wu: Organisation) -> None:
    client, page = visit(lao_wu), f"/leader/handed-on/{passed.pk}/"

    client.post(f"{page}cancellation", {"reason": "the season is over"})
    asked = client.get(page).content.decode()
    client.post(f"{page}cancellation/withdraw")

    wish = Wish.objects.get()
    assert ["the season is over" in asked, f"{page}cancellation/withdraw" in asked] == [True, True]
    assert (wish.kind, wish.state) == (Wish.Kind.CANCELLATION, Wish.State.WITHDRAWN)
    assert client.get(page).status_code == 200


def test_asking_twice_is_refused(visit: Visit, passed: Application, lao_wu: Organisation) -> None:
    client, address = visit(lao_wu), f"/leader/handed-on/{passed.pk}/cancellation"
    client.post(address)

    answer = client.post(address)

    assert (answer.status_code, Wish.objects.count()) == (422, 1)


# --- the second leader


def test_what_first_leaders_apply_with_says_what_a_sale_brings(
    visit: Visit, applied: Application, hua: Organisation, lao_wu: Organisation
) -> None:
    page = visit(hua).get("/leader/seconds/").content.decode()

    assert ["Lao Wu" in page, "¥3.60" in page, "¥18.00" in page] == [True] * 3
    assert page.count('name="applications"') == 1
    assert "Ceramic cup" not in visit(lao_wu).get("/leader/seconds/").content.decode()


@pytest.mark.parametrize(
    ("asked", "is_shown"),
    [({"state": "1"}, True), ({"state": "3"}, False), ({"leader": "wu"}, True), ({"q": "x"}, False)],
)
def test_what_first_leaders_apply_with_is_filtered(
    asked: dict[str, str], is_shown: bool, visit: Visit, applied: Application, hua: Organisation
) -> None:
    page = visit(hua).get("/leader/seconds/", asked).content.decode()

    assert ('name="applications"' in page) is is_shown


def test_many_are_passed_at_once(
    visit: Visit, applied: Application, first: Application, invitation: Activity, hua: Organisation
) -> None:
    fan = hand_on(make_application(first.activity, make_product(first.merchant, "Paper fan"), fee_bp=1_000), invitation)

    answer = visit(hua).post("/leader/seconds/audit", {"applications": [applied.pk, fan.pk], "do": "pass"})

    assert answer.status_code == 302
    assert set(Application.objects.filter(depth=2).values_list("state", flat=True)) == {ApplicationState.PASSED}


def test_a_rejection_needs_a_reason_and_keeps_the_ticks(visit: Visit, applied: Application, hua: Organisation) -> None:
    client = visit(hua)

    refused = client.post("/leader/seconds/audit", {"applications": [applied.pk], "do": "reject"})
    rejected = client.post("/leader/seconds/audit", {"applications": [applied.pk], "do": "reject", "reason": "no"})

    applied.refresh_from_db()
    page = refused.content.decode()
    assert (refused.status_code, 'id="id_reason_error"' in page, f'value="{applied.pk}" checked' in page) == (
        422,
        True,
        True,
    )
    assert (rejected.status_code, applied.state, applied.reason) == (302, ApplicationState.REJECTED, "no")


def test_a_third_leader_audits_nothing(visit: Visit, applied: Application, third: Organisation) -> None:
    visit(third).post("/leader/seconds/audit", {"applications": [applied.pk], "do": "pass"})

    applied.refresh_from_db()
    assert applied.state == ApplicationState.PENDING


@pytest.mark.parametrize("do", ["consent", "decline"])
def test_an_end_that_is_asked_for_is_answered(
    do: str, visit: Visit, passed: Application, lao_wu: Organisation, hua: Organisation
) -> None:
    deals.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER, reason="the season is over")
    client = visit(hua)

    asked = client.get("/leader/seconds/").content.decode()
    client.post(f"/leader/seconds/{passed.pk}/cancellation", {"do": do})

    passed.refresh_from_db()
    assert "the season is over" in asked
    assert passed.ends_at == (next_midnight(LATER) if do == "consent" else None)
    assert "the season is over" not in client.get("/leader/seconds/").content.decode()


def test_a_second_leader_ends_what_it_passed_and_nobody_elses(
    visit: Visit, passed: Application, hua: Organisation, lao_wu: Organisation
) -> None:
    address, client = f"/leader/seconds/{passed.pk}/end", visit(hua)

    stranger = visit(lao_wu).post(address)
    shown = client.get("/leader/seconds/").content.decode()
    client.post(address)

    passed.refresh_from_db()
    assert (stranger.status_code, address in shown) == (404, True)
    assert passed.ends_at == next_midnight(LATER)
    assert address not in client.get("/leader/seconds/").content.decode()


def test_only_the_second_leader_answers(visit: Visit, passed: Application, lao_wu: Organisation) -> None:
    deals.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)

    answer = visit(lao_wu).post(f"/leader/seconds/{passed.pk}/cancellation", {"do": "consent"})

    assert (answer.status_code, Wish.objects.get().state) == (404, Wish.State.OPEN)


def test_the_menu_counts_what_waits(visit: Visit, applied: Application, passed: Application, hua: Organisation) -> None:
    deals.ask_cancellation(passed, leader=passed.first.activity.leader, by=BY, now=LATER)

    assert '<span class="badge bg-orange-lt fx-count">1</span>' in visit(hua).get("/leader/seconds/").content.decode()


# --- all


def test_a_viewer_is_offered_no_act(
    visit: Visit, passed: Application, invitation: Activity, lao_wu: Organisation, hua: Organisation
) -> None:
    deals.ask_cancellation(passed, leader=lao_wu, by=BY, now=LATER)
    pages = [
        (lao_wu, f"/leader/second-activities/{invitation.pk}/"),
        (lao_wu, f"/leader/handed-on/{passed.pk}/"),
        (hua, "/leader/seconds/"),
    ]

    for leader, address in pages:
        page = visit(leader, role=Role.VIEWER, name=address.strip("/").replace("/", ".")).get(address).content.decode()
        assert ['name="do"' in page, f"/{passed.pk}/cancellation" in page] == [False, False]


@pytest.mark.parametrize("page", ["second-activities", "second-activities/one", "handed-on", "seconds"])
def test_pages_do_not_ask_more_for_more_rows(page: str, visit: Visit, first: Application, invitation: Activity) -> None:
    lao_wu, hua = first.activity.leader, invitation.leader

    def add(number: int) -> None:
        product = make_product(first.merchant, f"Fan {number}")
        make_activity(hua, kind=invitation.type, title=f"More {number}")
        second = hand_on(make_application(first.activity, product, fee_bp=1_000), invitation)
        audit(second)
        deals.ask_cancellation(second, leader=lao_wu, by=BY, now=LATER)

    add(1)
    client = visit(hua if page == "seconds" else lao_wu)
    address = f"/leader/{page}/".replace("one", str(invitation.pk))
    few = statements(client, address)
    for number in (2, 3, 4):
        add(number)

    assert statements(client, address) == few

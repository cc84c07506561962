"""Leaders and their own activities: a form that loses nothing, rules on one page, creators named and taken out."""

from datetime import timedelta

import pytest
import time_machine

from fenxiao.catalog.models import Product
from fenxiao.deals import queries as deals
from fenxiao.deals.models import (
    Activity,
    ActivityCreator,
    ActivityState,
    ActivityType,
    Application,
    ApplicationState,
    LeaderEntry,
)
from fenxiao.deals.rules import ActivityKind
from fenxiao.deals.rules.floors import Floor, Floors, Scope
from fenxiao.parties.models import Kind, Organisation
from tests.cast import NOON, make_category, make_organisation
from tests.console.conftest import Visit
from tests.console.test_counts import statements
from tests.console.test_merchant_activities import typed
from tests.deals.activity_cast import DAY, END, apply, draft, passed, publish
from tests.deals.chains import make_activity, make_application

NEW = {
    "type": "1",
    "title": "Spring",
    "begins_at": "",
    "ends_at": typed(END),
    "service_fee": "5",
    "floor_scope": "10",
    "commission": "10",
    "leader_entry": "1",
}


@pytest.fixture(autouse=True)
def tuesday_noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def old_li(db: None) -> Organisation:
    """Another leader."""
    return make_organisation(Kind.LEADER, "Old Li")


def made() -> Activity:
    return Activity.objects.get()


@pytest.mark.parametrize(("button", "state"), [("draft", ActivityState.DRAFT), ("publish", ActivityState.PUBLISHED)])
def test_a_new_activity_is_kept_as_a_draft_or_published_at_once(
    button: str, state: ActivityState, visit: Visit, lao_wu: Organisation
) -> None:
    answer = visit(lao_wu).post("/leader/activities/new/", {**NEW, "do": button})

    assert answer["Location"] == f"/leader/activities/{made().pk}/"
    assert (made().state, made().begins_at, made().ends_at) == (state, NOON, END)
    assert deals.floors_of(made()) == Floors(commission_bp=1_000, service_fee_bp=500)


def test_an_exclusive_one_names_creators_and_leaders_in_lines(
    visit: Visit, lao_wu: Organisation, old_li: Organisation, chen: Organisation
) -> None:
    lin = make_organisation(Kind.CREATOR, "Lin Da")
    entered = {"type": "2", "creators": f"Chen\n\n{lin.pk} Lin Da", "leader_entry": "3", "leaders": "Old Li"}

    visit(lao_wu).post("/leader/activities/new/", {**NEW, **entered, "do": "draft"})

    found = deals.draft_of(made())
    assert (found.creator_ids, found.leader_ids) == ({chen.pk, lin.pk}, {old_li.pk})
    assert found.leader_entry == LeaderEntry.NAMED


def test_floors_by_category_are_read_by_name_or_id(visit: Visit, lao_wu: Organisation) -> None:
    make_category("ap-2-4", name="猫用品")
    make_category("fb-1-3", name="饮品")
    lines = {"floor_scope": "0", "commission": "", "floors": "猫用品 12\nfb-1-3, 8.5 %"}

    visit(lao_wu).post("/leader/activities/new/", {**NEW, **lines, "do": "draft"})

    assert deals.floors_of(made()).scope == Scope.LEAF
    assert set(deals.floors_of(made()).by_category) == {
        Floor(category_id="ap-2-4", commission_bp=1_200),
        Floor(category_id="fb-1-3", commission_bp=850),
    }


@pytest.mark.parametrize(
    ("entered", "field", "words"),
    [
        ({"title": ""}, "title", ""),
        ({"ends_at": typed(NOON - DAY)}, "ends_at", "These times are not right"),
        ({"service_fee": "much"}, "service_fee", "Enter a percentage"),
        ({"service_fee": "95"}, "service_fee", "more than the price"),
        ({"floor_scope": "0", "commission": ""}, "floors", "name one category at least"),
        ({"floors": "猫用品 12"}, "floors", "takes no list of categories"),
        ({"floor_scope": "0", "floors": "Nothing 12\n猫用品"}, "floors", "Line 1: there is no category “Nothing”"),
        ({"floor_scope": "0", "floors": "Nothing 12\n猫用品"}, "floors", "Line 2: “猫用品” says no category and rate"),
        ({"floor_scope": "2", "floors": "猫用品 12"}, "floors", "on level 3"),
        ({"type": "2"}, "creators", ""),
        ({"type": "2", "creators": "Nobody"}, "creators", "Line 1: no creator is named “Nobody”"),
        ({"creators": "Chen"}, "creators", "names no creators (1 given)"),
        ({"leader_entry": "2"}, "leader_entry", "Only an exclusive activity"),
        ({"type": "2", "creators": "Chen", "leader_entry": "3", "leaders": "Chen"}, "leaders", "no leader is named"),
    ],
)
@pytest.mark.usefixtures("chen")
def test_what_is_wrong_is_said_at_its_field_and_nothing_entered_is_lost(
    entered: dict[str, str], field: str, words: str, visit: Visit, lao_wu: Organisation
) -> None:
    make_category("ap-2-4", name="猫用品")

    answer = visit(lao_wu, language="en").post("/leader/activities/new/", {**NEW, **entered, "do": "publish"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert words in page
    assert typed(END) in page or "ends_at" in entered
    assert not Activity.objects.exists()


def test_two_creators_of_one_name_are_told_apart_by_their_ids(
    visit: Visit, lao_wu: Organisation, chen: Organisation
) -> None:
    twin = make_organisation(Kind.CREATOR, "Chen")

    page = visit(lao_wu, language="en").post(
        "/leader/activities/new/", {**NEW, "type": "2", "creators": "Chen", "do": "draft"}
    )

    assert f"say which id: {chen.pk}, {twin.pk}" in page.content.decode()


def test_a_draft_may_change_in_everything(visit: Visit, lao_wu: Organisation, chen: Organisation) -> None:
    client = visit(lao_wu)
    client.post("/leader/activities/new/", {**NEW, "do": "draft"})

    client.post(
        f"/leader/activities/{made().pk}/edit/",
        {**NEW, "type": "2", "creators": "Chen", "title": "Summer", "begins_at": typed(NOON + DAY)},
    )

    assert (made().title, made().type, made().begins_at) == ("Summer", ActivityKind.EXCLUSIVE, NOON + DAY)


def test_a_published_one_keeps_what_others_rely_on_and_says_so(visit: Visit, lao_wu: Organisation) -> None:
    activity = publish(lao_wu, begins_at=NOON + timedelta(seconds=30))
    client = visit(lao_wu, language="en")
    address = f"/leader/activities/{activity.pk}/edit/"

    shown = client.get(address).content.decode()
    longer = client.post(address, {**NEW, "type": "3", "title": "Longer", "ends_at": typed(END + DAY)})
    shorter = client.post(address, {**NEW, "title": "Longer", "ends_at": typed(END)})

    activity.refresh_from_db()
    assert shown.count(" disabled") == 5
    assert longer.status_code == 302
    assert (activity.title, activity.type, activity.ends_at) == ("Longer", ActivityKind.NORMAL, END + DAY)
    assert activity.begins_at == NOON + timedelta(seconds=30)
    assert (shorter.status_code, "To end it earlier, close it" in shorter.content.decode()) == (422, True)


def test_an_edit_of_nothing_is_refused(visit: Visit, lao_wu: Organisation) -> None:
    activity = publish(lao_wu, title="Spring")

    answer = visit(lao_wu).post(f"/leader/activities/{activity.pk}/edit/", NEW)

    assert answer.status_code == 422


def test_the_list_shows_where_each_stands_and_what_waits(
    visit: Visit, lao_wu: Organisation, old_li: Organisation, cup: Product
) -> None:
    apply(publish(lao_wu, title="Running"), cup)
    publish(lao_wu, title="Coming", begins_at=NOON + DAY)
    publish(old_li, title="Another's")
    client = visit(lao_wu, language="en")

    page = client.get("/leader/activities/").content.decode()
    promoting = client.get("/leader/activities/", {"state": "3"}).content.decode()

    assert ["Promoting" in page, "Takes applications" in page, "Another&#x27;s" in page] == [True, True, False]
    assert "state=1" in page
    assert ["Running" in promoting, "Coming" in promoting] == [True, False]


def test_three_activities_cost_no_more_statements_than_one(visit: Visit, lao_wu: Organisation) -> None:
    client = visit(lao_wu)
    publish(lao_wu)
    client.get("/leader/activities/")
    one = statements(client, "/leader/activities/")
    publish(lao_wu, title="Summer")
    publish(lao_wu, title="Autumn")

    assert statements(client, "/leader/activities/") == one


def test_it_is_published_closed_and_deleted_by_its_buttons(visit: Visit, lao_wu: Organisation, cup: Product) -> None:
    client = visit(lao_wu, language="en")
    client.post("/leader/activities/new/", {**NEW, "do": "draft"})
    address = f"/leader/activities/{made().pk}/"

    assert "Nobody sees this draft" in client.get(address).content.decode()
    client.post(f"{address}publish")
    passed(made(), cup)
    assert "Ceramic cup" in client.get(address).content.decode()
    client.post(f"{address}close")
    assert "You closed this activity" in client.get(address).content.decode()
    refused = client.post(f"{address}delete")
    assert (refused.status_code, made().state) == (409, ActivityState.INVALID)

    with time_machine.travel(NOON + 2 * DAY, tick=False):
        client.post(f"{address}delete")
        gone = client.get(address)

    assert (made().state, gone.status_code) == (ActivityState.DELETED, 404)


def test_creators_are_named_and_taken_out_and_the_changes_are_listed(
    visit: Visit, lao_wu: Organisation, chen: Organisation
) -> None:
    lin = make_organisation(Kind.CREATOR, "Lin Da")
    activity = publish(lao_wu, type=ActivityKind.EXCLUSIVE, creator_ids=frozenset({chen.pk}))
    client, address = visit(lao_wu, language="en"), f"/leader/activities/{activity.pk}/"

    client.post(f"{address}creators/name", {"creators": "Lin Da"})
    again = client.post(f"{address}creators/name", {"creators": "Lin Da"})
    client.post(f"{address}creators/unname", {"creators": [chen.pk]})

    page = client.get(address).content.decode()
    assert (again.status_code, "named already: Lin Da" in again.content.decode()) == (422, True)
    assert {row.creator_id: row.until_at is None for row in ActivityCreator.objects.all()} == {
        chen.pk: False,
        lin.pk: True,
    }
    assert "no longer named" in page


def test_another_leaders_activity_does_not_exist_here(visit: Visit, lao_wu: Organisation, old_li: Organisation) -> None:
    theirs = publish(old_li)

    assert visit(lao_wu).get(f"/leader/activities/{theirs.pk}/").status_code == 404
    assert draft().title in visit(old_li).get(f"/leader/activities/{theirs.pk}/").content.decode()


def test_what_waits_in_a_cooperative_one_leads_to_the_audits_of_what_leaders_hand_on(
    visit: Visit, lao_wu: Organisation, cup: Product
) -> None:
    first = make_application(make_activity(make_organisation(Kind.LEADER, "First")), cup, fee_bp=1_000)
    second = make_application(make_activity(lao_wu, kind=ActivityType.COOPERATIVE), cup, fee_bp=400, first=first)
    Application.objects.filter(pk=second.pk).update(state=ApplicationState.PENDING, passed_at=None)
    client, activity_id = visit(lao_wu), second.activity_id

    pages = [client.get(f"/leader/activities/{rest}").content.decode() for rest in ("", f"{activity_id}/")]

    assert [f"/leader/seconds/?activity={activity_id}&amp;state=1" in page for page in pages] == [True, True]

"""Trusteeships before leaders: accepting, giving back, and entering rates within a merchant's bounds."""

import re

import pytest
import time_machine

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import Plan, PlanRate, PlanRow, Trusteeship
from fenxiao.deals.rules.drafts import RowDraft
from fenxiao.parties.models import Kind, Organisation, Role
from tests.cast import BY, NOON, make_organisation, make_product
from tests.console.conftest import Visit
from tests.console.test_counts import statements
from tests.deals.activity_cast import DAY, END, apply, passed, publish

PLANS = "/leader/trusteeships/plans/"


@pytest.fixture(autouse=True)
def tuesday_noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def proposed(mei: Organisation, lao_wu: Organisation) -> Trusteeship:
    """Mei offers Lao Wu to enter rates from 10 % to 20 %."""
    return propose(mei, lao_wu)


@pytest.fixture
def trusted(proposed: Trusteeship, lao_wu: Organisation) -> Trusteeship:
    """The same, accepted."""
    return deals.accept_trusteeship(proposed, leader=lao_wu, by=BY, now=NOON)


@pytest.fixture
def plan(cup: Product) -> Plan:
    """A normal plan of Mei's cup at 15 %."""
    return deals.open_plan(cup, rate_bp=1_500, by=BY, now=NOON)


def propose(merchant: Organisation, leader: Organisation, **fields: object) -> Trusteeship:
    bounds = {"lowest_rate_bp": 1_000, "highest_rate_bp": 2_000, "from_at": NOON, "until_at": END, **fields}
    return deals.propose_trusteeship(merchant, leader=leader, **bounds, by=BY, now=NOON)  # type: ignore[arg-type]  # the service's own


def rate_of(plan: Plan) -> str:
    """Where the new rate of everybody's row is sent."""
    return f"{PLANS}{plan.pk}/rows/{PlanRow.objects.get(plan=plan, creator=None).pk}/rate"


def test_what_waits_is_accepted_and_then_opens_the_merchants_plans(
    visit: Visit, lao_wu: Organisation, proposed: Trusteeship, plan: Plan
) -> None:
    client = visit(lao_wu)

    before = client.get(PLANS).content.decode()
    client.post(f"/leader/trusteeships/{proposed.pk}/accept")
    after = client.get(PLANS).content.decode()

    proposed.refresh_from_db()
    assert proposed.accepted_at == NOON
    assert ["Ceramic cup" in before, "Ceramic cup" in after, "10%–20%" in after] == [False, True, True]


def test_one_is_declined_or_given_back(visit: Visit, lao_wu: Organisation, trusted: Trusteeship, plan: Plan) -> None:
    client = visit(lao_wu)

    client.post(f"/leader/trusteeships/{trusted.pk}/end")

    trusted.refresh_from_db()
    assert trusted.ended_at == NOON
    assert client.get(f"{PLANS}{plan.pk}/").status_code == 404


def test_a_raise_within_the_bounds_holds_at_once(
    visit: Visit, lao_wu: Organisation, trusted: Trusteeship, plan: Plan
) -> None:
    answer = visit(lao_wu).post(rate_of(plan), {"rate": "18.5"})

    entered = PlanRate.objects.order_by("-id")[0]
    assert answer["Location"] == f"{PLANS}{plan.pk}/"
    assert (entered.rate_bp, entered.from_at) == (1_850, NOON)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("25", "25.00% lies outside the bounds of this trusteeship, 10.00% to 20.00%"),
        ("9.99", "9.99% lies outside the bounds of this trusteeship, 10.00% to 20.00%"),
        ("much", "Enter a percentage such as 12.5."),
    ],
)
def test_a_rate_outside_the_bounds_is_refused_with_them_where_it_was_typed(
    typed: str, words: str, visit: Visit, trusted: Trusteeship, plan: Plan
) -> None:
    answer = visit(trusted.leader, language="en").post(rate_of(plan), {"rate": typed})

    page = answer.content.decode()
    assert (answer.status_code, words in page, f'value="{typed}"' in page) == (422, True, True)
    assert PlanRate.objects.get().rate_bp == 1_500


def test_the_rows_of_named_creators_are_entered_one_by_one(
    visit: Visit, lao_wu: Organisation, chen: Organisation, trusted: Trusteeship, cup: Product
) -> None:
    rows = [RowDraft(creator_id=chen.pk, rate_bp=1_200)]
    targeted = deals.target_product(cup, rows=rows, entry="invited", by=BY, now=NOON)
    row, client = PlanRow.objects.get(plan=targeted), visit(lao_wu)

    page = client.get(f"{PLANS}{targeted.pk}/").content.decode()
    client.post(f"{PLANS}{targeted.pk}/rows/{row.pk}/rate", {"rate": "20"})

    # 12 % of 100.00, less 10 % of it for the platform
    assert ["Chen" in page, "¥10.80" in page] == [True, True]
    assert PlanRate.objects.filter(row=row).latest("id").rate_bp == 2_000


def test_a_rate_that_stands_outside_the_bounds_is_marked(
    visit: Visit, lao_wu: Organisation, trusted: Trusteeship, cup: Product
) -> None:
    deals.open_plan(cup, rate_bp=2_500, by=BY, now=NOON)

    assert "outside your bounds" in visit(lao_wu, language="en").get(PLANS).content.decode()


def test_plans_of_others_and_trusteeships_of_others_are_not_there(
    visit: Visit, lao_wu: Organisation, stranger: Organisation, trusted: Trusteeship, plan: Plan
) -> None:
    alien = deals.open_plan(make_product(stranger, "Alien pot"), rate_bp=1_500, by=BY, now=NOON)
    waiting = propose(stranger, lao_wu, from_at=NOON + DAY)
    own, other = visit(lao_wu), visit(make_organisation(Kind.LEADER, "Old Li"))

    assert own.post(rate_of(alien), {"rate": "12"}).status_code == 404
    assert other.post(rate_of(plan), {"rate": "12"}).status_code == 404
    assert other.get(f"{PLANS}{plan.pk}/").status_code == 404
    assert other.post(f"/leader/trusteeships/{waiting.pk}/accept").status_code == 404
    assert other.post(f"/leader/trusteeships/{trusted.pk}/end").status_code == 404
    assert "Mei" not in other.get("/leader/trusteeships/").content.decode()


def test_one_that_has_not_begun_says_when_and_opens_nothing(
    visit: Visit, lao_wu: Organisation, mei: Organisation, plan: Plan
) -> None:
    agreed = propose(mei, lao_wu, from_at=NOON + DAY)
    deals.accept_trusteeship(agreed, leader=lao_wu, by=BY, now=NOON)
    client = visit(lao_wu, language="en")

    assert "Begins 03-11 12:00" in client.get("/leader/trusteeships/").content.decode()
    assert client.get(f"{PLANS}{plan.pk}/").status_code == 404


def test_a_viewer_is_shown_no_act(visit: Visit, lao_wu: Organisation, trusted: Trusteeship, plan: Plan) -> None:
    client = visit(lao_wu, role=Role.VIEWER)

    pages = [client.get(path).content.decode() for path in ("/leader/trusteeships/", f"{PLANS}{plan.pk}/")]

    assert [f"/{trusted.pk}/end" in pages[0], 'name="rate"' in pages[1]] == [False, False]


def test_no_page_of_trust_costs_more_for_three_rows_than_for_one(
    visit: Visit, lao_wu: Organisation, chen: Organisation
) -> None:
    client = visit(lao_wu)

    def grow(number: int) -> None:
        shop = make_organisation(Kind.MERCHANT, f"Shop {number}")
        deals.accept_trusteeship(propose(shop, lao_wu), leader=lao_wu, by=BY, now=NOON)
        deals.open_plan(make_product(shop, f"Pot {number}"), rate_bp=1_500, by=BY, now=NOON)

    grow(1)
    for_one = [statements(client, path) for path in ("/leader/trusteeships/", PLANS)]
    grow(2)
    grow(3)

    assert [statements(client, path) for path in ("/leader/trusteeships/", PLANS)] == for_one


def test_the_menu_counts_what_waits(
    visit: Visit, mei: Organisation, lao_wu: Organisation, proposed: Trusteeship, cup: Product
) -> None:
    standing = passed(publish(lao_wu), make_product(mei, "Pot"))
    deals.ask_fee_cut(standing, merchant=mei, wanted_fee_bp=600, by=BY, now=NOON)
    apply(publish(lao_wu), cup, make_product(mei, "Fan"))

    page = visit(lao_wu).get("/leader/").content.decode()

    assert re.findall(r'fx-count">(\d+)<', page) == ["2", "1", "1"]

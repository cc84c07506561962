"""A leader's home: what waits, what runs and ends soon, what its activities earn, what sells."""

from collections.abc import Iterator

import pytest
import time_machine

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.deals.models import ActivityType
from fenxiao.facts.models import ApplicationDay
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_product
from tests.console.conftest import Visit
from tests.console.test_counts import statements
from tests.deals.activity_cast import DAY, END, apply, draft, passed, publish
from tests.deals.chains import make_activity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The clock stands."""
    with time_machine.travel(NOON, tick=False):
        yield


def test_a_new_leader_is_told_how_to_begin(visit: Visit, lao_wu: Organisation) -> None:
    page = visit(lao_wu, language="en").get("/leader/").content.decode()

    assert "Nothing is left to do." in page
    assert "No activity runs" in page
    assert "Nothing sold in 30 days" in page


def test_what_waits_leads_to_its_page(
    visit: Visit, lao_wu: Organisation, mei: Organisation, pot: Product, cup: Product
) -> None:
    spring = publish(lao_wu, title="Spring", ends_at=NOON + 3 * DAY)
    standing = passed(spring, pot)
    apply(spring, cup, make_product(mei, "Fan"))
    deals.ask_fee_cut(standing, merchant=mei, wanted_fee_bp=600, by=BY, now=NOON)
    bounds = {"lowest_rate_bp": 1_000, "highest_rate_bp": 2_000, "from_at": NOON, "until_at": END}
    deals.propose_trusteeship(mei, leader=lao_wu, **bounds, by=BY, now=NOON)
    deals.draft_activity(lao_wu, draft=draft(title="Draft"), by=BY, now=NOON)

    page = visit(lao_wu, language="en").get("/leader/").content.decode()

    assert "2 applications wait for your audit" in page
    assert "the oldest since 2026-03-10 12:00" in page
    assert '<a href="/leader/wishes/">1 request of a merchant waits for your answer</a>' in page
    assert '<a href="/leader/trusteeships/">1 merchant asks you to manage its rates</a>' in page
    assert "1 activity is a draft: publish it" in page
    assert ("Spring" in page, "soon" in page) == (True, True)


def test_goods_of_other_leaders_wait_too(visit: Visit, lao_wu: Organisation, pot: Product) -> None:
    hua = make_organisation(Kind.LEADER, "Hua")
    first = passed(publish(lao_wu), pot)
    joint = make_activity(hua, kind=ActivityType.COOPERATIVE, title="Joint")
    deals.apply_to_second([first.pk], activity=joint, fee_bp=400, leader=lao_wu, by=BY, now=NOON)

    page = visit(hua, language="en").get("/leader/").content.decode()

    assert "1 product of another leader waits for your audit" in page


def test_what_sold_is_told_with_the_fee_that_stays(
    visit: Visit, lao_wu: Organisation, pot: Product, chen: Organisation
) -> None:
    application = passed(publish(lao_wu), pot)
    sums = {"paid_lines": 3, "gmv_fen": 45_600, "service_fee_fen": 4_560, "ceded_fee_fen": 1_000}
    ApplicationDay.objects.create(application=application, product=pot, creator=chen, day=NOON.date(), **sums)

    page = visit(lao_wu, language="en").get("/leader/?days=7").content.decode()

    assert page.count("¥456.00") == 3  # in all, of the day, of the product
    assert page.count("¥35.60") == 3
    assert "Iron pot" in page


def test_more_activities_cost_no_more_statements(visit: Visit, lao_wu: Organisation, mei: Organisation) -> None:
    client = visit(lao_wu)
    passed(publish(lao_wu), make_product(mei, "One"))
    for_one = statements(client, "/leader/")

    for number in range(3):
        passed(publish(lao_wu), make_product(mei, f"Pan {number}"))

    assert statements(client, "/leader/") == for_one

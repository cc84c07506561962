"""What activities brought, as their leader and as each merchant reads it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Activity, ActivityState, Application
from fenxiao.facts import services as facts
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_product
from tests.console.conftest import Visit
from tests.console.test_counts import statements
from tests.deals.chains import make_activity, make_application
from tests.facts.market import make_line

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def spring(lao_wu: Organisation) -> Activity:
    return make_activity(lao_wu, title="Spring")


@pytest.fixture
def led(spring: Activity, pot: Product) -> Application:
    return make_application(spring, pot, fee_bp=1_000)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The clock stands at noon of the tenth of March, when things were sold."""
    with time_machine.travel(NOON, tick=False):
        yield


def sell(led: Application, creator: Organisation, *, second: Application | None = None, paid_fen: int = 10_000) -> None:
    line = make_line(
        led.product,
        creator=creator,
        commission_rate_bp=2_000,
        service_fee_rate_bp=1_000,
        ceded_fee_rate_bp=400 if second else 0,
        platform_fee_rate_bp=1_000,
        application_id=led.pk,
        leader_id=led.activity.leader_id,
        second_application_id=second.pk if second else None,
        second_leader_id=second.activity.leader_id if second else None,
        paid_fen=paid_fen,
    )
    facts.mark_lines([line.pk])


def test_a_leader_reads_what_each_of_its_activities_brought(
    visit: Visit, spring: Activity, led: Application, chen: Organisation, lao_wu: Organisation
) -> None:
    make_activity(lao_wu, title="Idle")
    make_activity(lao_wu, title="Draft", state=ActivityState.DRAFT, published_at=None)
    make_activity(make_organisation(Kind.LEADER, "Hua"), title="Foreign")
    sell(led, chen)
    sell(led, chen, paid_fen=30_000)
    facts.build(by=BY, now=NOON)

    page = visit(lao_wu, language="en").get("/leader/effects/").content.decode()

    assert page.index("Spring") < page.index("Idle")
    assert [name in page for name in ("Draft", "Foreign")] == [False, False]
    assert page.count("¥400.00") == 3  # in all, of the day, of the activity
    assert f'href="/leader/effects/{spring.pk}/?days=30"' in page


def test_a_first_leader_reads_its_fee_without_what_it_cedes_and_the_second_what_was_ceded(
    visit: Visit, led: Application, pot: Product, chen: Organisation, lao_wu: Organisation
) -> None:
    hua = make_organisation(Kind.LEADER, "Hua")
    second = make_application(make_activity(hua, title="Joint"), pot, fee_bp=400, first=led)
    sell(led, chen, second=second)
    facts.build(by=BY, now=NOON)

    of_first = visit(lao_wu).get(f"/leader/effects/{led.activity_id}/").content.decode()
    of_second = visit(hua).get(f"/leader/effects/{second.activity_id}/").content.decode()

    assert ("¥6.00" in of_first, "¥10.00" in of_first) == (True, False)
    assert ("¥4.00" in of_second, "¥6.00" in of_second) == (True, False)


def test_one_activity_is_told_by_day_product_and_creator(
    visit: Visit, led: Application, chen: Organisation, lao_wu: Organisation
) -> None:
    sell(led, chen)
    facts.build(by=BY, now=NOON)
    address, client = f"/leader/effects/{led.activity_id}/", visit(lao_wu, language="en")

    by_product = client.get(address).content.decode()
    by_creator = client.get(address, {"by": "creator", "days": "7"}).content.decode()

    assert ("Iron pot" in by_product, "Chen" in by_product) == (True, False)
    assert ("Iron pot" in by_creator, "Chen" in by_creator) == (False, True)
    assert by_product.count('<td class="fx-num" data-value=') == 30 * 3
    assert by_creator.count('<td class="fx-num" data-value=') == 7 * 3
    assert '<td>03-10</td><td class="fx-num" data-value="100.00">¥100.00</td>' in by_product


def test_a_merchant_reads_what_its_own_goods_did_and_what_they_cost(
    visit: Visit, led: Application, chen: Organisation, mei: Organisation, stranger: Organisation
) -> None:
    spring = led.activity
    hat = make_application(spring, make_product(stranger, "Felt hat"), fee_bp=1_000)
    sell(led, chen)
    sell(hat, chen, paid_fen=90_000)
    facts.build(by=BY, now=NOON)
    client = visit(mei, language="en")

    everything = client.get("/merchant/effects/").content.decode()
    one = client.get(f"/merchant/effects/{spring.pk}/").content.decode()

    assert ("Iron pot" in one, "Felt hat" in one) == (True, False)
    for page in (everything, one):
        assert ("¥100.00" in page, "¥900.00" in page, "¥1,000.00" in page) == (True, False, False)
        assert ("¥20.00" in page, "¥10.00" in page) == (True, True)  # commission, service fee


def test_a_merchant_counts_sales_through_a_second_leader_once(
    visit: Visit, led: Application, pot: Product, chen: Organisation, mei: Organisation
) -> None:
    joint = make_activity(make_organisation(Kind.LEADER, "Hua"), title="Joint")
    sell(led, chen, second=make_application(joint, pot, fee_bp=400, first=led))
    facts.build(by=BY, now=NOON)
    client = visit(mei, language="en")

    page = client.get("/merchant/effects/").content.decode()

    assert ("Spring" in page, "Joint" in page, "¥200.00" in page) == (True, False, False)
    assert client.get(f"/merchant/effects/{joint.pk}/").status_code == 404


def test_an_activity_that_passed_nothing_of_a_merchant_has_no_page_for_it(
    visit: Visit, spring: Activity, led: Application, stranger: Organisation
) -> None:
    waiting = {"state": 1, "passed_at": None, "decided_at": None}
    make_application(spring, make_product(stranger, "Felt hat"), fee_bp=1_000, **waiting)

    assert visit(stranger).get(f"/merchant/effects/{spring.pk}/").status_code == 404


def test_empty_pages_say_what_to_do(visit: Visit, lao_wu: Organisation, mei: Organisation) -> None:
    of_leader = visit(lao_wu, language="en").get("/leader/effects/").content.decode()
    of_merchant = visit(mei, language="en").get("/merchant/effects/").content.decode()
    idle = make_activity(lao_wu)
    quiet = visit(lao_wu, language="en", name="b").get(f"/leader/effects/{idle.pk}/").content.decode()

    assert "No activity was published yet" in of_leader
    assert "No leader has passed your goods yet" in of_merchant
    assert 'href="/merchant/activities/"' in of_merchant
    assert "Nothing happened in this period" in quiet


@pytest.mark.parametrize("asked", ["days=8", "days=x", "by=nobody", "days=90&by=creator&page=7"])
def test_a_question_that_makes_no_sense_gives_the_nearest_page(
    asked: str, visit: Visit, led: Application, lao_wu: Organisation
) -> None:
    assert visit(lao_wu).get(f"/leader/effects/{led.activity_id}/?{asked}").status_code == 200
    assert visit(lao_wu, name="b").get(f"/leader/effects/?{asked}").status_code == 200


def test_effects_cost_the_same_for_one_row_and_for_three(
    visit: Visit, led: Application, chen: Organisation, lao_wu: Organisation, mei: Organisation
) -> None:
    spring = led.activity
    paths = {lao_wu.pk: "/leader/effects/", mei.pk: "/merchant/effects/"}
    clients = {org.pk: visit(org) for org in (lao_wu, mei)}
    asked = [
        (clients[pk], f"{path}{rest}")
        for pk, path in paths.items()
        for rest in ("", f"{spring.pk}/?by=creator", f"{spring.pk}/")
    ]
    sell(led, chen)
    facts.build(by=BY, now=NOON)
    for_one = [statements(client, path) for client, path in asked]

    for number in range(3):
        product = make_product(mei, f"Pan {number}")
        creator = make_organisation(Kind.CREATOR, f"Creator {number}")
        sell(make_application(spring, product, fee_bp=500), creator)
        sell(make_application(make_activity(lao_wu), product, fee_bp=500), creator)
    facts.build(by=BY, now=NOON)

    assert [statements(client, path) for client, path in asked] == for_one

"""No list page issues more statements for three rows than for one."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Admission, LevelChange, Product, ProductState
from fenxiao.deals import services as deals
from fenxiao.deals.rules.drafts import RowDraft
from fenxiao.ledger import services as ledger
from fenxiao.parties.models import Kind, Organisation
from fenxiao.quality.models import GradingRun, Policy
from fenxiao.tracking import services as tracking
from tests.cast import BY, NOON, make_organisation, make_product
from tests.console.conftest import Visit
from tests.console.test_creator import make_line

Grow = Callable[[int, Organisation, Organisation], None]


def more_products(number: int, mei: Organisation, chen: Organisation) -> None:
    product = make_product(mei, f"Pot {number}")
    deals.open_plan(product, rate_bp=1_000, by=BY, now=NOON)
    for level in (1, 2):
        LevelChange.objects.create(product=product, level=level, is_select=False, from_at=NOON, run=level, reason="x")


def more_cases(number: int, mei: Organisation, chen: Organisation) -> None:
    product = make_product(mei, f"Pot {number}", state=ProductState.PENDING)
    found = [{"code": "image_missing", "details": {}}]
    Admission.objects.create(product=product, verdict="pending", findings=found, submitted_at=NOON)


def more_lines(number: int, mei: Organisation, chen: Organisation) -> None:
    make_line(make_product(mei, f"Pot {number}"), chen, number=number)


def more_links(number: int, mei: Organisation, chen: Organisation) -> None:
    product = make_product(mei, f"Pot {number}")
    deals.open_plan(product, rate_bp=1_000, by=BY, now=NOON)
    place = tracking.open_place(chen, name=f"Place {number}", by=BY, now=NOON)
    tracking.make_link(chen, product=product, place=place, by=BY, now=NOON)


def more_deposits(number: int, mei: Organisation, chen: Organisation) -> None:
    ledger.deposit(mei, amount_fen=100, key=f"d{number}", by=BY, now=NOON)


def more_requests(number: int, mei: Organisation, chen: Organisation) -> None:
    rows = [RowDraft(creator_id=chen.pk, rate_bp=2_000)]
    product = make_product(mei, f"Pot {number}")
    plan = deals.target_product(product, rows=rows, entry="manual", offered_rate_bp=1_000, by=BY, now=NOON)
    deals.ask_to_join(plan, creator=make_organisation(Kind.CREATOR, f"Asker {number}"), by=BY, now=NOON)


def more_runs(number: int, mei: Organisation, chen: Organisation) -> None:
    policy = Policy.objects.create(number=number, body={}, drafted_at=NOON, published_at=NOON)
    GradingRun.objects.create(policy=policy, engine="test", as_of=NOON.date(), started_at=NOON)


LISTS: list[tuple[str, Kind, Grow]] = [
    ("/merchant/", Kind.MERCHANT, more_products),
    ("/merchant/products/", Kind.MERCHANT, more_products),
    ("/merchant/plans/", Kind.MERCHANT, more_products),
    ("/merchant/plans/requests/", Kind.MERCHANT, more_requests),
    ("/merchant/orders/", Kind.MERCHANT, more_lines),
    ("/merchant/wallet/", Kind.MERCHANT, more_deposits),
    ("/creator/links/", Kind.CREATOR, more_links),
    ("/creator/orders/", Kind.CREATOR, more_lines),
    ("/creator/income/", Kind.CREATOR, more_lines),
    ("/operator/", Kind.OPERATOR, more_products),
    ("/operator/review/", Kind.OPERATOR, more_cases),
    ("/operator/products/", Kind.OPERATOR, more_products),
    ("/operator/grading/", Kind.OPERATOR, more_runs),
]


@pytest.mark.parametrize(("path", "kind", "grow"), LISTS)
def test_three_rows_cost_no_more_statements_than_one(
    path: str, kind: Kind, grow: Grow, visit: Visit, house: dict[str, Organisation]
) -> None:
    mei, chen, client = house[Kind.MERCHANT], house[Kind.CREATOR], visit(house[kind])
    grow(1, mei, chen)
    for_one = statements(client, path)

    grow(2, mei, chen)
    grow(3, mei, chen)

    assert statements(client, path) == for_one


def test_the_selection_centre_costs_the_same_for_one_and_for_three(
    visit: Visit,
    chen: Organisation,
    market: dict[str, Product],
) -> None:
    client = visit(chen)

    assert statements(client, "/creator/?q=fan") == statements(client, "/creator/")


def test_many_organisations_cost_no_more_than_one(visit: Visit, mei: Organisation) -> None:
    client = visit(mei)
    for_one = statements(client, "/merchant/")

    for number in range(3):
        make_organisation(Kind.MERCHANT, f"Other {number}")

    assert statements(client, "/merchant/") == for_one


def statements(client: Client, path: str) -> int:
    """How many statements a page costs, once warm."""
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as said:
        assert client.get(path).status_code == 200
    return len(said)

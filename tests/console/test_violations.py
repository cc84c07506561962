"""The list of violations that stand: found by kind, title and merchant, lifted there with a reason."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.html import escape

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Product, Violation, ViolationKind
from fenxiao.parties.models import Kind, Organisation, Role
from tests.cast import BY, NOON, make_organisation, make_product
from tests.console.conftest import Visit
from tests.console.test_desk import statements
from tests.console.test_language import CHINESE, SWITCH, plain_names

PAGE = "/operator/violations/"
HOUR = timedelta(hours=1)


@pytest.fixture
def found(mei: Organisation) -> list[Violation]:
    """A fake pan and a cup with a wrong claim of Mei's, a fake lamp of another shop, and a plate that was cleared."""
    other = make_organisation(Kind.MERCHANT, "Hua")
    goods = [
        (make_product(mei, "Pan"), ViolationKind.COUNTERFEIT),
        (make_product(mei, "Cup"), ViolationKind.FALSE_CLAIMS),
        (make_product(other, "Lamp"), ViolationKind.COUNTERFEIT),
        (make_product(mei, "Plate"), ViolationKind.COUNTERFEIT),
    ]
    found = [recorded(product, kind, hours) for hours, (product, kind) in enumerate(goods)]
    catalog.lift_violation(found[3], reason="cleared", by=BY, now=NOON + 9 * HOUR)
    return found


def recorded(product: Product, kind: ViolationKind, hours: int = 0) -> Violation:
    return catalog.record_violation(
        product, kind=kind, reason=f"seen in the {product.title}", by=BY, now=NOON + hours * HOUR
    )


def shown(client: Client, query: str = "") -> list[str]:
    """The goods in the list, from top to bottom."""
    page = client.get(PAGE + query).content.decode()
    return [part.split("<")[0] for part in page.split('class="fx-goods-title">')[1:]]


def test_all_that_stand_are_listed_with_merchant_time_and_who_recorded_them(
    visit: Visit, ops: Organisation, found: list[Violation]
) -> None:
    client = visit(ops)

    assert shown(client) == ["Lamp", "Cup", "Pan"]
    page = client.get(PAGE).content.decode()
    assert [page.count(f"seen in the {title}") for title in ("Lamp", "Cup", "Pan", "Plate")] == [1, 1, 1, 0]
    assert page.count(f'data-label="记录人">{escape(BY.name)}<') == 3
    assert f"/operator/violations/{found[0].pk}/lift" in page


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(
    ("query", "goods"),
    [
        ("?kind=counterfeit", ["Lamp", "Pan"]),
        ("?q=hua", ["Lamp"]),
        ("?q=cup", ["Cup"]),
        ("?q=cup&kind=counterfeit", []),
        ("?kind=ugly", ["Lamp", "Cup", "Pan"]),
    ],
)
def test_they_are_found_by_kind_title_and_merchant(
    query: str, goods: list[str], visit: Visit, ops: Organisation
) -> None:
    assert shown(visit(ops), query) == goods


def test_one_is_lifted_from_the_list_with_a_reason(visit: Visit, ops: Organisation, found: list[Violation]) -> None:
    client, address = visit(ops), f"/operator/violations/{found[0].pk}/lift"

    refused = client.post(address, {"reason": " ", "from_list": "1"})
    lifted = client.post(address, {"reason": "genuine", "from_list": "1"})

    assert refused.status_code == 422
    assert [one.product.title for one, _, _ in refused.context["rows"]] == ["Lamp", "Cup", "Pan"], "the list stays"
    assert [one.pk for one, _, form in refused.context["rows"] if form.errors] == [found[0].pk]
    assert (lifted.status_code, lifted["Location"]) == (302, PAGE)
    assert shown(client) == ["Lamp", "Cup"]
    assert Violation.objects.get(pk=found[0].pk).lifted_reason == "genuine"


def test_who_may_only_read_cannot_lift(visit: Visit, ops: Organisation, found: list[Violation]) -> None:
    client = visit(ops, role=Role.VIEWER)

    page = client.get(PAGE).content.decode()

    assert "/lift" not in page
    assert client.post(f"/operator/violations/{found[0].pk}/lift", {"reason": "x"}).status_code == 403


def test_an_empty_list_says_so(visit: Visit, ops: Organisation) -> None:
    client = visit(ops)

    assert "没有未解除的违规" in client.get(PAGE).content.decode()
    assert "没有符合条件的违规" in client.get(PAGE + "?q=nothing").content.decode()


def test_more_rows_cost_no_more_statements(
    visit: Visit, ops: Organisation, mei: Organisation, found: list[Violation]
) -> None:
    client = visit(ops)
    before = statements(client, PAGE)

    for number in range(5):
        recorded(make_product(mei, f"More {number}"), ViolationKind.PRICE_FRAUD)

    assert (statements(client, PAGE), len(shown(client))) == (before, len(found) + 4)


@pytest.mark.usefixtures("found")
def test_the_page_is_complete_in_english(visit: Visit, ops: Organisation) -> None:
    plain_names()

    page = visit(ops, language="en").get(PAGE).content.decode()

    assert "Violations that stand" in page
    assert CHINESE.findall(SWITCH.sub("", page)) == []

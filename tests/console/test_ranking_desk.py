"""The ranking desk: operators set boosts, and see why goods stand where they stand; creators' pages are logged."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.discovery import folders, reader, services
from fenxiao.discovery.models import Boosts, Showing
from fenxiao.kernel import clock
from fenxiao.parties.models import Kind, Organisation
from tests.cast import make_organisation, make_plan, make_product
from tests.console.desk_cast import Visit

NEW = {
    **{f"level_{level}": percent for level, percent in zip(range(1, 6), (100, 100, 120, 150, 180), strict=True)},
    **{"trial_share": "5", "trial_showings": "100", "trial_days": "14", "reason": "L5 gets too much", "from_at": ""},
}


@pytest.fixture
def indexed(mei: Organisation) -> list[Product]:
    """Two goods of Mei's, found."""
    goods = [make_product(mei, f"Iron pot {at}", level=level) for at, level in enumerate((2, 5))]
    for product in goods:
        make_plan(product, rate_bp=2_000)
    services.rebuild_index(now=clock.now())
    yield goods
    reader._opened.pop(folders.root(), None)


@pytest.fixture
def desk(visit: Visit, ops: Organisation) -> Client:
    return visit(ops, language="en")


def test_the_house_begins_with_its_own_boosts(desk: Client) -> None:
    page = desk.get("/operator/boosts/").content.decode()

    assert "the house&#x27;s own" in page or "the house's own" in page
    assert "In force" in page
    assert "× 2.00" in page
    assert "10%" in page


def test_an_operator_sets_a_version(desk: Client) -> None:
    answer = desk.post("/operator/boosts/new/", NEW, follow=True)

    row = Boosts.objects.get()
    assert row.level_percent == {"1": 100, "2": 100, "3": 120, "4": 150, "5": 180}
    assert (row.trial_share_bp, row.trial_showings, row.trial_days, row.reason) == (500, 100, 14, "L5 gets too much")
    page = answer.content.decode()
    assert "L5 gets too much" in page
    assert "Replaced" in page  # the house's own


def test_a_version_may_begin_later(desk: Client) -> None:
    begins = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")

    page = desk.post("/operator/boosts/new/", NEW | {"from_at": begins}, follow=True).content.decode()

    assert "Later" in page
    assert Boosts.objects.get().from_at > clock.now() + timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level_5": "120"}, "may not be below the level under it"),
        ({"level_1": "10"}, "greater than or equal to 50"),
        ({"trial_share": "60"}, "At most 50 %."),
        ({"trial_share": "many"}, "Enter a percentage such as 12.5."),
        ({"reason": ""}, "This field is required."),
        ({"from_at": "2020-01-01T00:00"}, "The start is in the past"),
        (
            {"level_3": 140, "level_2": 110, "level_4": 170, "level_5": 200, "trial_share": "10"}
            | {"trial_showings": 200, "trial_days": 30},
            "nothing would change",
        ),
    ],
)
def test_what_cannot_be_is_refused_on_the_form(desk: Client, change: dict[str, str], said: str) -> None:
    answer = desk.post("/operator/boosts/new/", NEW | change)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Boosts.objects.exists()


def test_why_shows_every_factor_for_a_creator_by_name_or_number(
    desk: Client, chen: Organisation, indexed: list[Product]
) -> None:
    for who in ("Chen", str(chen.pk)):
        page = desk.get("/operator/why/", {"creator": who, "q": "pot"}).content.decode()

        assert page.index("Iron pot 1") < page.index("Iron pot 0")
        assert "× 2.00" in page
        assert "A hit of its kind" in page
    assert not Showing.objects.exists()  # looking is not showing


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"creator": "Nobody"}, "no creator is named “Nobody”"),
        ({"creator": "99999999"}, "There is no creator 99999999."),
        ({"creator": "Chen", "q": "x" * 101}, "at most 100 characters"),
    ],
)
def test_why_says_what_it_cannot_show(
    desk: Client, chen: Organisation, indexed: list[Product], asked: dict[str, str], said: str
) -> None:
    answer = desk.get("/operator/why/", asked)

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_merchant_is_no_creator(desk: Client, mei: Organisation, indexed: list[Product]) -> None:
    assert desk.get("/operator/why/", {"creator": str(mei.pk)}).status_code == 422


def test_more_goods_cost_the_desk_no_more_statements(desk: Client, chen: Organisation, mei: Organisation) -> None:
    counts = []
    for batch in (1, 5):
        for at in range(batch):
            make_plan(make_product(mei, f"Pan {batch} {at}"), rate_bp=1_000)
        services.rebuild_index(now=clock.now())
        with CaptureQueriesContext(connection) as statements:
            assert desk.get("/operator/why/", {"creator": "Chen"}).status_code == 200
        counts.append(len(statements))
    reader._opened.pop(folders.root(), None)

    assert counts[0] == counts[1]


def test_what_a_creator_is_shown_is_logged(visit: Visit, indexed: list[Product]) -> None:
    bai = make_organisation(Kind.CREATOR, "Bai")

    answer = visit(bai).get("/creator/", {"q": "pot"})

    assert answer.status_code == 200
    row = Showing.objects.get()
    assert (row.creator_id, row.surface, row.ask) == (bai.pk, "selection", {"text": "pot"})
    assert set(row.products) == {product.pk for product in indexed}

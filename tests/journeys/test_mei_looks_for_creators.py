"""Mei looks for creators for a cup, narrows, compares two, keeps one with a note and takes the list along as a file."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fenxiao.catalog.models import Product
from fenxiao.discovery import services as discovery
from fenxiao.discovery.models import ShortlistedCreator
from fenxiao.kernel import clock
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, make_organisation, make_product
from tests.journeys.conftest import DESK, PHONE, Enter, fits

pytestmark = pytest.mark.django_db(transaction=True)
WAYS = [
    pytest.param({"viewport": DESK, "scripts": True}, id="desk"),
    pytest.param({"viewport": PHONE, "scripts": True}, id="phone"),
    pytest.param({"viewport": PHONE, "scripts": False}, id="phone-without-scripts"),
]
FOLLOWERS = {"Ann": 12_345, "Bo": 700_000, "Cy": 45_678, "Di": 2_000}


@pytest.fixture
def cup(mei: Organisation) -> Product:
    """A cup of Mei's, and four creators on the square; one of them agreed to exact figures."""
    made, now = make_product(mei, "Ceramic cup"), clock.now()
    for name, followers in FOLLOWERS.items():
        creator = make_organisation(Kind.CREATOR, name)
        parties.describe_creator(creator, followers=followers, city="杭州", introduction="cups", by=BY, now=now)
        if name == "Cy":
            parties.disclose_figures(creator, shows_exact=True, by=BY, now=now)
    discovery.rebuild_cards(now=now)
    return made


@pytest.mark.parametrize("way", WAYS)
def test_mei_looks_for_creators(way: dict, enter: Enter, mei: Organisation, cup: Product) -> None:
    page, complaints = enter(mei, **way), []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)

    finds_creators_for(cup, page)
    compares_two(page)
    keeps_one_with_a_note(page)
    rows = listed_in_the_file(page)

    assert [(row["达人"], row["粉丝数"], row["意向商品"], row["备注"]) for row in rows] == [
        ("Cy", "45678", "Ceramic cup", "五月再问")
    ]
    assert ShortlistedCreator.objects.get().creator.name == "Cy"
    assert complaints == []


def finds_creators_for(cup: Product, page: Page) -> None:
    page.goto("/creators/")
    expect(page.get_by_role("heading", name="达人广场")).to_be_visible()
    expect(page.locator(".fx-square tbody tr")).to_have_count(4)
    expect(page.get_by_text("1万–5万").first).to_be_visible()
    assert fits(page)

    page.locator("select[name=followers_min]").select_option("10000")
    page.locator("select[name=product]").select_option(str(cup.pk))
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".fx-chips a", has_text="Ceramic cup")).to_be_visible()
    page.locator(".fx-sorts a", has_text="粉丝").click()
    expect(page.locator(".fx-square .fx-who a")).to_have_text(["Bo", "Cy", "Ann"])
    assert fits(page)


def compares_two(page: Page) -> None:
    page.get_by_role("checkbox", name="Ann").check()
    page.get_by_role("checkbox", name="Cy").check()
    page.get_by_role("button", name="对比已勾选").click()
    expect(page.locator(".fx-versus thead a[href*='/creators/']", has_text="Cy").first).to_be_visible()
    expect(page.locator(".fx-versus thead th")).to_have_count(3)
    assert fits(page)


def keeps_one_with_a_note(page: Page) -> None:
    page.locator(".fx-versus-head > a", has_text="Cy").first.click()
    expect(page.get_by_role("heading", name="Cy")).to_be_visible()
    assert fits(page)
    page.locator("input[name=note]").fill("五月再问")
    page.locator("form[action*='shortlist/add'] button").click()
    expect(page.locator("main a[href='/creators/shortlist/']").first).to_be_visible()


def listed_in_the_file(page: Page) -> list[dict[str, str]]:
    page.goto("/creators/shortlist/")
    expect(page.locator("input[name=note]")).to_have_value("五月再问")
    expect(page.get_by_text("Ceramic cup").first).to_be_visible()
    assert fits(page)
    with page.expect_download() as taken:
        page.locator("a[href='/creators/shortlist/file']").click()

    with Path(taken.value.path()).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))

"""Saved searches and the chips of what is asked, as creators use them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Category, Product
from fenxiao.discovery import services as discovery
from fenxiao.discovery.models import SavedSearch
from fenxiao.discovery.rules.stored_asks import StoredAsk
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON, make_category
from tests.console.conftest import Visit

PAGE = "/creator/"


@pytest.fixture(autouse=True)
def tuesday_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def test_every_condition_is_a_chip_that_takes_it_away(
    visit: Visit, chen: Organisation, market: dict[str, Product]
) -> None:
    asked = {"q": "pot", "price_max": "99", "level": ["2", "3"], "in_stock": "on", "cursor": "", "page": "1"}

    page = visit(chen, language="en").get(PAGE, asked)

    assert [name for name, _said in page.context["chips"]] == ["q", "price_max", "level", "in_stock"]
    body = page.content.decode()
    assert 'href="?q=pot&amp;level=2&amp;level=3&amp;in_stock=on"' in body  # without the price
    assert "Clear all" in body


def test_a_search_is_saved_looked_at_renamed_and_forgotten(
    visit: Visit, chen: Organisation, market: dict[str, Product]
) -> None:
    client = visit(chen, language="en")

    client.post(f"{PAGE}searches/save?q=pot&level=2&sort=earns", {"name": "pots"})
    search = SavedSearch.objects.get()
    seen = client.post(f"{PAGE}searches/{search.pk}/see")
    client.post(f"{PAGE}searches/{search.pk}/rename", {"name": "iron pots"})
    listed = client.get(f"{PAGE}searches/").content.decode()

    assert search.ask == {"text": "pot", "levels": [2], "sort": "earns"}
    assert seen["Location"] == "/creator/?q=pot&level=2&sort=earns"
    assert "iron pots" in listed
    assert "Words: pot" in listed
    client.post(f"{PAGE}searches/{search.pk}/forget")
    assert not SavedSearch.objects.exists()


def test_one_that_cannot_be_asked_any_more_is_refused_and_stays_unseen(visit: Visit, chen: Organisation) -> None:
    category = make_category(name="鸟类用品")
    asked = StoredAsk(category_id=category.pk)
    search = discovery.save_search(chen, name="birds", asked=asked, by=BY, now=NOON - timedelta(days=1))
    Category.objects.filter(pk=category.pk).update(is_active=False)

    answer = visit(chen, language="en").post(f"{PAGE}searches/{search.pk}/see", follow=True)

    assert answer.redirect_chain == [(f"{PAGE}searches/", 302)]
    assert "this category is no longer in use" in answer.content.decode()
    assert SavedSearch.objects.get().seen_at == NOON - timedelta(days=1)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("q=pot", "taken"), "is kept already"),
        (("sort=earns", "all"), "set one condition at least"),
        (("q=pot", " "), "is 1 to 40 characters"),
    ],
)
def test_what_cannot_be_saved_is_said_on_the_page(
    asked: tuple[str, str], said: str, visit: Visit, chen: Organisation, market: dict[str, Product]
) -> None:
    discovery.save_search(chen, name="taken", asked=StoredAsk(text="cup"), by=BY, now=NOON)

    query, name = asked

    page = visit(chen, language="en").post(f"{PAGE}searches/save?{query}", {"name": name}, follow=True)

    assert said in page.content.decode()
    assert SavedSearch.objects.count() == 1


def test_statements_do_not_grow_with_searches(visit: Visit, chen: Organisation, market: dict[str, Product]) -> None:
    client = visit(chen)

    def statements() -> list[int]:
        found = []
        for address in (PAGE, f"{PAGE}searches/"):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(address).status_code == 200
            found.append(len(caught))
        return found

    discovery.save_search(chen, name="one", asked=StoredAsk(category_id="ap-2-1"), by=BY, now=NOON)
    client.get(PAGE)
    few = statements()
    for at in range(6):
        discovery.save_search(chen, name=f"more {at}", asked=StoredAsk(category_id="ap-2-1"), by=BY, now=NOON)
    assert statements() == few


def test_saved_searches_stand_on_the_home_page_too(
    visit: Visit, chen: Organisation, market: dict[str, Product]
) -> None:
    discovery.save_search(chen, name="pots and pans", asked=StoredAsk(text="pot"), by=BY, now=NOON)

    assert "pots and pans" in visit(chen).get("/creator/home/").content.decode()

"""The selection centre beyond its first goods: further on in place, further down in the categories."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from fenxiao.discovery import services as discovery
from fenxiao.discovery.models import Showing
from fenxiao.parties.models import Organisation
from tests.cast import NOON
from tests.console.conftest import Visit
from tests.discovery.wide_market import stock_market

CENTRE = "/creator/"
IN_PLACE = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def tuesday_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def client(visit: Visit, chen: Organisation) -> Client:
    stock_market(60)
    discovery.rebuild_index(now=NOON)
    return visit(chen, language="en")


@pytest.mark.parametrize("sort", ["price_asc", "recommended"])
def test_the_list_goes_on_in_place_until_its_end(client: Client, sort: str) -> None:
    whole = client.get(CENTRE, {"sort": sort})
    seen = [item.product.pk for item in whole.context["items"]]
    cursor, places = whole.context["found"].next_cursor, [1]
    while cursor:
        more = client.get(CENTRE, {"sort": sort, "cursor": cursor}, headers=IN_PLACE)
        assert "<html" not in more.content.decode()
        seen += [item.product.pk for item in more.context["items"]]
        places.append(more.context["page"].start_index())
        cursor = more.context["found"].next_cursor

    assert (len(seen), len(set(seen)), places) == (60, 60, [1, 25, 49])
    assert [row.first_place for row in Showing.objects.order_by("pk")] == [1, 25, 49]
    assert "More goods" in whole.content.decode()
    assert "More goods" not in more.content.decode()
    assert "49–60 of 60" in more.content.decode()  # the pages below say where the list stands


def test_without_a_script_the_same_link_turns_the_page(client: Client) -> None:
    whole = client.get(CENTRE, {"sort": "price_asc"})
    cursor = whole.context["found"].next_cursor

    page = client.get(CENTRE, {"sort": "price_asc", "page": "2"})
    opened = client.get(CENTRE, {"sort": "price_asc", "cursor": cursor})

    assert 'href="?sort=price_asc&amp;page=2"' in whole.content.decode()
    assert page.context["items"] == opened.context["items"]
    assert "<html" in opened.content.decode()
    assert "cursor" not in opened.context["filter"].chips()
    assert 'href="?sort=price_asc&amp;page=3"' in opened.content.decode()


@pytest.mark.parametrize("headers", [{}, IN_PLACE])
def test_a_cursor_of_nothing_or_of_another_search_is_refused(client: Client, headers: dict[str, str]) -> None:
    cursor = client.get(CENTRE, {"sort": "price_asc"}).context["found"].next_cursor
    Showing.objects.all().delete()

    made_up = client.get(CENTRE, {"cursor": "nothing"}, headers=headers)
    of_another = client.get(CENTRE, {"cursor": cursor, "sort": "newest"}, headers=headers)

    assert [made_up.status_code, of_another.status_code] == [422, 422]
    assert "is none of those handed out here" in made_up.content.decode()
    assert "belongs to another search" in of_another.content.decode()
    assert not Showing.objects.exists()
    assert 'href="?sort=newest"' in of_another.content.decode()  # the way back: the same search from its beginning


def test_a_search_that_cannot_be_read_leads_to_the_one_without_it(client: Client) -> None:
    refused = client.get(CENTRE, {"q": "cup", "price_min": "cheap", "page": "2"})

    assert refused.status_code == 422
    assert 'href="?q=cup"' in refused.content.decode()


def test_a_category_is_chosen_level_by_level(client: Client) -> None:
    top = client.get(CENTRE).context["filter"].fields["category"].choices[1][0]

    page = client.get(CENTRE, {"category": top})
    below = page.context["way"].below
    deeper = client.get(CENTRE, {"category": below[0].pk})

    assert [each.pk for each in page.context["way"].above] == [top]
    assert f"?category={below[0].pk}" in page.content.decode()
    assert sum(page.context["counts"][each.pk] for each in below) == page.context["found"].total > 0
    assert [each.pk for each in deeper.context["way"].above] == [top, below[0].pk]
    refused = client.get(CENTRE, {"category": "nowhere"})
    assert (refused.status_code, list(refused.context["filter"].errors)) == (422, ["category"])


def test_what_goes_on_in_place_is_not_counted_again(client: Client) -> None:
    whole = client.get(CENTRE).context["found"]
    more = client.get(CENTRE, {"cursor": whole.next_cursor}, headers=IN_PLACE).context["found"]

    assert "facets" in vars(whole)
    assert "facets" not in vars(more)
    assert more.facets == whole.facets


@pytest.mark.parametrize(
    ("language", "asked", "words"),
    [
        ("zh-hans", {"cursor": "!!"}, "「翻页位置」填写有误"),
        ("en", {"cursor": "!!"}, "“Place in the list” is not right"),
        ("en", {"price_min": "9", "price_max": "5"}, "“Price from” is not right"),
        ("en", {"page": "100000"}, "“Page” is not right"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_the_name_that_the_page_gives_it(
    visit: Visit, chen: Organisation, language: str, asked: dict[str, str], words: str
) -> None:
    stock_market(2)
    discovery.rebuild_index(now=NOON)

    refused = visit(chen, language=language).get(CENTRE, asked)

    assert refused.status_code == 422
    assert words in refused.content.decode()

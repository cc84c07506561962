"""A creator's own profile: told words, both faces of the card, consent given and taken back."""

from collections.abc import Iterator

import pytest
import time_machine

from fenxiao.discovery import services as discovery
from fenxiao.parties import services as parties
from fenxiao.parties.models import CreatorProfile, Organisation
from tests.cast import BY, NOON
from tests.console.conftest import Visit

PROFILE = "/creator/profile/"


@pytest.fixture(autouse=True)
def tuesday_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def counted(chen: Organisation) -> Organisation:
    parties.describe_creator(chen, followers=12_345, city="", introduction="", by=BY, now=NOON)
    discovery.rebuild_cards(now=NOON)
    return chen


def test_before_the_first_count_the_page_says_so(chen: Organisation, visit: Visit) -> None:
    page = visit(chen, language="en").get(PROFILE)

    assert page.status_code == 200
    assert "Not counted yet" in page.content.decode()


def test_ranges_and_figures_stand_side_by_side(counted: Organisation, visit: Visit) -> None:
    page = visit(counted, language="en").get(PROFILE).content.decode()

    assert "10,000–50,000" in page
    assert "12,345" in page


def test_what_a_creator_writes_is_kept_and_followers_stay(counted: Organisation, visit: Visit) -> None:
    answer = visit(counted).post(PROFILE, {"city": " 杭州 ", "introduction": "Tea\nand cups"})

    told = CreatorProfile.objects.get(creator=counted)
    assert answer.status_code == 302
    assert (told.city, told.introduction, told.followers) == ("杭州", "Tea\nand cups", 12_345)


@pytest.mark.parametrize(("field", "most"), [("city", 40), ("introduction", 500)])
def test_words_too_long_are_refused_at_their_field_and_change_nothing(
    field: str, most: int, counted: Organisation, visit: Visit
) -> None:
    answer = visit(counted).post(PROFILE, {"city": "杭州", "introduction": "cups", field: "x" * (most + 1)})

    told = CreatorProfile.objects.get(creator=counted)
    assert answer.status_code == 422
    assert f"id_{field}_error" in answer.content.decode()
    assert (told.city, told.introduction) == ("", "")


def test_consent_is_given_once_seen_at_once_and_taken_back(
    counted: Organisation, visit: Visit, mei: Organisation
) -> None:
    browser, others = visit(counted), visit(mei, language="en")

    given, again = (browser.post(f"{PROFILE}consent", {"shows": "exact"}).status_code for _ in range(2))
    with_consent = others.get(f"/creators/{counted.pk}/").content.decode()
    with time_machine.travel(NOON.replace(second=1), tick=False):
        browser.post(f"{PROFILE}consent", {"shows": "ranges"})
        without = others.get(f"/creators/{counted.pk}/").content.decode()

    assert (given, again) == (302, 409)
    assert ["12,345" in page for page in (with_consent, without)] == [True, False]

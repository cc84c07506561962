"""The creator square as merchants and leaders use it."""

import csv
from collections.abc import Iterator
from io import StringIO

import pytest
import time_machine
from django.utils.translation import override

from fenxiao.console.square.compared import leading
from fenxiao.console.templatetags.ranges import in_money
from fenxiao.discovery import services as discovery
from fenxiao.discovery.queries.shortlist import shortlist_of, shortlisted_ids
from fenxiao.discovery.rules.bands import Figure
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation, Role
from tests.cast import BY, NOON, make_category, make_organisation, make_product
from tests.console.conftest import Visit
from tests.deals.chains import make_activity, make_application

SQUARE = "/creators/"


@pytest.fixture(autouse=True)
def tuesday_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def told(name: str, followers: int, *, exact: bool = False) -> Organisation:
    creator = make_organisation(Kind.CREATOR, name)
    parties.describe_creator(creator, followers=followers, city="杭州", introduction="cups", by=BY, now=NOON)
    if exact:
        parties.disclose_figures(creator, shows_exact=True, by=BY, now=NOON)
    return creator


@pytest.fixture
def people(db: None) -> list[Organisation]:
    made = [told("Ann", 12_345), told("Bo", 700_000), told("Cy", 45_678, exact=True)]
    discovery.rebuild_cards(now=NOON)
    return made


def test_figures_are_ranges_unless_a_creator_agreed(
    people: list[Organisation], visit: Visit, mei: Organisation
) -> None:
    page = visit(mei, language="en").get(SQUARE).content.decode()

    assert "10,000–50,000" in page
    assert "45,678" in page
    assert "12,345" not in page


def test_the_square_is_narrowed_sorted_and_says_what_is_asked(
    people: list[Organisation], visit: Visit, mei: Organisation
) -> None:
    client = visit(mei, language="en")

    page = client.get(SQUARE, {"followers_min": "100000", "tier": "", "sort": "followers"}).content.decode()

    assert "Bo</a>" in page
    assert "Ann</a>" not in page
    assert "Followers from: 100,000" in page
    nobody = client.get(SQUARE, {"q": "nobody is called this"}).content.decode()
    assert "No creator meets all of this" in nobody
    assert "Clear all" not in nobody  # one filter is taken away by itself


def test_categories_are_chosen_level_by_level_and_taken_away(
    people: list[Organisation], visit: Visit, mei: Organisation
) -> None:
    make_category("ap-2-1", name="鸟类用品")
    client = visit(mei, language="en")

    top = client.get(SQUARE, {"category": "ap"}).content.decode()
    third = client.get(SQUARE, {"category": "ap-2-1"}).content.decode()

    assert '<option value="ap-2">\u2003ap-2</option>' in top
    assert 'href="?category=ap-2"' in top
    assert '<option value="ap-2-1" selected>\u2003\u2003ap-2-1</option>' in third
    assert "Sells in: ap-2-1 <i" in third  # taken away by a tap
    assert 'href="?category=ap-2"' in third  # and widened by one
    assert client.get(SQUARE, {"category": "nothing"}).status_code == 422


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"followers_min": "12000"}, "id_followers_min_error"),
        ({"score_min": "7"}, "id_score_min_error"),
        ({"product": "9999999"}, "id_product_error"),
        ({"cursor": "!!"}, "“Place in the list” is not right"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(
    asked: dict[str, str], name: str, people: list[Organisation], visit: Visit, mei: Organisation
) -> None:
    make_product(mei, "Ceramic cup")

    answer = visit(mei, language="en").get(SQUARE, asked)

    assert answer.status_code == 422
    assert name in answer.content.decode()


def test_pages_follow_one_another_to_the_end(visit: Visit, mei: Organisation) -> None:
    for at in range(25):
        told(f"Creator {at:02}", 2_000 + at)
    discovery.rebuild_cards(now=NOON)
    client = visit(mei, language="en")

    first = client.get(SQUARE)
    second = client.get(SQUARE, {"cursor": first.context["found"].cursor})

    names = [row.name for page in (first, second) for row, _suiting in page.context["rows"]]
    assert len(names) == len(set(names)) == 25
    assert second.context["found"].cursor == ""
    assert "From the beginning" in second.content.decode()


def test_a_product_of_ones_own_shows_who_suits_it_and_another_is_refused(
    people: list[Organisation], visit: Visit, mei: Organisation
) -> None:
    cup = make_product(mei, "Ceramic cup")
    other = make_product(make_organisation(Kind.MERCHANT, "other"), "not hers")
    client = visit(mei, language="en")

    page = client.get(SQUARE, {"product": str(cup.pk), "sort": "followers"})

    assert len(page.context["rows"]) == 3
    assert all(suiting is not None for _row, suiting in page.context["rows"])
    assert client.get(f"{SQUARE}{people[0].pk}/", {"product": str(cup.pk)}).context["suiting"] is not None
    assert client.get(f"{SQUARE}{people[0].pk}/", {"product": str(other.pk)}).status_code == 422
    assert client.get(SQUARE, {"product": str(other.pk)}).status_code == 422


def test_a_leader_looks_for_creators_for_goods_that_stand_with_him(people: list[Organisation], visit: Visit) -> None:
    leader, merchant = (make_organisation(kind, kind) for kind in (Kind.LEADER, Kind.MERCHANT))
    cup = make_product(merchant, "Ceramic cup")
    make_application(make_activity(leader), cup, fee_bp=500)

    page = visit(leader).get(SQUARE, {"product": str(cup.pk), "sort": "gmv"})

    assert page.status_code == 200
    assert len(page.context["rows"]) == 3


def test_a_profile_says_which_figures_are_exact(people: list[Organisation], visit: Visit, mei: Organisation) -> None:
    ann, _bo, cy = people
    parties.tell_audience(ann, shares={"gender": {"female": 8_300, "male": 1_700}}, told_by="self", by=BY, now=NOON)
    discovery.refresh_cards([ann.pk], now=NOON)
    client = visit(mei, language="en")

    ranges, exact = (client.get(f"{SQUARE}{each.pk}/").content.decode() for each in (ann, cy))

    assert "has not agreed to show them exactly" in ranges
    assert "70–90%" in ranges
    assert "83%" not in ranges
    assert "agreed to show exact figures" in exact
    parties.suspend_organisation(ann, reason="rules", by=BY, now=NOON)
    assert client.get(f"{SQUARE}{ann.pk}/").status_code == 404


def test_up_to_four_stand_side_by_side_and_a_fifth_is_refused(
    people: list[Organisation], visit: Visit, mei: Organisation
) -> None:
    client = visit(mei, language="en")
    two = [str(each.pk) for each in people[:2]]

    chosen = client.post(f"{SQUARE}compare/choose", {"creators": two})
    page = client.get(chosen["Location"])
    five = client.get(f"{SQUARE}compare/", {"creators": [str(at) for at in range(1, 6)]})

    assert [each.name for each, _without in page.context["columns"]] == ["Ann", "Bo"]
    assert "fx-leads" in page.content.decode()  # 100,000 and more against less than 50,000
    assert five.status_code == 422
    assert "4 creators at most" in five.content.decode()
    assert client.get(f"{SQUARE}compare/", {"creators": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("figures", "leads"),
    [
        ([Figure(low=10, high=20), Figure(low=20, high=None)], [False, True]),
        ([Figure(low=10, high=20), Figure(low=15, high=15)], [False, False]),  # the range may hold more
        ([Figure(low=7, high=7), Figure(low=5, high=5), None], [True, False, False]),
        ([Figure(low=7, high=7), Figure(low=7, high=7)], [False, False]),
        ([Figure(low=0, high=10), None], [False, False]),
    ],
)
def test_only_who_certainly_has_most_leads(figures: list[Figure | None], leads: list[bool]) -> None:
    assert leading(figures) == leads


def test_creators_are_kept_noted_on_written_to_a_file_and_taken_off(
    people: list[Organisation], visit: Visit, mei: Organisation
) -> None:
    cup, (ann, bo, _cy) = make_product(mei, "Ceramic cup"), people
    client = visit(mei, language="en")

    ticked = {"creators": [str(ann.pk), str(bo.pk)], "product": str(cup.pk)}
    client.post(f"{SQUARE}shortlist/add", ticked)
    again = client.post(f"{SQUARE}shortlist/add", ticked, follow=True)  # said, not refused
    client.post(f"{SQUARE}shortlist/{ann.pk}/note", {"note": "ask in May"})
    file = client.get(f"{SQUARE}shortlist/file")
    client.post(f"{SQUARE}shortlist/{bo.pk}/remove")

    assert [str(said) for said in again.context["messages"]] == [
        *("2 creators are on your shortlist.", "Already on your shortlist: Ann, Bo."),
    ]
    assert shortlisted_ids(mei, [each.pk for each in people]) == {ann.pk}
    assert [line.note for line in shortlist_of(mei, now=NOON)] == ["ask in May"]
    assert "ask in May" in client.get(f"{SQUARE}shortlist/").content.decode()
    rows = list(csv.DictReader(StringIO(file.content.decode("utf-8-sig"))))
    assert {row["creator"]: row["followers"] for row in rows} == {"Ann": "10000~50000", "Bo": "500000~1000000"}
    assert file["Content-Type"] == "text/csv; charset=utf-8"


def test_of_one_product_those_who_suit_it_best_come_first_and_it_stays_chosen(
    people: list[Organisation], visit: Visit, mei: Organisation
) -> None:
    (ann, bo, _cy), cup = people, make_product(mei, "Ceramic cup")
    parties.describe_creator(ann, followers=1, city="", introduction=cup.category.name_zh, by=BY, now=NOON)
    discovery.refresh_cards([ann.pk], now=NOON)
    for creator in (ann, bo):  # Bo is the later one
        discovery.shortlist_creator(mei, creator, product=cup, by=BY, now=NOON)
    client, narrowed = visit(mei, language="en"), f"{SQUARE}shortlist/?product={cup.pk}"

    whole, page = client.get(f"{SQUARE}shortlist/"), client.get(narrowed)
    file = client.get(f"{SQUARE}shortlist/file", {"product": str(cup.pk)})
    noted = client.post(f"{SQUARE}shortlist/{bo.pk}/note?product={cup.pk}", {"note": "later"})
    gone = [client.post(f"{SQUARE}shortlist/{each.pk}/remove?product={cup.pk}") for each in (bo, ann)]

    assert [row.creator for row, _fit in whole.context["rows"]] == [bo, ann]
    assert [row.creator for row, _fit in page.context["rows"]] == [ann, bo]
    assert [line["creator"] for line in csv.DictReader(StringIO(file.content.decode("utf-8-sig")))] == ["Ann", "Bo"]
    assert [answer["Location"] for answer in (noted, *gone)] == [narrowed, narrowed, f"{SQUARE}shortlist/"]


def test_a_shortlist_is_narrowed_to_a_product_on_it_and_no_other(
    people: list[Organisation], visit: Visit, mei: Organisation
) -> None:
    (ann, bo, _cy), cup, pot = people, make_product(mei, "Ceramic cup"), make_product(mei, "Iron pot")
    parties.describe_creator(ann, followers=1, city="", introduction=cup.category.name_zh, by=BY, now=NOON)
    discovery.refresh_cards([ann.pk], now=NOON)
    for creator, product in ((ann, cup), (bo, pot)):
        discovery.shortlist_creator(mei, creator, product=product, by=BY, now=NOON)
    client = visit(mei, language="en")

    page = client.get(f"{SQUARE}shortlist/", {"product": str(cup.pk)})
    file = client.get(f"{SQUARE}shortlist/file", {"product": str(cup.pk)})
    refused = [client.get(f"{SQUARE}shortlist/{part}", {"product": "nothing"}) for part in ("", "file")]

    ((row, suiting),) = page.context["rows"]
    (line,) = csv.DictReader(StringIO(file.content.decode("utf-8-sig")))
    assert (row.creator, line["creator"], line["fit"]) == (ann, "Ann", str(suiting.score))
    assert line["reasons"] == "; ".join(reason.en for reason in suiting.reasons) != ""
    assert f"shortlist/file?product={cup.pk}" in page.content.decode()
    assert [each.status_code for each in refused] == [422, 422]
    assert "nobody is on the list for this product" in refused[1].content.decode()


def test_where_nobody_suits_a_product_the_others_are_a_step_away(visit: Visit, mei: Organisation) -> None:
    told("Ann", 12_345)
    discovery.rebuild_cards(now=NOON)
    cup, client = make_product(mei, "Iron pot"), visit(mei, language="en")

    by_fit, by_sales = (client.get(SQUARE, {"product": str(cup.pk), "sort": sort}) for sort in ("fit", "gmv"))

    assert "No creator comes into question for this product" in by_fit.content.decode()
    assert [row.name for row, _suiting in by_sales.context["rows"]] == ["Ann"]


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (Figure(low=0, high=1), "¥0"),
        (Figure(low=1, high=100_000), "below ¥1,000"),
        (Figure(low=100_000, high=None), "¥1,000 and more"),
        (Figure(low=123_400, high=123_400), "¥1,234"),
        (None, "–"),
    ],
)
def test_a_range_of_nothing_is_nothing(figure: Figure | None, said: str) -> None:
    with override("en"):
        assert in_money(figure) == said


def test_viewers_read_the_square_and_keep_nobody(people: list[Organisation], visit: Visit, mei: Organisation) -> None:
    client = visit(mei, role=Role.VIEWER)

    assert client.get(SQUARE).status_code == 200
    assert client.post(f"{SQUARE}shortlist/add", {"creators": str(people[0].pk)}).status_code == 403
    assert not shortlisted_ids(mei, [people[0].pk])

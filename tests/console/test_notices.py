"""The bell and the list behind it: what an organisation was told, in its language, and who may mark it as read."""

import pytest
from django.urls import NoReverseMatch, reverse

from fenxiao.catalog.models import Product
from fenxiao.console.notices import PAGES
from fenxiao.deals.services.shelf_news import OFF_SHELF
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Notice, Organisation, Role
from fenxiao.parties.notices import register_words
from tests.cast import BY, NOON
from tests.console.conftest import Visit
from tests.console.test_counts import statements

BELL = '<span class="fx-count">'
register_words({"test.page": ("测试「{title}」", "a test of “{title}”")})


def tell(*organisations: Organisation, count: int = 1, subject: tuple[str, int] = ("product", 7)) -> list[Notice]:
    for number in range(count):
        parties.notify(
            [each.pk for each in organisations],
            code="test.page",
            subject=subject,
            details={"title": f"Lamp {number}"},
            by=BY,
            now=NOON,
        )
    return list(Notice.objects.order_by("pk"))


@pytest.mark.parametrize("kind", [Kind.MERCHANT, Kind.CREATOR, Kind.LEADER, Kind.OPERATOR])
def test_every_role_has_a_bell_with_what_is_unread(kind: Kind, visit: Visit, house: dict[str, Organisation]) -> None:
    client = visit(house[kind])
    quiet = client.get("/notices/").content.decode()
    tell(house[kind], count=3)

    page = client.get("/", follow=True).content.decode()

    assert BELL not in quiet
    assert f"{BELL}3</span>" in page
    assert "还没有通知" in quiet


def test_more_than_ninety_nine_are_many(visit: Visit, chen: Organisation) -> None:
    tell(chen, count=100)

    assert f"{BELL}99+</span>" in visit(chen).get("/creator/").content.decode()


def test_notices_are_in_the_readers_language_newest_first_and_paged(visit: Visit, chen: Organisation) -> None:
    tell(chen, count=21)

    english = visit(chen, language="en", name="a").get("/notices/").content.decode()
    chinese = visit(chen, name="b").get("/notices/?page=2").content.decode()

    assert english.index("a test of “Lamp 20”") < english.index("a test of “Lamp 1”")
    assert "Lamp 0”" not in english
    assert "测试「Lamp 0」" in chinese
    assert "测试「Lamp 1」" not in chinese


def test_a_notice_leads_to_what_it_is_about_on_the_readers_own_pages(
    visit: Visit, chen: Organisation, mei: Organisation, pot: Product
) -> None:
    tell(chen, mei, subject=("product", pot.pk))

    assert f'href="/creator/products/{pot.pk}/"' in visit(chen).get("/notices/").content.decode()
    assert f'href="/merchant/products/{pot.pk}/"' in visit(mei).get("/notices/").content.decode()


def test_one_is_marked_as_read_or_all_of_them(visit: Visit, chen: Organisation, mei: Organisation) -> None:
    first, *_ = tell(chen, mei, count=2)
    client = visit(chen)

    client.post("/notices/read", {"notice": first.pk})
    after_one = list(Notice.objects.filter(organisation=chen, read_at=None).values_list("details__title", flat=True))
    page = client.get("/notices/?show=unread").content.decode()
    client.post("/notices/read", {"all": "1"})

    assert after_one == ["Lamp 1"]
    assert ("Lamp 0" in page, "Lamp 1" in page) == (False, True)
    assert Notice.objects.filter(organisation=chen, read_at=None).count() == 0
    assert Notice.objects.filter(organisation=mei, read_at=None).count() == 2


def test_anothers_notice_is_neither_shown_nor_marked(visit: Visit, chen: Organisation, mei: Organisation) -> None:
    (notice,) = tell(chen)
    client = visit(mei)

    client.post("/notices/read", {"notice": notice.pk})

    assert "Lamp" not in client.get("/notices/").content.decode()
    assert Notice.objects.get().read_at is None


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FINANCE])
def test_who_may_not_work_reads_notices_and_marks_none(role: Role, visit: Visit, chen: Organisation) -> None:
    (notice,) = tell(chen)
    client = visit(chen, role=role)

    page = client.get("/notices/").content.decode()

    assert "Lamp 0" in page
    assert "/notices/read" not in page
    assert client.post("/notices/read", {"all": "1"}).status_code == 403
    assert Notice.objects.get(pk=notice.pk).read_at is None


@pytest.mark.parametrize("asked", [{}, {"notice": "x"}, {"notice": "9" * 5_000}, {"notice": str(2**63)}])
def test_what_is_no_notice_is_refused(asked: dict[str, str], visit: Visit, chen: Organisation) -> None:
    tell(chen)

    assert visit(chen).post("/notices/read", asked).status_code == 422
    assert Notice.objects.filter(read_at=None).count() == 1


def test_strangers_are_sent_to_the_login_and_a_get_marks_nothing(visit: Visit, chen: Organisation) -> None:
    assert visit(None).get("/notices/").status_code == 302
    assert visit(None).post("/notices/read").status_code == 302
    assert visit(chen).get("/notices/read").status_code == 405


def test_many_notices_cost_no_more_statements_than_one(visit: Visit, chen: Organisation) -> None:
    client = visit(chen)
    tell(chen)
    for_one = statements(client, "/notices/")

    tell(chen, count=3)

    assert statements(client, "/notices/") == for_one


def test_every_kind_of_notice_leads_to_a_page_there_is() -> None:
    missing = set()
    for page, argument in PAGES.values():
        try:
            reverse(page, kwargs={argument: 7} if argument else {})
        except NoReverseMatch:
            missing.add(page)

    assert missing == set()


def test_a_page_in_english_shows_what_shelves_are_told(visit: Visit, chen: Organisation, pot: Product) -> None:
    parties.notify([chen.pk], code=OFF_SHELF, subject=("product", pot.pk), details={"title": "Pot"}, by=BY, now=NOON)

    page = visit(chen, language="en").get("/notices/").content.decode()

    assert "“Pot” on your shelf is not offered any more" in page

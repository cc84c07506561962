"""Requests that somebody else's page, or somebody else's number in a form, would send: none of them acts."""

import pytest
from django.test import Client

from fenxiao.catalog.models import Product
from fenxiao.deals import services as deals
from fenxiao.kernel.models import AuditRow
from fenxiao.parties.models import Kind, Member, Organisation, Role, User
from fenxiao.tracking import services as tracking
from fenxiao.tracking.models import Link
from tests.cast import BY, NOON, make_member, make_organisation
from tests.console.conftest import Visit
from tests.console.test_access import MATRIX, pages, things  # noqa: F401  # a fixture
from tests.promises.test_hostile_input import addresses

ROLES = [Kind.MERCHANT, Kind.CREATOR, Kind.LEADER, Kind.OPERATOR]
FORBIDDEN = 403


@pytest.mark.parametrize("kind", ROLES)
def test_no_page_takes_a_form_from_elsewhere(
    kind: Kind,
    mei: Organisation,
    house: dict[str, Organisation],
    things: dict[str, object],  # noqa: F811  # a fixture is asked for by its name
) -> None:
    member = make_member(mei if kind == Kind.MERCHANT else house[kind], "owner@example.org")
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)
    before = AuditRow.objects.count()
    where = dict(addresses(kind, of=things))

    answers = {address: client.post(address, {"stock": 1}).status_code for address in where.values()}
    answers |= {address: client.post(address).status_code for address in ("/switch", "/language", "/accounts/logout/")}

    assert set(answers.values()) <= {FORBIDDEN, 405}
    assert {where[name] for name in where if MATRIX[name][0] == "post"} <= {
        address for address, status in answers.items() if status == FORBIDDEN
    }
    assert AuditRow.objects.count() == before
    assert len(list(pages())) == len(MATRIX)


def test_a_link_from_another_creators_place_is_not_made(visit: Visit, pot: Product, chen: Organisation) -> None:
    bai = make_organisation(Kind.CREATOR, "Bai")
    deals.open_plan(pot, rate_bp=2_000, by=BY, now=NOON)
    place = tracking.open_place(bai, name="Bai's show", by=BY, now=NOON)

    answer = visit(chen).post(f"/creator/products/{pot.pk}/link/", {"place": place.pk, "sub_id": ""})

    assert answer.status_code == 422
    assert "Bai&#x27;s show" not in answer.content.decode()
    assert Link.objects.count() == 0


def test_nobody_switches_to_anothers_membership(visit: Visit, mei: Organisation, stranger: Organisation) -> None:
    theirs = make_member(stranger, "theirs@example.org")
    client = visit(mei)

    answer = client.post("/switch", {"member": theirs.pk})

    assert answer.status_code == FORBIDDEN
    assert client.get("/merchant/").context["request"].organisation == mei


def test_a_membership_that_ended_is_not_acted_for_in_a_session_that_chose_it(
    visit: Visit, mei: Organisation, stranger: Organisation
) -> None:
    client = visit(mei)
    user = User.objects.get()
    second = Member.objects.create(user=user, organisation=stranger, role=Role.OWNER, joined_at=NOON)
    client.post("/switch", {"member": second.pk})

    Member.objects.filter(pk=second.pk).update(is_active=False)

    assert client.get("/merchant/").context["request"].organisation == mei


def test_logging_in_gives_a_session_of_its_own(mei: Organisation) -> None:
    make_member(mei, "mei@example.org")
    client = Client()
    client.get("/accounts/login/")
    session = client.session  # one that somebody planted in the browser
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    planted = session.session_key

    client.post("/accounts/login/", {"login": "mei@example.org", "password": "correct horse"})

    assert client.session.session_key != planted
    assert client.get("/merchant/").status_code == 200

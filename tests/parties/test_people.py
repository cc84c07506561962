"""People are enrolled, become members, and see the organisations they may act for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.kernel.errors import BadInput
from fenxiao.kernel.models import AuditRow
from fenxiao.parties import services as parties
from fenxiao.parties.errors import AlreadyMember, EmailTaken, OrganisationSuspended, WeakPassword
from fenxiao.parties.models import Kind, Member, Organisation, Role, User
from fenxiao.parties.queries import memberships_of
from tests.cast import BY, NOON, make_member, make_organisation

pytestmark = pytest.mark.django_db
PHRASE = "teapot and kettle"


def enrol(email: str = "mei@example.com", password: str = PHRASE) -> User:
    return parties.enrol_person(email, name="Mei", password=password, by=BY, now=NOON)


def test_an_enrolled_person_can_log_in_and_the_trail_keeps_no_password() -> None:
    user = enrol(" Mei@Example.com ")

    assert (user.email, user.name, user.check_password(PHRASE)) == ("mei@example.com", "Mei", True)
    row = AuditRow.objects.get()
    assert (row.act, row.after) == ("enrol_person", {"email": "mei@example.com", "name": "Mei"})


@pytest.mark.parametrize(
    ("email", "password", "refusal"),
    [
        ("MEI@example.com", PHRASE, EmailTaken),
        ("mei at home", PHRASE, BadInput),
        ("new@example.com", "short", WeakPassword),
        ("new@example.com", "password123", WeakPassword),
    ],
)
def test_a_bad_enrolment_is_refused_and_changes_nothing(email: str, password: str, refusal: type[Exception]) -> None:
    enrol()

    with pytest.raises(refusal):
        enrol(email, password)

    assert (User.objects.count(), AuditRow.objects.count()) == (1, 1)


def test_a_weak_password_is_explained_in_both_languages() -> None:
    with pytest.raises(WeakPassword) as refused:
        enrol(password="short")

    assert "至少" in refused.value.message("zh-hans")
    assert "at least 10 characters" in refused.value.message("en")


def test_a_member_is_added_once(mei: Organisation) -> None:
    user = enrol()
    member = parties.add_member(mei, user=user, role=Role.OWNER, by=BY, now=NOON)

    with pytest.raises(AlreadyMember):
        parties.add_member(mei, user=user, role=Role.VIEWER, by=BY, now=NOON)

    assert list(Member.objects.values_list("pk", "user_id", "organisation_id", "role")) == [
        (member.pk, user.pk, mei.pk, "owner")
    ]
    after = {"user": user.pk, "email": "mei@example.com", "role": "owner"}
    assert AuditRow.objects.filter(act="add_member").get().after == after


def test_a_former_member_comes_back_in_the_new_role(mei: Organisation) -> None:
    former = make_member(mei, "old@example.com", role=Role.OWNER)
    Member.objects.update(is_active=False)

    back = parties.add_member(mei, user=former.user, role=Role.FINANCE, by=BY, now=NOON)

    assert (back.pk, back.role, back.is_active) == (former.pk, Role.FINANCE, True)


def test_an_unknown_role_and_a_suspended_organisation_are_refused(mei: Organisation) -> None:
    user = enrol()
    with pytest.raises(BadInput):
        parties.add_member(mei, user=user, role="king", by=BY, now=NOON)  # type: ignore[arg-type]  # on purpose
    Organisation.objects.update(is_active=False)
    with pytest.raises(OrganisationSuspended):
        parties.add_member(mei, user=user, role=Role.STAFF, by=BY, now=NOON)

    assert (Member.objects.count(), AuditRow.objects.filter(act="add_member").count()) == (0, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_memberships_are_read_in_one_query_and_leave_out_what_is_inactive(count: int) -> None:
    gone, suspended = (make_organisation(Kind.LEADER, name) for name in ("gone", "suspended"))
    suspended.is_active = False
    suspended.save()
    for organisation in (gone, suspended):
        make_member(organisation, "mei@example.com")
    Member.objects.filter(organisation=gone).update(is_active=False)
    mine = [make_member(make_organisation(Kind.MERCHANT, f"shop {n}"), "mei@example.com") for n in range(count)]
    make_member(make_organisation(Kind.MERCHANT, "another's"), "stranger@example.com")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = memberships_of(mine[0].user)
        said = [(member.organisation.name, str(member.user)) for member in found]

    assert said == [(f"shop {n}", "mei") for n in range(count)]
    assert len(queries) == 1

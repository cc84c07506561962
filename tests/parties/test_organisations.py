"""Organisations come in, are suspended and restored, and merchants register domains."""

import pytest

from fenxiao.kernel.errors import BadInput
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties import services as parties
from fenxiao.parties.errors import (
    AlreadySuspended,
    BadDomain,
    DomainRegistered,
    NotSuspended,
    OrganisationSuspended,
    WrongKind,
)
from fenxiao.parties.models import Kind, MerchantDomain, Organisation
from tests.cast import BY, NOON

pytestmark = pytest.mark.django_db


def trail() -> list[tuple[str, object, object]]:
    return list(AuditRow.objects.order_by("id").values_list("act", "before", "after"))


@pytest.mark.parametrize("kind", list(Kind))
def test_an_organisation_of_every_kind_can_be_registered(kind: Kind) -> None:
    made = parties.register_organisation(kind, name="  Mei 的  小店 ", by=BY, now=NOON)

    assert (made.kind, made.name, made.is_active, made.joined_at) == (kind, "Mei 的 小店", True, NOON)
    after = {"kind": kind.value, "name": "Mei 的 小店", "source": "", "external_id": ""}
    assert trail() == [("register_organisation", None, after)]
    assert AuditRow.objects.get().subject_id == str(made.pk)


@pytest.mark.parametrize("kind", list(Kind))
def test_of_a_creator_who_comes_in_there_is_news(kind: Kind) -> None:
    made = parties.register_organisation(kind, name="Chen", by=BY, now=NOON)

    news = list(OutboxEvent.objects.values_list("name", "payload"))
    assert news == ([("creator.changed", {"creators": [made.pk]})] if kind == Kind.CREATOR else [])


@pytest.mark.parametrize(("kind", "name"), [("pirate", "Mei"), (Kind.MERCHANT, "  "), (Kind.MERCHANT, "M" * 121)])
def test_an_unknown_kind_and_an_unusable_name_are_refused(kind: Kind, name: str) -> None:
    with pytest.raises(BadInput):
        parties.register_organisation(kind, name=name, by=BY, now=NOON)

    assert (Organisation.objects.count(), trail()) == (0, [])


def test_suspending_and_restoring_leave_a_trail_and_news(mei: Organisation) -> None:
    parties.suspend_organisation(mei, reason="假货", by=BY, now=NOON)
    suspended = Organisation.objects.get(pk=mei.pk).is_active
    parties.restore_organisation(mei, reason="已整改", by=BY, now=NOON)

    assert (suspended, Organisation.objects.get(pk=mei.pk).is_active) == (False, True)
    assert trail() == [
        ("suspend_organisation", {"is_active": True}, {"is_active": False, "reason": "假货"}),
        ("restore_organisation", {"is_active": False}, {"is_active": True, "reason": "已整改"}),
    ]
    assert list(OutboxEvent.objects.order_by("id").values_list("name", "payload")) == [
        ("organisation.suspended", {"organisations": [mei.pk]}),
        ("organisation.restored", {"organisations": [mei.pk]}),
    ]


def test_suspending_twice_is_refused(mei: Organisation) -> None:
    parties.suspend_organisation(mei, reason="假货", by=BY, now=NOON)

    with pytest.raises(AlreadySuspended):
        parties.suspend_organisation(mei, reason="假货", by=BY, now=NOON)

    assert len(trail()) == 1


def test_restoring_an_active_one_is_refused(mei: Organisation) -> None:
    with pytest.raises(NotSuspended):
        parties.restore_organisation(mei, reason="?", by=BY, now=NOON)

    assert trail() == []


def test_suspending_without_a_reason_is_refused(mei: Organisation) -> None:
    with pytest.raises(BadInput):
        parties.suspend_organisation(mei, reason=" ", by=BY, now=NOON)

    assert (Organisation.objects.get(pk=mei.pk).is_active, trail(), OutboxEvent.objects.count()) == (True, [], 0)


def test_a_merchant_registers_a_domain_once(mei: Organisation) -> None:
    row = parties.register_domain(mei, domain="Shop.Mei.example", by=BY, now=NOON)

    with pytest.raises(DomainRegistered):
        parties.register_domain(mei, domain="shop.mei.example", by=BY, now=NOON)

    assert list(MerchantDomain.objects.values_list("pk", "merchant_id", "domain", "registered_at")) == [
        (row.pk, mei.pk, "shop.mei.example", NOON)
    ]
    assert trail() == [("register_domain", None, {"domain": "shop.mei.example"})]


def test_two_merchants_may_share_a_domain(mei: Organisation, stranger: Organisation) -> None:
    for merchant in (mei, stranger):
        parties.register_domain(merchant, domain="mall.example", by=BY, now=NOON)

    assert MerchantDomain.objects.count() == 2


def test_only_active_merchants_register_domains_and_only_real_ones(mei: Organisation, chen: Organisation) -> None:
    with pytest.raises(WrongKind):
        parties.register_domain(chen, domain="chen.example", by=BY, now=NOON)
    with pytest.raises(BadDomain):
        parties.register_domain(mei, domain="http://mei.example", by=BY, now=NOON)
    Organisation.objects.filter(pk=mei.pk).update(is_active=False)
    with pytest.raises(OrganisationSuspended):
        parties.register_domain(mei, domain="mei.example", by=BY, now=NOON)

    assert (MerchantDomain.objects.count(), trail()) == (0, [])


def test_a_refusal_speaks_both_languages(chen: Organisation) -> None:
    with pytest.raises(WrongKind) as refused:
        parties.register_domain(chen, domain="chen.example", by=BY, now=NOON)

    assert refused.value.message("zh-hans") == "「Chen」是达人，此操作只适用于：商家"
    assert refused.value.message("en") == "“Chen” is of the kind creator; this is only for: merchant"

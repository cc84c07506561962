"""Organisations come in, are suspended and restored; merchants register their domains."""

from datetime import datetime

from django.db import transaction

from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.parties import rules
from fenxiao.parties.errors import AlreadySuspended, DomainRegistered, NotSuspended
from fenxiao.parties.models import Kind, MerchantDomain, Organisation
from fenxiao.parties.services.checks import active_of_kind, check_known_kind, named


@transaction.atomic
def register_organisation(
    kind: Kind, *, name: str, by: Actor, now: datetime, source: str = "", external_id: str = ""
) -> Organisation:
    """Make an active organisation. Refuses a missing or too long name, and a `kind` that the trade does not know."""
    check_known_kind(kind)
    organisation = Organisation.objects.create(
        kind=kind, name=named(name, field="name"), source=source, external_id=external_id, joined_at=now
    )
    after = {"kind": str(kind), "name": organisation.name, "source": source, "external_id": external_id}
    audit.record("register_organisation", organisation, by=by, now=now, after=after)
    if kind == Kind.CREATOR:  # who counts creators counts this one, too, before he has told anything
        outbox.publish("creator.changed", creators=[organisation.pk])
    return organisation


@transaction.atomic
def suspend_organisation(organisation: Organisation, *, reason: str, by: Actor, now: datetime) -> Organisation:
    """Take an organisation out of business: nothing of theirs is offered. Refuses a second time and no reason."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not organisation.is_active:
        raise AlreadySuspended(name=organisation.name)
    return _set_active(organisation, is_active=False, reason=reason, by=by, now=now)


@transaction.atomic
def restore_organisation(organisation: Organisation, *, reason: str, by: Actor, now: datetime) -> Organisation:
    """Let a suspended organisation back into business. Refuses an active one and a missing reason."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.is_active:
        raise NotSuspended(name=organisation.name)
    return _set_active(organisation, is_active=True, reason=reason, by=by, now=now)


def _set_active(organisation: Organisation, *, is_active: bool, reason: str, by: Actor, now: datetime) -> Organisation:
    reason = named(reason, field="reason", longest=500)
    organisation.is_active = is_active
    organisation.save(update_fields=["is_active"])
    act, news = ("restore", "restored") if is_active else ("suspend", "suspended")
    after = {"is_active": is_active, "reason": reason}
    audit.record(f"{act}_organisation", organisation, by=by, now=now, before={"is_active": not is_active}, after=after)
    outbox.publish(f"organisation.{news}", organisations=[organisation.pk])
    return organisation


@transaction.atomic
def register_domain(merchant: Organisation, *, domain: str, by: Actor, now: datetime) -> MerchantDomain:
    """Let a merchant's product pages stand on `domain` and its subdomains.

    Refuses what is no domain, a domain that strangers share (com.cn), one registered before, and non-merchants.
    """
    domain = rules.domain_of(domain)
    merchant = active_of_kind(merchant, Kind.MERCHANT)
    if MerchantDomain.objects.filter(merchant=merchant, domain=domain).exists():
        raise DomainRegistered(domain=domain)
    row = MerchantDomain.objects.create(merchant=merchant, domain=domain, registered_at=now)
    audit.record("register_domain", merchant, by=by, now=now, after={"domain": domain})
    return row

"""What a creator tells of themselves, who their followers are, and whether others see exact figures."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.audience import check_shares
from fenxiao.parties.errors import DisclosureRecorded, DisclosureUnchanged
from fenxiao.parties.models import AudienceShare, CreatorProfile, Disclosure, Kind, Organisation
from fenxiao.parties.queries import audiences_of
from fenxiao.parties.services.checks import active_of_kind, named

LONGEST_CITY = 40
LONGEST_INTRODUCTION = 500


@transaction.atomic
def introduce_creator(
    creator: Organisation, *, city: str, introduction: str, by: Actor, now: datetime
) -> CreatorProfile:
    """Write what a creator says of themselves; followers are counted by others. Refuses words too long."""
    city = named(city, field="city", longest=LONGEST_CITY) if city.strip() else ""
    introduction = _introduction(introduction)
    creator = active_of_kind(creator, Kind.CREATOR)
    profile, _ = CreatorProfile.objects.get_or_create(creator=creator)
    before = {"city": profile.city, "introduction": profile.introduction}
    profile.city, profile.introduction = city, introduction
    profile.save(update_fields=["city", "introduction"])
    after = {"city": city, "introduction": introduction}
    audit.record("introduce_creator", creator, by=by, now=now, before=before, after=after)
    outbox.publish("creator.changed", creators=[creator.pk])
    return profile


@transaction.atomic
def tell_audience(
    creator: Organisation, *, shares: Mapping[str, Mapping[str, int]], told_by: str, by: Actor, now: datetime
) -> int:
    """Write who a creator's followers are, in place of what was told of the same dimensions; returns how many shares.

    Refuses dimensions and buckets that `parties.audience` does not know, and shares of a dimension beyond the whole.
    """
    check_shares(shares)
    told_by = named(told_by, field="told_by", longest=80)
    creator = active_of_kind(creator, Kind.CREATOR)
    before = audiences_of([creator.pk]).get(creator.pk)
    AudienceShare.objects.filter(creator=creator, dimension__in=list(shares)).delete()
    rows = AudienceShare.objects.bulk_create(
        AudienceShare(creator=creator, dimension=dimension, bucket=bucket, share_bp=share, told_by=told_by, told_at=now)
        for dimension, parts in shares.items()
        for bucket, share in parts.items()
    )
    after = {"told_by": told_by, **{dimension: dict(parts) for dimension, parts in shares.items()}}
    audit.record("tell_audience", creator, by=by, now=now, before=before, after=after)
    outbox.publish("creator.changed", creators=[creator.pk])
    return len(rows)


@transaction.atomic
def disclose_figures(creator: Organisation, *, shows_exact: bool, by: Actor, now: datetime) -> Disclosure:
    """Let others see exact figures from `now` on, or ranges again.

    Refuses what is so already, and a moment not after the last change.
    """
    creator = active_of_kind(creator, Kind.CREATOR)
    last = Disclosure.objects.filter(creator=creator).order_by("-from_at").first()
    was = bool(last and last.shows_exact)
    if was == shows_exact:
        raise DisclosureUnchanged(name=creator.name)
    if last and last.from_at >= now:
        raise DisclosureRecorded(name=creator.name, moment=last.from_at.isoformat())
    row = Disclosure.objects.create(creator=creator, shows_exact=shows_exact, from_at=now)
    states = {"before": {"shows_exact": was}, "after": {"shows_exact": shows_exact}}
    audit.record("disclose_figures", creator, by=by, now=now, **states)
    outbox.publish("creator.changed", creators=[creator.pk])
    return row


def _introduction(text: str) -> str:
    text = "\n".join(line.strip() for line in text.strip().splitlines())
    if len(text) > LONGEST_INTRODUCTION:
        most = LONGEST_INTRODUCTION
        raise BadInput(field="introduction", reason_zh=f"最多 {most} 个字", reason_en=f"at most {most} characters")
    if not text.replace("\n", "").isprintable():
        raise BadInput(field="introduction", reason_zh="含有不可见字符", reason_en="it holds control characters")
    return text

"""What is known of a party: a creator's profile, scores and tiers, each with its history."""

from datetime import datetime

from django.db import transaction

from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import BadInput
from fenxiao.parties import rules
from fenxiao.parties.errors import ScoreRecorded, TierRecorded, TierUnchanged
from fenxiao.parties.models import CreatorProfile, CreatorTier, Kind, Organisation, Score, Tier
from fenxiao.parties.services.checks import active_of_kind, check_kind, named

MOST_FOLLOWERS = 2_000_000_000


@transaction.atomic
def describe_creator(
    creator: Organisation, *, followers: int, city: str, introduction: str, by: Actor, now: datetime
) -> CreatorProfile:
    """Write a creator's profile anew. Refuses other kinds, a suspended creator, impossible follower counts."""
    if not 0 <= followers <= MOST_FOLLOWERS:
        raise BadInput(field="followers", reason_zh="须为不小于 0 的整数", reason_en="a whole number from 0 on")
    creator = active_of_kind(creator, Kind.CREATOR)
    before = CreatorProfile.objects.filter(creator=creator).values("followers", "city", "introduction").first()
    after = {
        "followers": followers,
        "city": named(city, field="city", longest=40) if city.strip() else "",
        "introduction": introduction.strip(),
    }
    profile, _ = CreatorProfile.objects.update_or_create(creator=creator, defaults=after)
    audit.record("describe_creator", creator, by=by, now=now, before=before, after=after)
    outbox.publish("creator.changed", creators=[creator.pk])
    return profile


@transaction.atomic
def record_score(organisation: Organisation, *, score_centi: int, by: Actor, now: datetime) -> Score:
    """Note a merchant score or creator score from `now` on.

    Refuses one outside 0 to 500, other kinds, and a second score for the same moment. Suspended ones are scored too.
    """
    rules.check_score(score_centi)
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    check_kind(organisation, Kind.MERCHANT, Kind.CREATOR)
    known = Score.objects.filter(organisation=organisation, from_at=now).first()
    if known:
        raise ScoreRecorded(name=organisation.name, moment=now.isoformat(), score_centi=known.score_centi)
    score = Score.objects.create(organisation=organisation, score_centi=score_centi, from_at=now)
    audit.record("record_score", organisation, by=by, now=now, after={"score_centi": score_centi})
    return score


@transaction.atomic
def set_tier(creator: Organisation, *, tier: Tier, by: Actor, now: datetime) -> CreatorTier:
    """Give a creator a tier from `now` on.

    Refuses an unknown tier, everyone but creators, the tier they have, and a moment not after the last change.
    """
    if tier not in Tier.values:
        raise BadInput(field="tier", reason_zh=f"没有「{tier}」这个等级", reason_en=f"there is no tier “{tier}”")
    creator = Organisation.objects.select_for_update(no_key=True).get(pk=creator.pk)
    check_kind(creator, Kind.CREATOR)
    last = CreatorTier.objects.filter(creator=creator).order_by("-from_at").first()
    if last and last.tier == tier:
        raise TierUnchanged(name=creator.name, tier=last.tier, tier_zh=rules.IN_CHINESE[last.tier])
    if last and last.from_at >= now:
        moment, tier_zh = last.from_at.isoformat(), rules.IN_CHINESE[last.tier]
        raise TierRecorded(name=creator.name, moment=moment, tier=last.tier, tier_zh=tier_zh)
    row = CreatorTier.objects.create(creator=creator, tier=tier, from_at=now)
    before = {"tier": last.tier} if last else None
    audit.record("set_tier", creator, by=by, now=now, before=before, after={"tier": str(tier)})
    return row

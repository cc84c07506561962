"""Who belongs where, and what was known of a party at a moment."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from fenxiao.parties.models import (
    AudienceShare,
    CreatorTier,
    Disclosure,
    Member,
    Notice,
    Organisation,
    Score,
    Tier,
    User,
)

Audience = dict[str, dict[str, int]]  # basis points by dimension and bucket


def memberships_of(user: User) -> list[Member]:
    """The organisations a person may act for now, oldest membership first; organisation and user come with each."""
    active = Member.objects.filter(user=user, is_active=True, organisation__is_active=True)
    return list(active.select_related("organisation", "user").order_by("joined_at", "pk"))


def scores_at(organisation_ids: Iterable[int], moment: datetime) -> dict[int, int]:
    """Each organisation's score in hundredths as of `moment`; without one it is left out."""
    rows = Score.objects.filter(organisation_id__in=list(organisation_ids), from_at__lte=moment)
    latest = rows.order_by("organisation_id", "-from_at").distinct("organisation_id")
    return dict(latest.values_list("organisation_id", "score_centi"))


def tiers_at(creator_ids: Iterable[int], moment: datetime) -> dict[int, Tier]:
    """Each creator's tier as of `moment`; without one the creator is left out."""
    rows = CreatorTier.objects.filter(creator_id__in=list(creator_ids), from_at__lte=moment)
    latest = rows.order_by("creator_id", "-from_at").distinct("creator_id")
    return {creator: Tier(tier) for creator, tier in latest.values_list("creator_id", "tier")}


def disclosing_at(creator_ids: Iterable[int], moment: datetime) -> set[int]:
    """Those of the creators who consent to exact figures as of `moment`."""
    rows = Disclosure.objects.filter(creator_id__in=list(creator_ids), from_at__lte=moment)
    latest = rows.order_by("creator_id", "-from_at").distinct("creator_id")
    return {creator for creator, shows_exact in latest.values_list("creator_id", "shows_exact") if shows_exact}


def audiences_of(creator_ids: Iterable[int]) -> dict[int, Audience]:
    """Each creator's audience as last told: shares in basis points by dimension and bucket; untold ones left out."""
    found: dict[int, Audience] = {}
    rows = AudienceShare.objects.filter(creator_id__in=list(creator_ids))
    for creator, dimension, bucket, share in rows.values_list("creator_id", "dimension", "bucket", "share_bp"):
        found.setdefault(creator, {}).setdefault(dimension, {})[bucket] = share
    return found


def notices_of(organisation: Organisation, *, unread_only: bool = False) -> QuerySet[Notice]:
    """What the organisation was told, the newest first; slice it for a page. Words: `parties.notices.words_of`."""
    rows = Notice.objects.filter(organisation=organisation).order_by("-at", "-id")
    return rows.filter(read_at=None) if unread_only else rows


def unread_count(organisation: Organisation) -> int:
    """How many notices the organisation has not read."""
    return Notice.objects.filter(organisation=organisation, read_at=None).count()

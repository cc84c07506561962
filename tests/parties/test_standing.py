"""Profiles, scores and tiers: for whom, with which history."""

from datetime import timedelta

import pytest

from fenxiao.kernel.errors import BadInput, Refused
from fenxiao.kernel.models import AuditRow
from fenxiao.parties import services as parties
from fenxiao.parties.errors import ScoreOutOfRange, ScoreRecorded, TierRecorded, TierUnchanged, WrongKind
from fenxiao.parties.models import CreatorProfile, CreatorTier, Organisation, Score, Tier
from fenxiao.parties.queries import scores_at, tiers_at
from tests.cast import BY, NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def describe(creator: Organisation, followers: int = 5) -> CreatorProfile:
    return parties.describe_creator(creator, followers=followers, city="杭州", introduction=" hi ", by=BY, now=NOON)


def test_a_creator_is_described_anew_with_before_and_after(chen: Organisation) -> None:
    describe(chen)
    describe(chen, followers=6)

    assert CreatorProfile.objects.values().get() == {
        "creator_id": chen.pk, "followers": 6, "city": "杭州", "introduction": "hi"
    }  # fmt: skip
    last = AuditRow.objects.latest("id")
    assert last.before == {"followers": 5, "city": "杭州", "introduction": "hi"}
    assert last.after == {"followers": 6, "city": "杭州", "introduction": "hi"}


def test_a_leader_has_no_creator_profile(lao_wu: Organisation) -> None:
    with pytest.raises(WrongKind):
        describe(lao_wu)

    assert (CreatorProfile.objects.count(), AuditRow.objects.count()) == (0, 0)


def test_fewer_than_no_followers_are_refused(chen: Organisation) -> None:
    with pytest.raises(BadInput):
        describe(chen, followers=-1)

    assert CreatorProfile.objects.count() == 0


def test_scores_are_read_as_of_a_moment(mei: Organisation, chen: Organisation, lao_wu: Organisation) -> None:
    parties.record_score(mei, score_centi=480, by=BY, now=NOON)
    parties.record_score(mei, score_centi=410, by=BY, now=NOON + DAY)
    parties.record_score(chen, score_centi=500, by=BY, now=NOON + DAY)
    everyone = [mei.pk, chen.pk, lao_wu.pk]

    assert scores_at(everyone, NOON - DAY) == {}
    assert scores_at(everyone, NOON) == {mei.pk: 480}
    assert scores_at(everyone, NOON + DAY) == {mei.pk: 410, chen.pk: 500}
    assert [row.after for row in AuditRow.objects.order_by("id")] == [
        {"score_centi": 480}, {"score_centi": 410}, {"score_centi": 500}
    ]  # fmt: skip


def test_bad_scores_are_refused_and_change_nothing(mei: Organisation, lao_wu: Organisation) -> None:
    parties.record_score(mei, score_centi=480, by=BY, now=NOON)

    with pytest.raises(ScoreOutOfRange):
        parties.record_score(mei, score_centi=501, by=BY, now=NOON + DAY)
    with pytest.raises(WrongKind):
        parties.record_score(lao_wu, score_centi=400, by=BY, now=NOON)
    with pytest.raises(ScoreRecorded):
        parties.record_score(mei, score_centi=470, by=BY, now=NOON)

    assert list(Score.objects.values_list("organisation_id", "score_centi")) == [(mei.pk, 480)]
    assert AuditRow.objects.count() == 1


def test_tiers_have_history(chen: Organisation) -> None:
    parties.set_tier(chen, tier=Tier.BRONZE, by=BY, now=NOON)
    parties.set_tier(chen, tier=Tier.GOLD, by=BY, now=NOON + DAY)

    assert tiers_at([chen.pk], NOON - DAY) == {}
    assert tiers_at([chen.pk], NOON + DAY - timedelta(seconds=1)) == {chen.pk: Tier.BRONZE}
    assert tiers_at([chen.pk], NOON + DAY) == {chen.pk: Tier.GOLD}
    assert list(AuditRow.objects.order_by("id").values_list("before", "after")) == [
        (None, {"tier": "bronze"}),
        ({"tier": "bronze"}, {"tier": "gold"}),
    ]


def test_a_tier_that_cannot_be_set_changes_nothing(chen: Organisation, mei: Organisation) -> None:
    parties.set_tier(chen, tier=Tier.GOLD, by=BY, now=NOON)
    refusals: list[tuple[Organisation, Tier, timedelta, type[Refused]]] = [
        (chen, Tier.GOLD, DAY, TierUnchanged),
        (chen, Tier.SILVER, timedelta(0), TierRecorded),
        (chen, Tier.SILVER, -DAY, TierRecorded),
        (mei, Tier.GOLD, DAY, WrongKind),
    ]

    for organisation, tier, later, refusal in refusals:
        with pytest.raises(refusal):
            parties.set_tier(organisation, tier=tier, by=BY, now=NOON + later)

    assert (CreatorTier.objects.count(), AuditRow.objects.count()) == (1, 1)

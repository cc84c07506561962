"""What creators tell of themselves, who their followers are, and their consent."""

from datetime import timedelta

import pytest

from fenxiao.kernel.errors import BadInput
from fenxiao.kernel.models import AuditRow, OutboxEvent
from fenxiao.parties import services as parties
from fenxiao.parties.errors import DisclosureRecorded, DisclosureUnchanged, OrganisationSuspended, WrongKind
from fenxiao.parties.models import AudienceShare, CreatorProfile, Disclosure, Organisation
from fenxiao.parties.queries import audiences_of, disclosing_at
from tests.cast import BY, NOON

LATER = NOON + timedelta(hours=1)


def test_a_creator_introduces_himself_and_followers_stay_as_they_were_counted(chen: Organisation) -> None:
    parties.describe_creator(chen, followers=5_000, city="杭州", introduction="", by=BY, now=NOON)

    parties.introduce_creator(chen, city=" 义乌 ", introduction="pots\n and pans ", by=BY, now=LATER)

    profile = CreatorProfile.objects.get(creator=chen)
    assert (profile.followers, profile.city, profile.introduction) == (5_000, "义乌", "pots\nand pans")
    assert OutboxEvent.objects.filter(name="creator.changed", payload={"creators": [chen.pk]}).count() == 2


def test_words_too_long_are_refused_by_their_field(chen: Organisation) -> None:
    with pytest.raises(BadInput) as refused:
        parties.introduce_creator(chen, city="", introduction="x" * 501, by=BY, now=NOON)

    assert refused.value.details["field"] == "introduction"
    assert not CreatorProfile.objects.exists()


def test_an_audience_is_told_anew_by_dimension(chen: Organisation) -> None:
    first = {"gender": {"female": 7_000, "male": 3_000}, "age": {"24-30": 4_000}}
    parties.tell_audience(chen, shares=first, told_by="Kuaishou", by=BY, now=NOON)

    parties.tell_audience(chen, shares={"gender": {"female": 6_500}}, told_by="Kuaishou", by=BY, now=LATER)

    assert audiences_of([chen.pk]) == {chen.pk: {"gender": {"female": 6_500}, "age": {"24-30": 4_000}}}
    assert AuditRow.objects.filter(act="tell_audience").latest("pk").before == first
    assert set(AudienceShare.objects.values_list("dimension", "told_at")) == {("gender", LATER), ("age", NOON)}


@pytest.mark.parametrize(
    ("shares", "field"),
    [
        ({"gender": {"female": 7_000, "male": 3_001}}, "gender"),
        ({"gender": {"female": -1}}, "gender"),
        ({"gender": {"robots": 1}}, "gender"),
        ({"age": {"24-30": True}}, "age"),
        ({"shoes": {"40": 1}}, "dimension"),
    ],
)
def test_shares_that_cannot_be_are_refused(chen: Organisation, shares: dict, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        parties.tell_audience(chen, shares=shares, told_by="Kuaishou", by=BY, now=NOON)

    assert refused.value.details["field"] == field
    assert not AudienceShare.objects.exists()


def test_consent_holds_from_its_moment_on_until_it_is_taken_back(chen: Organisation) -> None:
    parties.disclose_figures(chen, shows_exact=True, by=BY, now=NOON)
    parties.disclose_figures(chen, shows_exact=False, by=BY, now=LATER)

    before, at_noon, after = NOON - timedelta(seconds=1), NOON, LATER
    assert [disclosing_at([chen.pk], moment) for moment in (before, at_noon, after)] == [set(), {chen.pk}, set()]


def test_consent_is_not_given_twice_nor_backwards(chen: Organisation) -> None:
    with pytest.raises(DisclosureUnchanged):
        parties.disclose_figures(chen, shows_exact=False, by=BY, now=NOON)
    parties.disclose_figures(chen, shows_exact=True, by=BY, now=NOON)
    with pytest.raises(DisclosureUnchanged):
        parties.disclose_figures(chen, shows_exact=True, by=BY, now=LATER)
    with pytest.raises(DisclosureRecorded):
        parties.disclose_figures(chen, shows_exact=False, by=BY, now=NOON)

    assert Disclosure.objects.count() == 1


def test_only_active_creators_have_an_audience_and_consent(chen: Organisation, mei: Organisation) -> None:
    parties.suspend_organisation(chen, reason="rules", by=BY, now=NOON)

    with pytest.raises(OrganisationSuspended):
        parties.disclose_figures(chen, shows_exact=True, by=BY, now=NOON)
    with pytest.raises(WrongKind):
        parties.tell_audience(mei, shares={"gender": {"female": 1}}, told_by="Kuaishou", by=BY, now=NOON)

"""The square of creators: cards are counted, and exact figures are seen only with consent."""

from datetime import timedelta

import pytest

from fenxiao.discovery import services as discovery
from fenxiao.discovery.queries.square import creators_found, suitings_for
from fenxiao.discovery.rules.bands import Figure
from fenxiao.discovery.rules.square import SquareAsk, SquareSort
from fenxiao.kernel import outbox
from fenxiao.kernel.errors import BadInput
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_product


def test_without_consent_ranges_are_shown_and_with_it_the_figure(mei: Organisation, chen: Organisation) -> None:
    parties.describe_creator(chen, followers=12_345, city="杭州", introduction="", by=BY, now=NOON)
    discovery.rebuild_cards(now=NOON)
    before = creators_found(SquareAsk(sort=SquareSort.FOLLOWERS), asker=mei, now=NOON).rows[0].followers

    parties.disclose_figures(chen, shows_exact=True, by=BY, now=NOON)
    discovery.refresh_cards([chen.pk], now=NOON)

    after = creators_found(SquareAsk(sort=SquareSort.FOLLOWERS), asker=mei, now=NOON).rows[0].followers
    assert (before, after) == (Figure(low=10_000, high=50_000), Figure(low=12_345, high=12_345))


def test_suspended_creators_are_not_found(mei: Organisation, chen: Organisation) -> None:
    discovery.rebuild_cards(now=NOON)
    assert creators_found(SquareAsk(), asker=mei, now=NOON).total == 1

    parties.suspend_organisation(chen, reason="rules", by=BY, now=NOON)

    assert creators_found(SquareAsk(), asker=mei, now=NOON).total == 0


def test_a_new_creator_is_found_as_soon_as_it_is_told(mei: Organisation) -> None:
    discovery.rebuild_cards(now=NOON)

    parties.register_organisation(Kind.CREATOR, name="Chen", by=BY, now=NOON)
    outbox.deliver_all(now=NOON + timedelta(days=9_999))  # news is due from the moment of the wall clock on

    assert [row.name for row in creators_found(SquareAsk(), asker=mei, now=NOON).rows] == ["Chen"]


def test_a_bound_between_edges_is_refused_by_its_field(mei: Organisation) -> None:
    with pytest.raises(BadInput) as refused:
        creators_found(SquareAsk(followers_min=12_000), asker=mei, now=NOON)

    assert refused.value.details["field"] == "followers_min"


def test_creators_for_a_product_are_told_to_whose_it_is_and_to_nobody_else(
    mei: Organisation, chen: Organisation
) -> None:
    theirs = make_product(make_organisation(Kind.MERCHANT, "other"), "Ceramic cup").pk
    discovery.rebuild_cards(now=NOON)

    for asker in (mei, chen, make_organisation(Kind.LEADER, "Lin")):
        for sort in (SquareSort.FIT, SquareSort.GMV):
            with pytest.raises(BadInput, match="not a product of yours"):
                creators_found(SquareAsk(product_id=theirs, sort=sort), asker=asker, now=NOON)
        with pytest.raises(BadInput) as refused:
            suitings_for([chen.pk], product_id=theirs, asker=asker, now=NOON)

    own = make_product(mei, "Ceramic pot").pk
    assert refused.value.details["field"] == "product"
    assert "不是你的在推商品" in refused.value.message("zh-hans")
    assert suitings_for([chen.pk], product_id=own, asker=mei, now=NOON).keys() == {chen.pk}

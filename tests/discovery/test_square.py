"""The square of creators: cards are counted, and exact figures are seen only with consent."""

import pytest

from fenxiao.discovery import services as discovery
from fenxiao.discovery.queries.square import creators_found
from fenxiao.discovery.rules.bands import Figure
from fenxiao.discovery.rules.square import SquareAsk, SquareSort
from fenxiao.kernel.errors import BadInput
from fenxiao.parties import services as parties
from fenxiao.parties.models import Organisation
from tests.cast import BY, NOON


def test_without_consent_ranges_are_shown_and_with_it_the_figure(chen: Organisation) -> None:
    parties.describe_creator(chen, followers=12_345, city="杭州", introduction="", by=BY, now=NOON)
    discovery.rebuild_cards(now=NOON)
    before = creators_found(SquareAsk(sort=SquareSort.FOLLOWERS), now=NOON).rows[0].followers

    parties.disclose_figures(chen, shows_exact=True, by=BY, now=NOON)
    discovery.refresh_cards([chen.pk], now=NOON)

    after = creators_found(SquareAsk(sort=SquareSort.FOLLOWERS), now=NOON).rows[0].followers
    assert (before, after) == (Figure(low=10_000, high=50_000), Figure(low=12_345, high=12_345))


def test_suspended_creators_are_not_found(chen: Organisation) -> None:
    discovery.rebuild_cards(now=NOON)
    assert creators_found(SquareAsk(), now=NOON).total == 1

    parties.suspend_organisation(chen, reason="rules", by=BY, now=NOON)

    assert creators_found(SquareAsk(), now=NOON).total == 0


def test_a_bound_between_edges_is_refused_by_its_field(db: None) -> None:
    with pytest.raises(BadInput) as refused:
        creators_found(SquareAsk(followers_min=12_000), now=NOON)

    assert refused.value.details["field"] == "followers_min"

"""Figures of creators who agreed to nothing cannot be learnt: whoever lies in the same ranges looks the same."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fenxiao.catalog.models import Product
from fenxiao.discovery.models import CreatorCard
from fenxiao.discovery.queries.square import creators_found, creators_shown, filtered, suitings_for
from fenxiao.discovery.rules import bands
from fenxiao.discovery.rules.square import AudienceAsk, SquareAsk, SquareSort
from fenxiao.discovery.services import rebuild_cards
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation, make_product

LOW, HIGH = 10_001, 49_999  # ends of one range
SORTS = [SquareSort.GMV, SquareSort.GPM, SquareSort.FOLLOWERS, SquareSort.SCORE]


@pytest.fixture
def cup(mei: Organisation) -> Product:
    return make_product(mei, "Ceramic cup")


def hidden(name: str, *, followers: int, female_bp: int) -> Organisation:
    creator = make_organisation(Kind.CREATOR, name)
    parties.describe_creator(creator, followers=followers, city="", introduction="", by=BY, now=NOON)
    shares = {"gender": {"female": female_bp, "male": 10_000 - female_bp}}
    parties.tell_audience(creator, shares=shares, told_by="platform", by=BY, now=NOON)
    return creator


@pytest.fixture
def pair(db: None) -> tuple[Organisation, Organisation]:
    """Two whose figures lie at both ends of the same ranges."""
    small = hidden("a", followers=LOW, female_bp=7_100)
    large = hidden("b", followers=HIGH, female_bp=7_900)
    rebuild_cards(now=NOON)
    figures = {"gmv_fen": (100_000, 999_999), "gpm_fen": (1_001, 2_999), "stayed_bp": (9_001, 9_999)}
    for column, values in figures.items():
        for creator, value in zip((small, large), values, strict=True):
            CreatorCard.objects.filter(creator=creator).update(**{column: value})
    CreatorCard.objects.update(gmv_band=bands.band_of(100_000, bands.GMV_FEN), gmv_key=100_000, gpm_key=1_000)
    return small, large


def test_cards_of_the_same_ranges_look_the_same(pair: tuple[Organisation, Organisation]) -> None:
    one, other = creators_shown([each.pk for each in pair], now=NOON)

    assert replace(one, id=other.id, name=other.name) == other


@pytest.mark.parametrize("sort", SORTS)
def test_orders_tell_them_apart_by_nothing_but_their_numbers(
    sort: SquareSort, mei: Organisation, pair: tuple[Organisation, Organisation]
) -> None:
    found = creators_found(SquareAsk(sort=sort), asker=mei, now=NOON)

    assert [row.id for row in found.rows] == [each.pk for each in pair]  # the smaller number first, not the larger


def test_no_bound_parts_them(pair: tuple[Organisation, Organisation]) -> None:
    asks = [
        *(SquareAsk(followers_min=edge) for edge in bands.FOLLOWERS),
        *(SquareAsk(followers_max=edge) for edge in bands.FOLLOWERS),
        *(SquareAsk(gmv_min_fen=edge) for edge in bands.GMV_FEN),
        *(SquareAsk(gpm_min_fen=edge) for edge in bands.GPM_FEN),
        *(
            SquareAsk(audience=(AudienceAsk(dimension="gender", bucket="female", least_bp=edge),))
            for edge in bands.SHARE_BP
        ),
    ]

    assert {filtered(ask).count() for ask in asks} == {0, 2}


def test_the_fit_to_a_product_is_the_same_for_both(
    mei: Organisation, pair: tuple[Organisation, Organisation], cup: Product
) -> None:
    found = suitings_for([each.pk for each in pair], product_id=cup.pk, asker=mei, now=NOON)

    assert found[pair[0].pk] == found[pair[1].pk]


def test_one_who_agreed_is_ordered_by_his_figure(mei: Organisation, pair: tuple[Organisation, Organisation]) -> None:
    small, large = pair
    parties.disclose_figures(large, shows_exact=True, by=BY, now=NOON)
    rebuild_cards(now=NOON)

    found = creators_found(SquareAsk(sort=SquareSort.FOLLOWERS), asker=mei, now=NOON)

    assert [row.id for row in found.rows] == [large.pk, small.pk]


@pytest.mark.parametrize("sort", SORTS)
def test_consent_taken_back_leaves_no_place_that_tells_and_the_next_count_brings_the_range(
    sort: SquareSort, mei: Organisation, pair: tuple[Organisation, Organisation]
) -> None:
    small, large = pair
    parties.disclose_figures(large, shows_exact=True, by=BY, now=NOON)
    rebuild_cards(now=NOON)
    later = NOON + timedelta(seconds=1)
    parties.disclose_figures(large, shows_exact=False, by=BY, now=later)

    before = creators_found(SquareAsk(sort=sort), asker=mei, now=later)
    rebuild_cards(now=later)
    after = creators_found(SquareAsk(sort=sort), asker=mei, now=later)

    assert [row.id for row in before.rows] == [small.pk]
    assert {row.id: row.shows_exact for row in after.rows} == {small.pk: False, large.pk: False}

"""How well goods suit a creator's followers, learnt from the followers of those who sold them."""

from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.discovery import services
from fenxiao.discovery.match_making import make_matches
from fenxiao.discovery.queries import SearchAsk, search
from fenxiao.discovery.rules.audiences import (
    GAIN,
    WIDTH,
    audience_factors,
    row_of,
    sellers_of,
    usual_of,
    usual_of_all,
)
from fenxiao.discovery.rules.bands import Figure
from fenxiao.facts.models import PromotionDay
from fenxiao.kernel.clock import business_day
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation
from tests.discovery.shop import open_shop


def followers(women: float, **age: int) -> Any:
    shares = {"female": round(women * 10_000), "male": round((1 - women) * 10_000)}
    told = {"gender": shares, "age": age}
    return np.array(
        row_of({name: {k: Figure(low=v, high=v) for k, v in parts.items()} for name, parts in told.items()})
    )


def usual(*rows: Any, above: Any) -> Any:
    return usual_of(np.zeros(len(rows), dtype=int), np.stack(rows), weights=np.ones(len(rows)), above=above[None])


EVEN = followers(0.5)


def test_a_row_is_made_of_the_middles_of_ranges_and_tells_what_is_not_known() -> None:
    row = row_of({"gender": {"female": Figure(low=7_000, high=9_000), "male": Figure(low=1_000, high=3_000)}})

    assert row[:2] == [0.8, 0.2]
    assert len(row) == WIDTH
    assert np.isnan(row[2:]).all()


def test_few_sellers_say_little_and_many_say_it_all() -> None:
    told = [usual(*[followers(0.9)] * count, above=EVEN)[0, 0] for count in (1, 5, 500)]

    assert told == pytest.approx([0.5 + 0.4 / 6, 0.7, 0.9], abs=0.005)


def test_of_all_is_the_mean_by_what_each_sold_and_unknown_where_nobody_told() -> None:
    of_all = usual_of_all(np.stack([followers(1.0), followers(0.0)]), weights=np.array([3.0, 1.0]))

    assert of_all[0, :2].tolist() == [0.75, 0.25]
    assert np.isnan(of_all[0, 2:]).all()
    assert sellers_of(np.array([0, 0]), np.stack([EVEN, EVEN]), weights=np.array([3.0, 1.0]), count=2).tolist() == [
        1.6,
        0,
    ]


def test_goods_for_such_followers_are_lifted_others_lowered_and_those_for_everybody_left() -> None:
    goods = np.stack([followers(0.9), EVEN, followers(0.1), followers(0.6)])

    lifted, everybody, lowered, little = audience_factors(followers(0.9), goods, of_all=EVEN[None])

    assert (lifted, everybody, lowered) == (GAIN, 1.0, pytest.approx(1 / GAIN))
    assert little == pytest.approx(GAIN**0.5)


def test_what_is_not_known_moves_nothing() -> None:
    unknown, women = np.full(WIDTH, np.nan), followers(0.9)

    assert audience_factors(unknown, women[None], of_all=EVEN[None]).tolist() == [1.0]
    assert audience_factors(women, unknown[None], of_all=EVEN[None]).tolist() == [1.0]
    assert audience_factors(women, women[None], of_all=unknown[None]).tolist() == [1.0]


def test_age_counts_as_much_as_gender() -> None:
    young, old = followers(0.5, **{"18-23": 10_000}), followers(0.5, **{"50plus": 10_000})

    factor = audience_factors(young, np.stack([young, old]), of_all=((young + old) / 2)[None])

    assert factor.tolist() == pytest.approx([GAIN, 1 / GAIN])


def test_a_list_is_lifted_by_what_such_followers_buy_of_others_without_another_statement(
    mei: Organisation, chen: Organisation
) -> None:
    shop = open_shop(mei)
    for product, women in ((shop.tray, 6_000), (shop.beans, 4_000)):
        for at in range(4):
            seller = make_organisation(Kind.CREATOR, f"seller of {product.pk} {at}")
            tell(seller, women)
            PromotionDay.objects.create(
                creator=seller, product=product, day=business_day(NOON), paid_lines=5, settled_lines=5
            )
    tell(chen, 9_000)
    services.rebuild_index(now=NOON)
    before, statements = factors(chen)

    make_matches(now=NOON)

    after, as_many = factors(chen)
    assert set(before.values()) == {1.0}
    assert after[shop.beans.pk] < 1.0
    assert after[shop.tray.pk] > after[shop.litter.pk] > 1.05  # of its category nobody sold anything else
    assert as_many <= statements
    parties.suspend_organisation(chen, reason="rules", by=BY, now=NOON)
    make_matches(now=NOON)
    assert set(factors(chen)[0].values()) == {1.0}


def tell(creator: Organisation, women_bp: int) -> None:
    shares = {"gender": {"female": women_bp, "male": 10_000 - women_bp}}
    parties.tell_audience(creator, shares=shares, told_by="platform", by=BY, now=NOON)


def factors(creator: Organisation) -> tuple[dict[int, float], int]:
    with CaptureQueriesContext(connection) as caught:
        found = search(SearchAsk(), now=NOON, creator=creator)
    return {row.product.pk: row.standing.fit.audience for row in found.rows if row.standing}, len(caught)

"""Whose followers a creator's are compared with: of those who sell most in the nearest category, whoever came first."""

from collections.abc import Mapping

import pytest

from fenxiao.catalog.models import Product
from fenxiao.discovery.models import CreatorCard
from fenxiao.discovery.queries import suiting
from fenxiao.discovery.rules.cards import Facts, category_mark, columns_of
from fenxiao.discovery.rules.suiting import Why
from fenxiao.parties.models import Kind, Organisation
from tests.cast import NOON, make_organisation, make_product

WOMEN = {"gender": {"female": 9_000, "male": 1_000}}
MEN = {"gender": {"female": 1_000, "male": 9_000}}


def card(
    name: str, audience: Mapping[str, Mapping[str, int]], *sells_in: str, followers: int = 0, gmv_fen: int = 0
) -> CreatorCard:
    creator = make_organisation(Kind.CREATOR, name)
    known = Facts(
        name=name,
        city="",
        introduction="",
        joined_at=creator.joined_at,
        shows_exact=False,
        followers=followers,
        tier="",
        score_centi=None,
        audience=audience,
        gmv_fen=gmv_fen,
        told_gmv_fen=0,
        views=0,
        live_pieces=0,
        video_pieces=0,
        lines=0,
        refunded_lines=0,
        plans_kept=0,
        plans_let_in=0,
        sold=(),
    )
    columns = columns_of(known)
    columns["marks"] += [category_mark(each) for each in sells_in]
    return CreatorCard.objects.create(creator=creator, counted_at=NOON, **columns)


def suits_by_followers(ann: CreatorCard, product: Product) -> bool:
    found = suiting.suitings_of([ann], goods=suiting.goods_for(product.pk), now=NOON)[ann.creator_id]
    return Why.AUDIENCE_SUITS in [reason.code for reason in found.reasons]


@pytest.fixture
def path(mei: Organisation) -> tuple[Product, list[str]]:
    cup = make_product(mei, "Ceramic cup")
    return cup, list(suiting.goods_for(cup.pk).path)


def test_of_equal_sales_whom_more_follow_stand_for_the_category(
    path: tuple[Product, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    cup, above = path
    monkeypatch.setattr(suiting, "MOST_COMPARED", 3)
    for at in range(3):
        card(f"early {at}", MEN, *above, followers=1_000)
    for at in range(3):
        card(f"followed {at}", WOMEN, *above, followers=50_000)

    assert suits_by_followers(card("Ann", WOMEN), cup)
    assert not suits_by_followers(card("Bo", MEN), cup)


def test_those_of_the_nearest_category_are_asked_however_much_others_sell(
    path: tuple[Product, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    cup, above = path
    monkeypatch.setattr(suiting, "MOST_COMPARED", 3)
    for at in range(3):
        card(f"large, of the top only {at}", MEN, above[-1], gmv_fen=9_000_000)
        card(f"near {at}", WOMEN, *above, gmv_fen=100)

    assert suits_by_followers(card("Ann", WOMEN), cup)


def test_where_too_few_near_told_theirs_those_above_are_asked(path: tuple[Product, list[str]]) -> None:
    cup, above = path
    for at in range(2):
        card(f"near {at}", WOMEN, *above)
    card("near, who told nothing", {}, *above)
    for at in range(6):
        card(f"above {at}", MEN, *above[1:])

    assert suits_by_followers(card("Bo", MEN), cup)

"""Matches of a house: made from what was sold, clicked and picked, read from files, refused where there are none."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from fenxiao.catalog.models import Product
from fenxiao.deals.models import ShelfItem
from fenxiao.discovery import jobs, match_factors, match_files
from fenxiao.discovery.errors import MatchesBeingMade, MatchesMissing, NothingToLearn
from fenxiao.discovery.match_files import Kind
from fenxiao.discovery.match_making import make_matches
from fenxiao.discovery.queries.dealings import buyers_baskets
from fenxiao.discovery.queries.matches import (
    alike_creators,
    bought_together,
    creators_for_product,
    goods_for_creator,
)
from fenxiao.facts.models import PromotionDay
from fenxiao.kernel.clock import business_day
from fenxiao.kernel.settings import settings
from fenxiao.orders import services as orders
from fenxiao.parties.models import CreatorProfile, Organisation
from fenxiao.parties.models import Kind as Party
from tests.cast import BY, NOON, make_organisation, make_product
from tests.discovery.shop import Shop, open_shop
from tests.orders.telling import line, paid

TODAY = business_day(NOON)


@pytest.fixture
def shop(mei: Organisation) -> Shop:
    return open_shop(mei)


def sold(creator: Organisation, *goods: Product, days_ago: int = 0) -> None:
    for product in goods:
        PromotionDay.objects.create(
            creator=creator, product=product, day=TODAY - timedelta(days=days_ago), paid_lines=3, settled_lines=2
        )


def picked(creator: Organisation, product: Product) -> None:
    ShelfItem.objects.create(creator=creator, product=product, place=1, picked_at=NOON)


def ids(matches: list[object]) -> list[int]:
    return [match.id for match in matches]  # type: ignore[attr-defined]  # every query's rows have one


def test_what_like_creators_sell_is_matched_both_ways(shop: Shop, chen: Organisation) -> None:
    others = [make_organisation(Party.CREATOR, f"creator {at}") for at in range(3)]
    for other in others:
        sold(other, shop.litter, shop.tray)
    sold(chen, shop.litter)

    made = make_matches(now=NOON)

    assert (made.creators, made.goods, made.dealings) == (4, 4, 7)
    assert ids(goods_for_creator(chen.pk))[0] == shop.tray.pk
    assert shop.litter.pk not in ids(goods_for_creator(chen.pk))
    assert ids(creators_for_product(shop.tray.pk)) == [chen.pk]
    assert set(ids(alike_creators(chen.pk))) == {other.pk for other in others}


def test_a_shelf_says_something_too(shop: Shop, chen: Organisation) -> None:
    other = make_organisation(Party.CREATOR, "other")
    picked(other, shop.beans)
    sold(other, shop.drip)
    picked(chen, shop.beans)

    make_matches(now=NOON)

    assert ids(goods_for_creator(chen.pk))[0] == shop.drip.pk


def test_new_goods_are_matched_by_what_is_written_of_them(shop: Shop, chen: Organisation) -> None:
    sold(chen, shop.litter)  # nobody has dealt with anything else

    make_matches(now=NOON)

    assert ids(goods_for_creator(chen.pk))[0] == shop.tray.pk  # for cats, as the litter
    assert ids(creators_for_product(shop.tray.pk)) == [chen.pk]


def test_a_newcomer_is_matched_by_his_introduction(shop: Shop, chen: Organisation) -> None:
    newcomer = make_organisation(Party.CREATOR, "newcomer")
    CreatorProfile.objects.create(creator=newcomer, introduction="每天一杯咖啡")
    sold(chen, shop.litter, shop.tray)

    make_matches(now=NOON)

    assert set(ids(goods_for_creator(newcomer.pk))[:2]) == {shop.beans.pk, shop.drip.pk}


def test_what_was_sold_long_ago_is_forgotten(shop: Shop, chen: Organisation) -> None:
    sold(chen, shop.litter, days_ago=400)

    with pytest.raises(NothingToLearn):
        make_matches(now=NOON)


def test_goods_that_may_no_longer_be_offered_are_not_matched(shop: Shop, chen: Organisation) -> None:
    sold(chen, shop.litter)
    make_matches(now=NOON)
    assert shop.tray.pk in ids(goods_for_creator(chen.pk))

    Product.objects.filter(pk=shop.tray.pk).update(level=0)

    assert shop.tray.pk not in ids(goods_for_creator(chen.pk))
    make_matches(now=NOON)
    assert shop.tray.pk not in [product for product, _ in match_files.table(Kind.GOODS_FOR_CREATOR).of(chen.pk)]


def test_matches_are_missing_until_they_are_made(shop: Shop, chen: Organisation) -> None:
    with pytest.raises(MatchesMissing):
        goods_for_creator(chen.pk)


def test_a_making_that_dies_leaves_the_one_before_serving(shop: Shop, chen: Organisation) -> None:
    sold(chen, shop.litter)
    make_matches(now=NOON)
    before = goods_for_creator(chen.pk)

    with pytest.raises(OSError, match="the disk is full"), match_files.making() as folder:
        (folder / "half").write_text("")
        raise OSError("the disk is full")

    assert goods_for_creator(chen.pk) == before
    make_matches(now=NOON)
    assert len(list(match_files.root().glob(f"{match_files.PREFIX}*"))) == 2  # the one that serves and the one before


def test_two_at_once_are_refused(shop: Shop, own_index: Path) -> None:
    with match_files.making(), pytest.raises(MatchesBeingMade):
        make_matches(now=NOON)


def test_nothing_is_matched_with_a_stranger(shop: Shop, chen: Organisation) -> None:
    sold(chen, shop.litter)

    make_matches(now=NOON)

    assert goods_for_creator(chen.pk + 9_999) == []
    assert bought_together(shop.litter.pk) == []  # no buyer is known


def test_goods_of_the_same_buyer_are_bought_together_in_however_many_orders(shop: Shop, chen: Organisation) -> None:
    sold(chen, shop.litter)
    buy = {"b1": (shop.beans, shop.drip), "b2": (shop.beans, shop.drip), "b3": (shop.litter, shop.drip)}
    for buyer, goods in buy.items():
        for at, product in enumerate(goods):
            intake = paid(line(product_id=product.pk), ref=f"{buyer}-{at}", days=at, buyer_key=buyer)
            orders.take_events([intake], by=BY, now=NOON + timedelta(days=2))

    make_matches(now=NOON + timedelta(days=3))

    assert ids(bought_together(shop.beans.pk)) == [shop.drip.pk]
    assert ids(bought_together(shop.drip.pk)) == [shop.beans.pk, shop.litter.pk]
    assert ids(bought_together(shop.tray.pk)) == []


def test_of_a_buyers_goods_and_of_all_lines_the_last_ones_are_read(shop: Shop) -> None:
    goods = [shop.beans.pk, shop.drip.pk, shop.litter.pk]
    for at, product in enumerate(goods):
        intake = paid(line(product_id=product), ref=f"b-{at}", days=at, buyer_key="b")
        orders.take_events([intake], by=BY, now=NOON + timedelta(days=3))

    def read(**bounds: int) -> list[int]:
        read = buyers_baskets(now=NOON + timedelta(days=4), **bounds)
        return [product for some in read for product in some.product_ids.tolist()]

    assert read() == goods
    assert read(most_each=2) == goods[1:]
    assert read(most_lines=2) == goods[1:]
    assert read(most_lines=0) == goods[2:]  # the newest day is read whatever it has


def test_the_worker_makes_matches_where_there_are_none_and_then_at_night_alone(shop: Shop, chen: Organisation) -> None:
    sold(chen, shop.litter)
    first, noon, night = (
        datetime(*day, tzinfo=settings().zone) for day in ((2026, 1, 5, 12), (2026, 1, 5, 13), (2026, 1, 6, 3))
    )
    PromotionDay.objects.update(day=date(2026, 1, 4))
    made = []

    for moment in (first, noon, night):
        with time_machine.travel(moment, tick=False):
            jobs.match()
        made.append(match_files.live())

    assert made[0] is not None
    assert made[1] == made[0] != made[2]


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house with more pairs than are scored one by one."""
    monkeypatch.setattr(match_factors, "LARGE", 0)


def test_a_large_house_is_matched_both_ways_too(large: None, mei: Organisation) -> None:
    goods = [[make_product(mei, f"style {style} good {at}") for at in range(4)] for style in range(3)]
    creators = [[make_organisation(Party.CREATOR, f"creator {style} {at}") for at in range(8)] for style in range(3)]
    for style, those in enumerate(creators):
        for at, creator in enumerate(those):
            sold(creator, *(good for place, good in enumerate(goods[style]) if place != at % 4))

    made = make_matches(now=NOON)

    assert (made.creators, made.goods, made.dealings) == (24, 12, 72)
    assert ids(goods_for_creator(creators[1][6].pk))[0] == goods[1][2].pk
    assert set(ids(creators_for_product(goods[2][3].pk))[:2]) == {creators[2][3].pk, creators[2][7].pk}
    assert set(ids(alike_creators(creators[0][0].pk))[:7]) == {creator.pk for creator in creators[0][1:]}


def test_newcomers_of_a_large_house_are_matched_by_what_is_written(large: None, shop: Shop, chen: Organisation) -> None:
    seller, new = (make_organisation(Party.CREATOR, name) for name in ("seller", "new"))
    sold(seller, shop.litter)
    sold(chen, shop.beans)
    CreatorProfile.objects.create(creator=new, introduction=shop.beans.title)

    make_matches(now=NOON)

    assert ids(goods_for_creator(seller.pk))[0] == shop.tray.pk  # nobody had it; it is written of like litter
    assert ids(goods_for_creator(new.pk))[0] == shop.beans.pk
    assert ids(creators_for_product(shop.tray.pk))[0] == seller.pk

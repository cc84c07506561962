"""Dealings read some at a time: what comes of them is what reading them all at once would give."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import DataError, connection

from fenxiao.catalog.models import Product
from fenxiao.deals.models import ShelfItem
from fenxiao.discovery import audience_making
from fenxiao.discovery.errors import NothingToLearn
from fenxiao.discovery.match_ground import ground_at
from fenxiao.discovery.matching import histories_of
from fenxiao.discovery.matching.gathering import Dealings, among, gathered
from fenxiao.discovery.queries import streams
from fenxiao.discovery.queries.streams import streamed
from fenxiao.discovery.rules import dealings as rules
from fenxiao.facts.models import PromotionDay
from fenxiao.kernel.clock import business_day
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Organisation
from tests.cast import BY, NOON, make_organisation
from tests.discovery.shop import open_shop

NUMBERS = "SELECT n::bigint, n / 3::float8 FROM generate_series(1, %(upto)s) n"


@pytest.mark.django_db
@pytest.mark.parametrize("upto", [0, 1, 6, 7, 8])
def test_rows_come_some_at_a_time_and_whole(monkeypatch: pytest.MonkeyPatch, upto: int) -> None:
    monkeypatch.setattr(streams, "AT_ONCE", 2)

    chunks = list(streamed(NUMBERS, {"upto": upto}, whole=np.int64, part=np.float64))

    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, {"upto": upto})
        rows = cursor.fetchall()
    assert [(int(row["whole"]), float(row["part"])) for rows in chunks for row in rows] == rows
    assert max(map(len, chunks), default=0) <= 2


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["NULL::bigint", "1::int"])
def test_what_is_no_number_of_eight_bytes_is_refused(column: str) -> None:
    with pytest.raises(ValueError, match="eight bytes"):
        list(streamed(f"SELECT {column}", {}, one=np.int64))


@pytest.mark.django_db
def test_what_the_server_refuses_half_way_is_raised() -> None:
    with pytest.raises(DataError):
        list(streamed("SELECT 1 / (n - 400000)::bigint FROM generate_series(1, 400000) n", {}, one=np.int64))


def cut(dealings: Dealings, *, at_once: int) -> list[Dealings]:
    parts = [slice(at, at + at_once) for at in range(0, len(dealings.who), at_once)]
    return [
        Dealings(who=dealings.who[part], product_ids=dealings.product_ids[part], weights=dealings.weights[part])
        for part in parts
    ]


def some_dealings() -> Dealings:
    """Of owners 10, 20 … 90, though not of all of them, with products 100 to 129."""
    dice = np.random.default_rng(5)
    pairs = np.array([(who, product) for who in (10, 30, 40, 80) for product in dice.permutation(30)[:7]])
    weights = dice.random(len(pairs)).astype(np.float32) + 1
    return Dealings(who=pairs[:, 0], product_ids=pairs[:, 1] + 100, weights=weights)


@pytest.mark.parametrize("at_once", [1, 3, 7, 100])
def test_histories_are_gathered_as_if_all_had_come_at_once(at_once: int) -> None:
    owners, products, told = np.array([10, 20, 30, 80]), np.arange(100, 125), some_dealings()
    keeps = np.isin(told.who, owners) & np.isin(told.product_ids, products)

    found = gathered(cut(told, at_once=at_once), owner_ids=owners, product_ids=products)

    expected = histories_of(
        np.searchsorted(owners, told.who[keeps]),
        told.product_ids[keeps] - 100,
        weights=told.weights[keeps],
        user_count=4,
        item_count=25,
    )
    assert found.histories.starts.tolist() == expected.starts.tolist()
    assert found.histories.items.tolist() == expected.items.tolist()
    assert found.histories.weights.tolist() == expected.weights.tolist()
    assert np.flatnonzero(found.is_dealt).tolist() == sorted({p - 100 for p in told.product_ids.tolist() if p < 125})


def test_without_owners_whoever_has_something_is_one() -> None:
    told = some_dealings()

    found = gathered(cut(told, at_once=3), owner_ids=None, product_ids=np.arange(100, 130)).histories

    assert found.lengths.tolist() == [7, 7, 7, 7]


def test_of_nothing_nothing_is_gathered() -> None:
    with pytest.raises(NothingToLearn):
        gathered(cut(some_dealings(), at_once=5), owner_ids=np.array([20]), product_ids=np.arange(100, 130))


def test_items_that_nobody_has_can_be_left_out() -> None:
    products = np.arange(90, 140)
    told = gathered([some_dealings()], owner_ids=None, product_ids=products)
    had = products[told.histories.items].tolist()

    left = among(told.histories, told.is_dealt)

    assert products[told.is_dealt][left.items].tolist() == had
    assert left.item_count == told.is_dealt.sum()


def test_what_creators_dealt_with_is_summed_by_age_and_stands_oldest_first(
    monkeypatch: pytest.MonkeyPatch, mei: Organisation, chen: Organisation
) -> None:
    monkeypatch.setattr(streams, "AT_ONCE", 2)
    shop, today = open_shop(mei), business_day(NOON)
    gone, other = (make_organisation(Kind.CREATOR, name) for name in ("gone", "other"))

    def sold(creator: Organisation, product: Product, *, days_ago: int, clicks: int = 0) -> None:
        day = today - timedelta(days=days_ago)
        PromotionDay.objects.create(
            creator=creator, product=product, day=day, clicks=clicks, paid_lines=3, settled_lines=2
        )

    for creator in (chen, gone):
        sold(creator, shop.litter, days_ago=0)
        sold(creator, shop.litter, days_ago=60, clicks=10)
        sold(creator, shop.tray, days_ago=20)
    sold(other, shop.drip, days_ago=rules.REMEMBERED_DAYS)
    ShelfItem.objects.create(creator=other, product=shop.beans, place=1, picked_at=NOON)
    parties.suspend_organisation(gone, reason="rules", by=BY, now=NOON)

    ground = ground_at(now=NOON)

    had = ground.histories
    at = {pk: slice(*had.starts[row : row + 2]) for row, pk in enumerate(ground.creator_ids.tolist())}
    goods = ground.product_ids[had.items]
    assert goods[at[chen.pk]].tolist() == [shop.tray.pk, shop.litter.pk]
    expected = np.log1p([5 * 0.5 ** (20 / 60), 5 + (5 + 10 * rules.CLICK) / 2])
    assert had.weights[at[chen.pk]].tolist() == pytest.approx(expected.tolist())
    assert goods[at[other.pk]].tolist() == [shop.beans.pk]
    assert had.weights[at[other.pk]].tolist() == pytest.approx([np.log1p(rules.ON_SHELF)])
    assert sorted(at) == sorted([chen.pk, other.pk])


def test_audiences_counted_some_at_a_time_are_those_counted_at_once(
    monkeypatch: pytest.MonkeyPatch, mei: Organisation
) -> None:
    shop = open_shop(mei)
    sellers = [make_organisation(Kind.CREATOR, f"seller {at}") for at in range(6)]
    for at, seller in enumerate(sellers):
        shares = {"gender": {"female": 1_500 * at, "male": 10_000 - 1_500 * at}}
        parties.tell_audience(seller, shares=shares, told_by="platform", by=BY, now=NOON)
        for product in (shop.litter, shop.tray, shop.beans, shop.drip)[at % 2 :]:
            PromotionDay.objects.create(
                creator=seller, product=product, day=business_day(NOON), paid_lines=5, settled_lines=1 + at
            )
    creators = np.array([seller.pk for seller in sellers[:5]])
    whole = audience_making.audiences_at(creators, now=NOON)
    monkeypatch.setattr(streams, "AT_ONCE", 2)
    monkeypatch.setattr(audience_making, "SALES_AT_ONCE", 1)
    monkeypatch.setattr(audience_making, "AT_ONCE", 1)

    parted = audience_making.audiences_at(creators, now=NOON)

    assert parted.product_ids.tolist() == whole.product_ids.tolist() != []
    for name in ("creators", "goods", "usual"):
        np.testing.assert_array_equal(getattr(parted, name), getattr(whole, name))

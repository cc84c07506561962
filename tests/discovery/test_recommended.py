"""Goods are recommended to one creator: by what he dealt with and earns, with newcomers on trial between them."""

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.deals.models import Plan, PlanRate, PlanRow, PlanSpell, PlanType, ShelfItem
from fenxiao.discovery import match_files, services
from fenxiao.discovery.match_files import Table
from fenxiao.discovery.models import Boosts, Trial
from fenxiao.discovery.queries import Found, SearchAsk, search
from fenxiao.discovery.queries.recommended import EXACT, HEAD
from fenxiao.discovery.rules import Sort
from fenxiao.discovery.rules.trials import HELD_OUT
from fenxiao.facts.models import PromotionDay
from fenxiao.kernel.clock import business_day
from fenxiao.parties.models import Organisation
from tests.cast import NOON
from tests.discovery.shop import open_shop
from tests.discovery.wide_market import stock_market

FRESH = NOON - timedelta(days=1)
LATER = NOON + timedelta(hours=1)


def ids(found: Found) -> list[int]:
    return [row.product.pk for row in found.rows]


def whole_list(creator: Organisation, **ask: object) -> list[int]:
    """Every page by its number, one after the other."""
    found: list[int] = []
    for page in range(1, 100):
        more = ids(search(SearchAsk(page=page, **ask), now=NOON, creator=creator))  # type: ignore[arg-type]  # fields by name
        if not more:
            break
        found += more
    return found


def sold(creator: Organisation, *goods: Product, lines: int = 10) -> None:
    for product in goods:
        PromotionDay.objects.create(
            creator=creator, product=product, day=business_day(NOON), paid_lines=lines, settled_lines=lines
        )


def lists_at(creator: Organisation, *, minutes: int, count: int, **ask: object) -> list[Found]:
    """First pages at moments far enough apart to be drawn anew."""
    moments = [NOON + timedelta(minutes=minutes * at) for at in range(count)]
    return [search(SearchAsk(**ask), now=moment, creator=creator) for moment in moments]  # type: ignore[arg-type]  # fields by name


def suiting(creator: Organisation, *goods: Product) -> Table:
    """A list of matches, the best first."""
    return Table(
        ids=np.array([creator.pk]),
        named=np.array([each.pk for each in goods]),
        others=np.arange(len(goods), dtype=np.int32)[None],
        scores=np.arange(len(goods), 0, -1, dtype=np.float32)[None],
    )


def test_to_one_of_whom_nothing_is_known_the_market_is_shown_by_what_it_earns_and_by_level(
    mei: Organisation, chen: Organisation
) -> None:
    shop = open_shop(mei)
    services.rebuild_index(now=NOON)

    found = search(SearchAsk(), now=NOON, creator=chen)

    assert ids(found) == ids(search(SearchAsk(), now=NOON))
    beans = found.rows[0].standing
    assert beans is not None
    assert (beans.candidate.product_id, beans.place, beans.ranked, beans.candidate.index_place) == (
        shop.beans.pk,
        *(1, 1, 1),
    )
    assert (beans.fit.value, beans.level, beans.availability, beans.propensity) == (1.0, 2.0, 1.0, 1.0)
    assert beans.candidate.earns_fen == 1_800 - 180  # after the platform's fee


def test_what_he_sells_lifts_its_kind(mei: Organisation, chen: Organisation) -> None:
    shop = open_shop(mei)
    Product.objects.update(level=2, is_select=False)
    services.rebuild_index(now=NOON)
    before = ids(search(SearchAsk(), now=NOON, creator=chen))

    sold(chen, shop.tray)

    assert before[0] == shop.beans.pk
    assert ids(search(SearchAsk(), now=NOON, creator=chen))[:2] == [shop.tray.pk, shop.litter.pk]
    assert ids(search(SearchAsk(), now=NOON)) == before


def test_a_shelf_says_something_too_until_it_is_cleared(mei: Organisation, chen: Organisation) -> None:
    shop = open_shop(mei)
    services.rebuild_index(now=NOON)
    item = ShelfItem.objects.create(creator=chen, product=shop.litter, place=1, picked_at=NOON)

    fits = [row.standing.fit for row in search(SearchAsk(), now=NOON, creator=chen).rows if row.standing]
    ShelfItem.objects.filter(pk=item.pk).update(removed_at=NOON)
    without = [row.standing.fit for row in search(SearchAsk(), now=NOON, creator=chen).rows if row.standing]

    assert max(fit.category for fit in fits) > 1.0
    assert {fit.value for fit in without} == {1.0}


def test_his_own_terms_count(mei: Organisation, chen: Organisation) -> None:
    shop = open_shop(mei)
    services.rebuild_index(now=NOON)
    plan = Plan.objects.create(type=PlanType.ITEM_TARGETED, merchant=mei, product=shop.drip, made_at=NOON)
    PlanSpell.objects.create(plan=plan, opens_at=NOON)
    row = PlanRow.objects.create(plan=plan, creator=chen, made_at=NOON)
    PlanRate.objects.create(row=row, rate_bp=5_000, entered_at=NOON, from_at=NOON)

    earns = {
        each.product.pk: each.standing.candidate.earns_fen
        for each in search(SearchAsk(), now=NOON, creator=chen).rows
        if each.standing
    }

    assert earns[shop.drip.pk] == 2_250 - 225  # anyone else gets 2.25
    assert earns[shop.litter.pk] == 600 - 60


def test_words_still_decide_what_is_found(mei: Organisation, chen: Organisation) -> None:
    shop = open_shop(mei)
    sold(chen, shop.litter, shop.tray)
    services.rebuild_index(now=NOON)

    found = search(SearchAsk(text="咖啡"), now=NOON, creator=chen)

    assert set(ids(found)) == {shop.beans.pk, shop.drip.pk}
    assert all(row.standing and row.standing.candidate.relevance == row.relevance > 0 for row in found.rows)


def test_other_orders_are_the_same_for_everybody(mei: Organisation, chen: Organisation) -> None:
    shop = open_shop(mei)
    sold(chen, shop.tray)
    services.rebuild_index(now=NOON)

    for sort in set(Sort) - {Sort.RECOMMENDED}:
        found = search(SearchAsk(sort=sort), now=NOON, creator=chen)
        assert ids(found) == ids(search(SearchAsk(sort=sort), now=NOON))
        assert [row.standing for row in found.rows] == [None] * 4


def test_l0_and_what_fell_since_are_not_shown(mei: Organisation, chen: Organisation) -> None:
    shop = open_shop(mei)
    services.rebuild_index(now=NOON)
    Product.objects.filter(pk=shop.beans.pk).update(level=0, is_select=False)

    found = search(SearchAsk(), now=NOON, creator=chen)

    assert shop.beans.pk not in ids(found)
    assert (found.total, len(found.rows)) == (3, 3)


def test_boosts_in_force_count_at_once(mei: Organisation, chen: Organisation) -> None:
    shop = open_shop(mei)
    services.rebuild_index(now=NOON)
    flat = dict.fromkeys("12345", 100)
    told = {"level_percent": flat, "trial_share_bp": 0, "trial_showings": 1, "trial_days": 1}
    boosts = Boosts.objects.create(**told, reason="flat", made_by="Ops", made_at=NOON, from_at=LATER)

    found = search(SearchAsk(), now=LATER, creator=chen)
    before = search(SearchAsk(), now=NOON, creator=chen)

    assert {row.standing.level for row in found.rows if row.standing} == {1.0}
    assert (found.boosts_id, before.boosts_id) == (boosts.pk, None)
    assert ids(before)[0] == shop.beans.pk


@pytest.fixture
def wide(db: None) -> list[Product]:
    """300 goods of L2 and 40 newcomers that the index puts last, for they earn next to nothing."""
    goods = stock_market(300)
    newcomers = stock_market(40, level=1, admitted_at=FRESH, price_fen=100, title="新品")
    services.rebuild_index(now=NOON)
    return [*goods, *newcomers]


def test_pages_and_cursors_show_everything_once(wide: list[Product], chen: Organisation) -> None:
    by_number = whole_list(chen, per_page=30)
    by_cursor, cursor = [], None
    while True:
        found = search(SearchAsk(per_page=30, cursor=cursor), now=NOON, creator=chen)
        by_cursor += ids(found)
        cursor = found.next_cursor
        if cursor is None:
            break

    assert len(by_number) == len(set(by_number)) == len(wide)
    assert by_cursor == by_number
    assert by_number[:HEAD] != ids(search(SearchAsk(per_page=100), now=NOON))[:HEAD]


def test_a_page_reloaded_is_the_same(wide: list[Product], chen: Organisation) -> None:
    first, again = (ids(search(SearchAsk(), now=NOON + timedelta(seconds=at), creator=chen)) for at in (0, 59))

    assert first == again


def test_newcomers_stand_on_every_tenth_place(wide: list[Product], chen: Organisation) -> None:
    lists = lists_at(chen, minutes=10, count=12, per_page=48)
    fresh = {product.pk for product in wide[300:]}

    shown = [[row.standing.place for row in found.rows if row.product.pk in fresh] for found in lists]  # type: ignore[union-attr]  # all have one

    assert {tuple(places) for places in shown} <= {(10, 20, 30, 40), ()}  # (): held out
    assert (10, 20, 30, 40) in map(tuple, shown)
    assert len({tuple(ids(found)) for found in lists}) > 5  # others are drawn each time


def test_every_good_on_trial_tells_its_chance(wide: list[Product], chen: Organisation) -> None:
    lists = lists_at(chen, minutes=10, count=12, per_page=48)

    for found in lists:
        standings = [row.standing for row in found.rows if row.standing]
        for each in standings:
            if each.draw:
                assert each.propensity == pytest.approx((1 - HELD_OUT) / 30, rel=0.02)  # three of each merchant
            elif each.place < 10:
                assert each.propensity == 1.0
            elif each.ranked <= EXACT:
                is_held_out = not any(one.draw for one in standings)
                assert each.propensity == (HELD_OUT if is_held_out else 1 - HELD_OUT)


def test_places_by_merit_hang_on_nothing_but_whether_there_are_trials(wide: list[Product], chen: Organisation) -> None:
    """What the chances of 0.9 and 0.1 rest on."""
    lists = lists_at(chen, minutes=10, count=40, per_page=48)
    orders = {tuple(row.product.pk for row in found.rows if row.standing and not row.standing.draw) for found in lists}

    by_length = {len(order): order for order in orders}
    assert set(by_length) == {44, 48}
    assert by_length[44] == by_length[48][:44]
    assert len(orders) == 2


def test_trials_end_by_showings_and_by_days(wide: list[Product], chen: Organisation) -> None:
    fresh = [product.pk for product in wide[300:]]
    Trial.objects.bulk_create(Trial(product_id=pk, shown=200, taken=0, counted_at=NOON) for pk in fresh[:39])

    shown = Counter(
        pk for found in lists_at(chen, minutes=10, count=8, per_page=48) for pk in ids(found) if pk in fresh
    )
    late = lists_at(chen, minutes=60 * 24 * 35, count=3, per_page=48)[1:]

    assert set(shown) == {fresh[39]}
    assert not [pk for found in late for pk in ids(found) if pk in fresh]


def test_what_is_taken_is_shown_more_than_what_is_not(wide: list[Product], chen: Organisation) -> None:
    fresh = [product.pk for product in wide[300:]]
    Trial.objects.create(product_id=fresh[0], shown=40, taken=20, counted_at=NOON)
    Trial.objects.bulk_create(Trial(product_id=pk, shown=40, taken=1, counted_at=NOON) for pk in fresh[1:])

    lists = lists_at(chen, minutes=10, count=8, per_page=24)
    first = [row.standing for found in lists for row in found.rows if row.standing and row.standing.draw == 1]

    assert {each.candidate.product_id for each in first} == {fresh[0]}
    assert all(each.propensity == pytest.approx(1 - HELD_OUT, abs=0.01) for each in first)
    assert all(each.trial and (each.trial.shown, each.trial.taken) == (40, 20) for each in first)


def test_trials_meet_the_ask(wide: list[Product], chen: Organisation) -> None:
    asks = ({"price_min_fen": 5_000}, {"levels": (2,)}, {"text": "好物"})

    for ask in asks:
        for found in lists_at(chen, minutes=10, count=3, per_page=48, **ask):
            assert not [row for row in found.rows if row.standing and row.standing.draw], ask
    by_word = lists_at(chen, minutes=10, count=3, per_page=48, text="新品")
    assert all(row.product.level == 1 for found in by_word for row in found.rows)


def test_a_page_is_spread_over_merchants_and_categories(chen: Organisation) -> None:
    stock_market(60, merchants=1, kinds=1, price_fen=90_000, title="大店")
    stock_market(60, merchants=30, kinds=20)
    services.rebuild_index(now=NOON)

    rows = search(SearchAsk(per_page=36), now=NOON, creator=chen).rows

    for at in range(0, 36, 12):
        stretch = rows[at : at + 12]
        assert max(Counter(row.product.merchant_id for row in stretch).values()) == 2
        assert max(Counter(row.product.category_id for row in stretch).values()) <= 5


def test_matches_come_up_from_far_below_where_they_meet_the_ask(wide: list[Product], chen: Organisation) -> None:
    far = wide[:5]  # the cheapest earn least
    matches = Table(
        ids=np.array([chen.pk]),
        named=np.array([each.pk for each in far]),
        others=np.arange(5, dtype=np.int32)[None],
        scores=np.array([[4, 3, 2, 1, 1]], dtype=np.float32),
    )
    with match_files.making() as folder:
        match_files.write(folder, match_files.Kind.GOODS_FOR_CREATOR, matches)

    found = search(SearchAsk(per_page=24), now=NOON, creator=chen)
    dear = search(SearchAsk(per_page=24, price_min_fen=12_000), now=NOON, creator=chen)
    standings = {row.product.pk: row.standing for row in found.rows}

    assert ids(found)[0] == far[0].pk
    best = standings[far[0].pk]
    assert best is not None
    assert (best.fit.matched, best.candidate.index_place) == (1.5, None)
    assert not {each.pk for each in far} & set(ids(dear))
    assert len(whole_list(chen, per_page=50)) == len(wide)


def test_a_match_refreshed_since_the_build_comes_up_by_its_new_figures(wide: list[Product], chen: Organisation) -> None:
    cheap, dearer = wide[:2]
    with match_files.making() as folder:
        match_files.write(folder, match_files.Kind.GOODS_FOR_CREATOR, suiting(chen, cheap, dearer))
    Product.objects.filter(pk=dearer.pk).update(price_fen=cheap.price_fen + 25)
    services.refresh([dearer.pk], now=NOON)

    found = search(SearchAsk(per_page=24, price_min_fen=cheap.price_fen + 20), now=NOON, creator=chen)

    standings = {row.product.pk: row.standing for row in found.rows}
    assert cheap.pk not in standings
    best = standings[dearer.pk]
    assert best is not None
    assert (best.candidate.index_place, best.candidate.price_fen) == (None, cheap.price_fen + 25)


def test_more_goods_cost_no_more_statements(chen: Organisation) -> None:
    counts = []
    for count in (3, 60):
        goods = stock_market(count, title=f"batch {count}")
        sold(chen, *goods)
        services.rebuild_index(now=NOON)
        with CaptureQueriesContext(connection) as statements:
            search(SearchAsk(), now=NOON, creator=chen)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 30

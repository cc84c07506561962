"""The goods of a creator's front page: the best of his own list, newcomers beside them, and how it is logged."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fenxiao.catalog.models import Product
from fenxiao.discovery import services
from fenxiao.discovery.errors import IndexMissing
from fenxiao.discovery.models import Showing
from fenxiao.discovery.queries import Front, SearchAsk, front_goods, search
from fenxiao.discovery.rules.trials import HELD_OUT
from fenxiao.parties.models import Organisation
from tests.cast import NOON
from tests.discovery.test_recommended import FRESH, ids, sold
from tests.discovery.wide_market import stock_market


@pytest.fixture
def wide(db: None) -> list[Product]:
    """Goods of many merchants, forty of them new."""
    goods = [*stock_market(120), *stock_market(40, level=1, admitted_at=FRESH, price_fen=100, title="新品")]
    services.rebuild_index(now=NOON)
    return goods


def fronts(creator: Organisation, count: int) -> list[Front]:
    """At moments far enough apart to be drawn anew."""
    return [front_goods(creator, now=NOON + timedelta(minutes=10 * at)) for at in range(count)]


def test_the_best_of_his_list_stand_without_its_trials_and_newcomers_beside_them(
    wide: list[Product], chen: Organisation
) -> None:
    whole = search(SearchAsk(per_page=48), now=NOON, creator=chen)

    found = front_goods(chen, now=NOON, picked=6)

    drawn = [row for row in whole.rows if row.standing and row.standing.draw]
    assert [row.product.pk for row in found.picked] == [
        pk for pk in ids(whole) if pk not in {row.product.pk for row in drawn}
    ][:6]
    assert [row.product.pk for row in found.newcomers] == [row.product.pk for row in drawn]
    assert (found.total, found.main) == (whole.total, None)


def test_who_stands_by_merit_hangs_on_no_draw_and_a_list_held_out_has_no_newcomers(
    wide: list[Product],
) -> None:
    anyone = Organisation(pk=7)  # what is drawn hangs on the number: with one of the sequence this would be a game
    found = fronts(anyone, 30)

    assert len({tuple(row.product.pk for row in each.picked) for each in found}) == 1
    assert {len(each.newcomers) for each in found} == {0, 4}
    assert len({tuple(row.product.pk for row in each.newcomers) for each in found}) > 5


def test_the_category_he_deals_in_most_is_told(wide: list[Product], chen: Organisation) -> None:
    sold(chen, wide[0])

    assert front_goods(chen, now=NOON).main == wide[0].category.third


def test_a_front_page_is_logged_with_places_and_chances(wide: list[Product], chen: Organisation) -> None:
    front = next(each for each in fronts(chen, 10) if each.newcomers)
    charted = [wide[-1].pk, front.picked[0].product.pk, wide[-1].pk]

    row = services.note_front(front, charted=charted, creator=chen, now=NOON)

    assert row is not None
    goods, new = len(front.picked), len(front.newcomers)
    shown = [each.product.pk for each in front.rows]
    assert (row.surface, row.first_place, row.products) == ("front", 1, list(dict.fromkeys([*shown, wide[-1].pk])))
    assert row.propensities[:goods] == [1.0] * goods
    assert row.propensities[goods : goods + new] == pytest.approx([(1 - HELD_OUT) / 30] * new, rel=0.02)
    assert row.on_trial[: goods + new] == [False] * goods + [True] * new
    assert len(row.factors["level"]) == len(row.products)


def test_what_is_no_longer_offered_is_left_out_and_an_empty_page_is_not_logged(
    wide: list[Product], chen: Organisation
) -> None:
    front = front_goods(chen, now=NOON)
    one = front.picked[3].product

    left = front.as_offered({one.pk: one})
    nothing = front.as_offered({})

    assert [row.product for row in left.rows] == [one]
    assert services.note_front(nothing, charted=[], creator=chen, now=NOON) is None
    assert not Showing.objects.exists()


def test_it_asks_as_much_for_many_goods_as_for_few(wide: list[Product], chen: Organisation) -> None:
    sold(chen, wide[0])
    front_goods(chen, now=NOON)

    def asked(**most: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as said:
            front_goods(chen, now=NOON, **most)
        return len(said)

    assert asked(picked=1, newcomers=1) == asked(picked=24)


def test_without_an_index_it_is_refused(chen: Organisation) -> None:
    with pytest.raises(IndexMissing):
        front_goods(chen, now=NOON)

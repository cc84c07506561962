"""Rules of charts: what counts, bounds that little evidence does not pass, and a fair order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.discovery.rules.chart_words import figure_en, figure_zh
from fenxiao.discovery.rules.charts import (
    PIECES_PER_BUYER,
    PLACES,
    PLACES_PER_MERCHANT,
    Contender,
    Ranked,
    counted_of_buyer,
    counted_of_product,
    counted_pickers,
    growth_bp,
    lot,
    placed,
    standing_pieces,
    take_off,
)

KEY = "key"


def contender(product_id: int, figure: int, *, merchant_id: int | None = None, buyers: int = 1) -> Contender:
    return Contender(product_id=product_id, merchant_id=merchant_id or product_id, figure=figure, buyers=buyers)


@pytest.mark.parametrize(
    ("quantity", "refunded_fen", "standing"),
    [(1, 0, 1), (1, 499, 1), (1, 500, 0), (1, 999, 0), (1, 1_000, 0), (4, 250, 3), (4, 1_000, 0), (4, 2_000, 0)],
)
def test_what_went_back_does_not_stand(quantity: int, refunded_fen: int, standing: int) -> None:
    assert standing_pieces(quantity, goods_fen=1_000, refunded_fen=refunded_fen) == standing


def test_goods_given_away_are_no_sale() -> None:
    assert standing_pieces(3, goods_fen=0, refunded_fen=0) == 0


def test_one_buyer_counts_up_to_a_cap_a_day() -> None:
    assert counted_of_buyer([2, 2, 2, 2], is_named=True) == [2, 2, 1, 0]
    assert counted_of_buyer([40], is_named=True) == [PIECES_PER_BUYER]
    assert counted_of_buyer([40], is_named=False) == [1]


def test_one_creator_counts_up_to_half_of_a_product() -> None:
    assert counted_of_product([100], without_creator=0) == 50
    assert counted_of_product([90, 5, 5], without_creator=0) == 60
    assert counted_of_product([30, 30], without_creator=40) == 100
    assert counted_of_product([1], without_creator=0) == 1


@given(st.lists(st.integers(0, 1_000), max_size=6), st.integers(0, 1_000), st.integers(0, 5))
def test_more_sales_never_lower_a_figure(parts: list[int], alone: int, at: int) -> None:
    more = [*parts]
    if parts:
        more[at % len(parts)] += 1

    assert counted_of_product(more, without_creator=alone) >= counted_of_product(parts, without_creator=alone)
    assert counted_of_product(parts, without_creator=alone + 1) >= counted_of_product(parts, without_creator=alone)


def test_idle_creators_count_only_beside_active_ones() -> None:
    assert counted_pickers(0, idle=500) == 0
    assert counted_pickers(8, idle=1) == 9
    assert counted_pickers(8, idle=500) == 10


def test_a_few_more_buyers_are_no_growth() -> None:
    assert growth_bp(3, before=1) is None  # too few
    assert growth_bp(10, before=47) is None  # as many a day as before
    assert growth_bp(12, before=47) is None  # within chance


def test_growth_is_what_the_evidence_bears_out_at_least() -> None:
    found = growth_bp(300, before=700)

    assert found == 7_855  # twice as many a day were seen: 100 a day against 50
    assert found < 10_000
    assert growth_bp(30, before=70) == 3_994  # the same ratio of less evidence


def test_growth_from_nothing_is_counted_from_one_buyer_a_day() -> None:
    assert growth_bp(10, before=0) == growth_bp(10, before=14) == 7_081
    assert growth_bp(300, before=0) == 630_150


@given(st.integers(10, 3_000), st.integers(0, 3_000))
def test_more_recent_buyers_never_lower_growth(recent: int, before: int) -> None:
    assert (growth_bp(recent + 1, before=before) or 0) >= (growth_bp(recent, before=before) or 0)
    assert (growth_bp(recent, before=before + 1) or 0) <= (growth_bp(recent, before=before) or 0)


def test_a_new_product_takes_off_by_buyers_a_day() -> None:
    assert take_off(4, days=0.1) is None
    assert take_off(30, days=10) == 222  # three a day were seen
    assert take_off(30, days=0.1) == take_off(30, days=3)


def test_equal_figures_share_a_place_and_more_buyers_stand_first() -> None:
    lines = placed([contender(1, 5, buyers=2), contender(2, 9), contender(3, 5, buyers=3), contender(4, 1)], key=KEY)

    assert [(line.row, line.place, line.contender.product_id) for line in lines] == [
        (1, 1, 2),
        (2, 2, 3),
        (3, 2, 1),
        (4, 4, 4),
    ]


def test_among_equals_the_lot_of_the_day_decides_not_the_id() -> None:
    equals = [contender(pk, 5) for pk in range(1, 30)]

    days = [[line.contender.product_id for line in placed(equals, key=key)] for key in ("monday", "tuesday")]

    assert days[0] == sorted(range(1, 30), key=lambda pk: lot(pk, key="monday"))
    assert days[0] != days[1]
    assert sorted(days[0]) == sorted(days[1])


def test_a_merchant_has_only_its_best_goods_on_a_chart() -> None:
    goods = [contender(pk, 100 - pk, merchant_id=1) for pk in range(1, 20)] + [contender(50, 3)]

    lines = placed(goods, key=KEY)

    assert [line.contender.product_id for line in lines] == [*range(1, PLACES_PER_MERCHANT + 1), 50]
    assert [line.place for line in lines] == list(range(1, PLACES_PER_MERCHANT + 2))


def test_a_chart_ends_at_its_last_place() -> None:
    assert len(placed([contender(pk, pk) for pk in range(1, PLACES + 20)], key=KEY)) == PLACES


@pytest.mark.parametrize("chart", Ranked)
def test_every_figure_has_words(chart: Ranked) -> None:
    zh, en = (words(chart, 123_400, currency="CNY") for words in (figure_zh, figure_en))

    assert "1,234" in zh.replace("123,400", "1,234")
    assert "1,234" in en.replace("123,400", "1,234")

"""What cannot be answered is refused by the field's name."""

import pytest

from fenxiao.discovery.rules import LEVEL_BOOST, SearchAsk, Sort, checked, earning_factor, order_key
from fenxiao.kernel.errors import BadInput


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (SearchAsk(text="猫" * 101), "text"),
        (SearchAsk(price_min_fen=-1), "price_min_fen"),
        (SearchAsk(price_max_fen=-1), "price_max_fen"),
        (SearchAsk(price_min_fen=200, price_max_fen=100), "price_min_fen"),
        (SearchAsk(commission_min_bp=-1), "commission_min_bp"),
        (SearchAsk(levels=(0,)), "levels"),
        (SearchAsk(levels=(2, 6)), "levels"),
        (SearchAsk(sort="best"), "sort"),
        (SearchAsk(page=0), "page"),
        (SearchAsk(page=501), "page"),
        (SearchAsk(per_page=0), "per_page"),
        (SearchAsk(per_page=101), "per_page"),
    ],
)
def test_a_wrong_field_is_named(ask: SearchAsk, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked(ask)

    assert refused.value.details["field"] == field


def test_everything_at_its_bounds_is_answered() -> None:
    ask = SearchAsk(
        text="猫" * 100, price_min_fen=0, price_max_fen=0, levels=(1, 5), sort=Sort.SALES, page=500, per_page=20
    )

    assert checked(ask) is ask


def test_a_higher_level_and_a_higher_commission_lift() -> None:
    boosts = [LEVEL_BOOST[level] for level in range(1, 6)]
    earnings = [earning_factor(fen) for fen in (0, 1_000, 10_000)]

    assert boosts == sorted(set(boosts))
    assert earnings == sorted(set(earnings))
    assert earnings[0] == 1.0


def test_order_keys_go_by_value_then_by_product_and_fit_64_bits() -> None:
    keys = [order_key(1, product_id=9), order_key(2, product_id=1), order_key(2, product_id=2)]

    assert keys == sorted(keys)
    assert order_key(2**62, product_id=2**40 - 1) < 2**64

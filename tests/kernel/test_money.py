"""Money is whole fen, rates are basis points, and shares round down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.kernel.money import Money, Rate, bp_of, fen_of

fen = st.integers(min_value=-(10**12), max_value=10**12)


def test_money_and_rate_refuse_floats() -> None:
    with pytest.raises(TypeError):
        Money(1.5)  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(TypeError):
        Rate(0.2)  # type: ignore[arg-type]  # the point of the test


def test_two_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="CNY and BRL"):
        Money(1, "CNY") + Money(1, "BRL")


def test_a_share_rounds_down_to_the_fen() -> None:
    assert Rate(3_333).of(Money(100)) == Money(33)


@given(amount=st.integers(0, 10**12), bp=st.integers(0, 10_000))
def test_a_share_and_its_rest_are_the_whole(amount: int, bp: int) -> None:
    share = Rate(bp).of(Money(amount))

    assert Money(0) <= share <= Money(amount)
    assert share + (Money(amount) - share) == Money(amount)


@given(amount=fen)
def test_an_amount_reads_back_as_it_was_written(amount: int) -> None:
    assert fen_of(str(Money(amount)).removesuffix(" CNY")) == amount


@pytest.mark.parametrize(
    ("text", "expected"), [("12.5", 1_250), ("1,299.00", 129_900), ("-0.05", -5), ("7", 700), (".5", 50)]
)
def test_amounts_are_read_to_the_fen(text: str, expected: int) -> None:
    assert fen_of(text) == expected


@pytest.mark.parametrize("text", ["", "abc", "1.234", "1.2.3", "NaN", "1e3", "-", "１２"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="whole fen"):
        fen_of(text)


def test_percentages_are_read_as_basis_points() -> None:
    assert [bp_of("12.5%"), bp_of("90"), bp_of("0.01")] == [1_250, 9_000, 1]

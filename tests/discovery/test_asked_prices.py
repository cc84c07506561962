"""Price words: what is read as a price, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenxiao.discovery.rules.asked_prices import asked_price
from fenxiao.discovery.rules.numerals import fen_of


@pytest.mark.parametrize(
    ("text", "low_fen", "high_fen", "rest"),
    [
        ("100元以内的折床", None, 10_000, "的折床"),
        ("充气垫10000元以上", 1_000_000, None, "充气垫"),
        ("300元左右的礼物", 24_000, 36_000, "的礼物"),
        ("2到4元零食", 200, 400, "零食"),
        ("打码机30一70元", 3_000, 7_000, "打码机"),
        ("不超过99.9元的耳机", None, 9_990, "的耳机"),
        ("跑车100万元以上", 100_000_000, None, "跑车"),
        ("一百二十元以下耳机", None, 12_000, "耳机"),
        ("１００元以内", None, 10_000, ""),
        ("earphones under 50 yuan", None, 5_000, "earphones"),
        ("lamp ¥50-100", 5_000, 10_000, "lamp"),
        ("shoes between 50 and 100 yuan", 5_000, 10_000, "shoes"),
    ],
)
def test_a_price_is_read_and_taken_out_of_the_words(
    text: str, low_fen: int | None, high_fen: int | None, rest: str
) -> None:
    price, left = asked_price(text)

    assert price is not None
    assert (price.low_fen, price.high_fen, left) == (low_fen, high_fen, rest)


@pytest.mark.parametrize(
    "text",
    [
        "儿童奶粉3岁以上",
        "100以内加减法",
        "联通充话费20元",
        "三元催化器",
        "2022元旦视频",
        "收纳盒10公分左右",
        "500-300元",
        "十百元以下",
        "under the sea",
        "",
    ],
)
def test_what_asks_for_no_price_is_left_as_it_was(text: str) -> None:
    assert asked_price(text) == (None, text)


@pytest.mark.parametrize(
    ("number", "yuan"),
    [
        ("五十", 50),
        ("十五", 15),
        ("一百二", 120),
        ("一百零二", 102),
        ("一千零五十", 1_050),
        ("两千三百", 2_300),
        ("两万", 20_000),
    ],
)
def test_chinese_numbers_are_read(number: str, yuan: int) -> None:
    assert fen_of(number) == yuan * 100


@pytest.mark.parametrize("number", ["十百", "五五", "", "9" * 20])
def test_what_is_no_amount_is_refused(number: str) -> None:
    assert fen_of(number) is None


@given(st.integers(0, 9_999_999))
def test_every_amount_written_in_digits_is_read_to_the_fen(fen: int) -> None:
    price, _ = asked_price(f"{fen / 100:.2f}元以下")

    assert price is not None
    assert price.high_fen == fen


@given(st.text(max_size=60))
def test_any_text_is_read_without_harm(text: str) -> None:
    price, left = asked_price(text)

    assert (price is None) == (left == text)

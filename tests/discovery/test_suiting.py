"""How well a creator suits a product: what adds how much, and what is said of it."""

from collections.abc import Mapping
from typing import Any

import pytest

from fenxiao.discovery.rules.bands import Figure
from fenxiao.discovery.rules.suiting import Goods, Known, Suiting, Why, spoken, suiting_of, usual_audience

CUP = Goods(product_id=1, path=("third", "second", "top"), price_fen=5_000, words=frozenset({"杯", "陶瓷", "cups"}))
NOBODY: Mapping[str, Mapping[str, float]] = {}


def exact(number: int) -> Figure:
    return Figure(low=number, high=number)


def suited(*, usual: Mapping[str, Mapping[str, float]] = NOBODY, **known: Any) -> Suiting:
    nothing: dict[str, Any] = {
        "categories": {},
        "price": None,
        "audience": {},
        "words": frozenset(),
        "alike_sellers": 0,
        "matched": None,
        "sells_it": False,
    }
    return suiting_of(Known(**(nothing | known)), CUP, usual=usual)


def codes(suiting: Suiting) -> list[Why]:
    return [reason.code for reason in suiting.reasons]


def test_nothing_known_is_no_fit_and_no_reason() -> None:
    assert suited() == Suiting(score=0, reasons=())


@pytest.mark.parametrize(
    ("categories", "score"),
    [
        ({"third": 10_000, "second": 10_000, "top": 10_000}, 40),
        ({"third": 2_500, "second": 2_500, "top": 2_500}, 20),  # 40 × √0.25
        ({"second": 5_000, "top": 5_000}, 20),  # half of it one level up: 40 × √(0.5 × 0.5)
        ({"top": 10_000}, 20),  # a quarter on top
        ({"third": 2_500, "second": 7_500, "top": 7_500}, 28),  # 0.25 + half of the other 0.5
        ({"elsewhere": 10_000}, 0),
    ],
)
def test_a_share_of_sales_counts_by_its_root_and_by_its_nearness(categories: dict[str, int], score: int) -> None:
    found = suited(categories={name: exact(share) for name, share in categories.items()})

    assert found.score == score


def test_of_a_range_the_lower_end_counts() -> None:
    low, high = (suited(categories={"third": Figure(low=2_500, high=top)}) for top in (3_600, 9_900))

    assert low.score == high.score == 20


@pytest.mark.parametrize(
    ("price", "score"),
    [
        (Figure(low=4_000, high=6_000), 20),
        (Figure(low=5_000, high=5_000), 20),
        (Figure(low=6_000, high=9_000), 10),  # above half of what he sells at
        (Figure(low=1_000, high=2_500), 10),  # twice as dear as he sells
        (Figure(low=1_000, high=2_400), 0),
        (Figure(low=10_100, high=None), 0),
    ],
)
def test_prices_near_what_he_sells_at_count(price: Figure, score: int) -> None:
    assert suited(price=price).score == score


def test_followers_like_those_of_others_who_sell_such_goods_count_from_likeness_on() -> None:
    usual = {"gender": {"female": 0.8, "male": 0.2}, "age": {}}

    same = suited(audience={"gender": {"female": exact(8_000), "male": exact(2_000)}}, usual=usual)
    other = suited(audience={"gender": {"female": exact(2_000), "male": exact(8_000)}}, usual=usual)

    assert (same.score, other.score) == (15, 0)
    assert (codes(same), same.reasons[0].number) == ([Why.AUDIENCE_SUITS], 100)


def test_a_newcomer_is_known_by_his_own_words_and_one_who_sold_is_not() -> None:
    words = frozenset({"陶瓷", "cups", "茶"})

    new = suited(words=words)
    sold = suited(words=words, categories={"elsewhere": exact(10_000)})

    assert new.reasons[0].words == ("cups", "陶瓷")
    assert new.score == 27  # two of three words
    assert sold.reasons == ()


def test_reasons_stand_in_the_order_of_what_they_add() -> None:
    found = suited(categories={"third": exact(10_000)}, price=exact(5_000), alike_sellers=2, matched=0.5, sells_it=True)

    assert codes(found) == [Why.SELLS_CATEGORY, Why.PRICE_SUITS, Why.ALIKE_SELL, Why.MATCHED, Why.SELLS_IT]
    assert found.score == 40 + 20 + 10 + 5
    assert found.reasons[0].zh == "同类目占其销售 100%"
    assert found.reasons[2].en == "creators alike who sell it: 2"


def test_a_usual_audience_is_the_mean_of_those_who_told_theirs() -> None:
    told = [{"gender": {"female": exact(6_000), "male": exact(4_000)}}, {"gender": {"female": exact(10_000)}}, {}]

    assert usual_audience(told)["gender"] == {"female": pytest.approx(0.8), "male": pytest.approx(0.2)}


@pytest.mark.parametrize(
    ("figure", "said"), [(None, "–"), (exact(1_240), "12%"), (Figure(low=7_000, high=9_000), "70–90%")]
)
def test_shares_are_said_exactly_or_as_ranges(figure: Figure | None, said: str) -> None:
    assert spoken(figure) == said

"""How well a product fits a creator, by what he dealt with."""

import pytest

from fenxiao.discovery.rules.fit import Dealt, Fit, Taste, category_factor, matched_factor, price_factors, taste_of

CATS = ("ap-2-4", "ap-2", "ap")
DOGS = ("ap-2-3", "ap-2", "ap")
FISH = ("ap-5-1", "ap-5", "ap")
DRINKS = ("fb-1-3", "fb-1", "fb")


def sold(path: tuple[str, ...] = CATS, *, price_fen: int = 3_000, weight: float = 10.0) -> Dealt:
    return Dealt(path=path, price_fen=price_fen, weight=weight)


def test_nothing_known_lifts_nothing() -> None:
    taste = taste_of([])

    assert category_factor(taste, CATS) == 1.0
    assert price_factors(taste, [3_000, 9_900]).tolist() == [1.0, 1.0]
    assert Fit().value == 1.0


def test_the_nearer_the_category_the_better() -> None:
    taste = taste_of([sold(CATS)])

    lifts = [category_factor(taste, path) for path in (CATS, DOGS, FISH, DRINKS)]

    assert lifts == sorted(lifts, reverse=True)
    assert len(set(lifts)) == 4
    assert lifts[0] == pytest.approx(1 + 10 / 15)
    assert lifts[3] == 1.0


def test_what_he_dealt_with_more_lifts_more_in_either_way() -> None:
    taste = taste_of([sold(CATS, weight=9), sold(DRINKS, price_fen=20_000, weight=3)])

    assert category_factor(taste, CATS) > category_factor(taste, DRINKS) > 1.0
    cats, drinks, between = price_factors(taste, [3_000, 20_000, 8_000])
    assert cats > drinks > between > 1.0


def test_prices_fit_by_how_many_times_apart_they_are() -> None:
    taste = taste_of([sold(price_fen=10_000)])

    dearer, cheaper, same = price_factors(taste, [20_000, 5_000, 10_000])

    assert dearer == pytest.approx(cheaper, rel=0.02)  # a step of prices is a tenth
    assert same > dearer > 1.0


def test_more_dealings_say_more() -> None:
    lifts = [category_factor(taste_of([sold(weight=weight)]), CATS) for weight in (0.02, 0.5, 5, 50, 5_000)]

    assert lifts == sorted(lifts)
    assert lifts[0] < 1.01
    assert 1.99 < lifts[-1] < 2.0


@pytest.mark.parametrize(("share", "factor"), [(None, 1.0), (0.0, 1.0), (0.5, 1.25), (1.0, 1.5), (7.0, 1.5), (-1, 1.0)])
def test_a_match_lifts_by_its_share_of_the_best(share: float | None, factor: float) -> None:
    assert matched_factor(share) == factor


def test_categories_outside_the_tree_of_three_are_taken_as_they_are() -> None:
    taste = taste_of([sold(("wide",))])

    assert category_factor(taste, ("wide",)) > 1.0
    assert category_factor(Taste(), ()) == 1.0

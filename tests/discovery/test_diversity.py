"""A list is spread over merchants and categories, and loses nothing."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from fenxiao.discovery.rules.diversity import LOOKED_AT, Caps, spread

Keys = list[tuple[str, str]]
keys_drawn = st.lists(st.tuples(st.sampled_from("mnop"), st.sampled_from("abc")), max_size=60)


def most_in_a_window(seen: Sequence[str], size: int) -> int:
    windows = (seen[at : at + size] for at in range(max(len(seen) - size + 1, 1)))
    return max((max(Counter(window).values(), default=0) for window in windows), default=0)


@given(keys=keys_drawn)
def test_nothing_is_lost_or_repeated_and_the_best_stays_first(keys: Keys) -> None:
    order = spread(keys, Caps(window=6, per_merchant=2, per_category=3))

    assert sorted(order) == list(range(len(keys)))
    assert order[:1] == [0][: len(keys)]


@given(keys=keys_drawn)
def test_the_same_list_is_spread_the_same(keys: Keys) -> None:
    assert spread(keys, Caps()) == spread(list(keys), Caps())


@given(keys=keys_drawn)
def test_of_one_kind_the_order_is_kept(keys: Keys) -> None:
    order = spread(keys, Caps(window=4, per_merchant=1, per_category=None))

    for merchant in "mnop":
        own = [at for at in order if keys[at][0] == merchant]
        by_category = {category: [at for at in own if keys[at][1] == category] for category in "abc"}
        assert all(places == sorted(places) for places in by_category.values())


def test_caps_hold_in_every_window_while_others_are_left() -> None:
    keys = [("mei", "cats")] * 8 + [(f"shop {at}", f"kind {at}") for at in range(20)]

    order = spread(keys, Caps(window=6, per_merchant=2, per_category=None))
    merchants = [keys[at][0] for at in order]

    assert order[:4] == [0, 1, 8, 9]
    assert most_in_a_window(merchants[:24], 6) == 2  # Mei's eight need 4 × 6 places


def test_a_category_has_its_own_cap() -> None:
    keys = [(f"shop {at}", "cats") for at in range(6)] + [(f"other {at}", "drinks") for at in range(6)]

    order = spread(keys, Caps(window=4, per_merchant=None, per_category=2))

    assert [keys[at][1] for at in order[:8]] == ["cats", "cats", "drinks", "drinks"] * 2


def test_where_all_is_of_one_kind_it_stays_as_it_was() -> None:
    assert spread([("mei", "cats")] * 300, Caps()) == list(range(300))
    assert spread([], Caps()) == []


def test_looking_has_an_end() -> None:
    keys = [(f"shop {at}", "cats") for at in range(LOOKED_AT + 10)] + [("last", "drinks")]

    order = spread(keys, Caps(window=4, per_merchant=None, per_category=1))

    assert order[:2] == [0, 1]  # what fits lies farther off than is looked for
    assert list(islice(order, len(keys))) == [*order]
    assert sorted(order) == list(range(len(keys)))

"""A title and a query meet, however each is cut into words."""

import pytest

from fenxiao.discovery.rules import asked_words, grams_of, pieces_of, words_of


def test_widths_and_capitals_make_no_difference() -> None:
    assert words_of("Ｃａｔ 猫砂 ６Ｌ") == words_of("cat 猫砂 6l") == ["cat", "猫砂", "6l"]


def test_a_long_word_is_found_by_the_words_within_it() -> None:
    assert words_of("陶瓷杯") == ["陶瓷", "瓷杯", "陶瓷杯"]


def test_fillers_are_not_asked_for() -> None:
    assert asked_words("好用的咖啡 for the cat") == ["好用", "咖啡", "cat"]


def test_a_query_of_fillers_only_is_kept() -> None:
    assert asked_words("的") == ["的"]


def test_punctuation_is_no_word() -> None:
    assert asked_words("!!! ——、。") == []


@pytest.mark.parametrize("part", ["猫砂", "砂盆", "大号猫", "号", "猫砂盆cat", "litter tray"])
def test_any_part_of_a_title_is_found_by_its_grams(part: str) -> None:
    title = set(grams_of("大号猫砂盆Cat litter tray"))

    wanted = [piece for word in asked_words(part) for piece in pieces_of(word)]

    assert wanted and title.issuperset(wanted)


def test_letters_and_digits_are_found_apart() -> None:
    assert set(grams_of("iPhone15")) == {"iphone15", "iphone", "15"}

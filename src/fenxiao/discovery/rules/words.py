"""The words of a text, the same for goods and for queries.

A Chinese run is cut into words by jieba. Where the same characters are cut differently in a title and in a query
(猫砂盆 is 猫 + 砂盆, 猫砂 is one word), the grams still meet: every character and every pair of neighbours.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final
from unicodedata import normalize

import rjieba

HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
RUN: Final = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
IS_HAN: Final = re.compile(rf"[{HAN}]")
PART: Final = re.compile(r"\d+|[^\W\d_]+")  # of a word such as iphone15

# Said with the things looked for, and not asked of them.
SMALL_WORDS: Final = (*"的了和与及或是", "a", "an", "the", "of", "for", "and", "or", "with")
SHOP_WORDS: Final = (
    "官方",
    "旗舰",
    "旗舰店",
    "官网",
    "专营店",
    "专卖店",
    "正品",
    "淘宝",
    "天猫",
    "京东",
    "多少钱",
    "价格",
    "图片",
    "推荐",
)
FILLERS: Final = frozenset([*SMALL_WORDS, *SHOP_WORDS])


def words_of(text: str) -> list[str]:
    """The words of a text to be found by: jieba's, long ones also by the shorter words within them."""
    return [word for run in runs_of(text) for word in (rjieba.cut_for_search(run) if is_han(run) else [run])]


def grams_of(text: str) -> list[str]:
    """What finds a text whose words were cut otherwise: characters and pairs of neighbours, letters and digits."""
    return [gram for run in runs_of(text) for gram in (_han_grams(run) if is_han(run) else {run, *PART.findall(run)})]


def asked_words(text: str) -> list[str]:
    """The words a query asks for, each once, fillers left out unless nothing else is there."""
    words = [word for run in runs_of(text) for word in (rjieba.cut(run) if is_han(run) else [run])]
    telling = [word for word in words if word not in FILLERS]
    return list(dict.fromkeys(telling or words))


def pieces_of(word: str) -> list[str]:
    """The grams that a text with this word in it must all have."""
    if not is_han(word):
        return PART.findall(word)
    return [word] if len(word) == 1 else [a + b for a, b in pairwise(word)]


def runs_of(text: str) -> Iterator[str]:
    """Chinese runs and other words, full-width and half-width made one, capitals made small."""
    yield from RUN.findall(normalize("NFKC", text).casefold())


def is_han(run: str) -> bool:
    """Whether a run is Chinese."""
    return IS_HAN.match(run) is not None


def _han_grams(run: str) -> list[str]:
    return [*run, *(a + b for a, b in pairwise(run))]

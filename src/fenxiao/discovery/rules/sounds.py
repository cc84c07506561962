"""How Chinese words sound, without tones: for goods asked for in Latin letters, or by a sign of the same sound."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final
from unicodedata import combining, normalize

import rjieba
from pypinyin import lazy_pinyin
from pypinyin.pinyin_dict import pinyin_dict

from fenxiao.discovery.rules.words import is_han, runs_of

LATIN: Final = re.compile(r"[a-zü]+")
LONGEST_SYLLABLE: Final = 6  # zhuang, shuang
VOWELS: Final = frozenset("aeiouv")  # without one it is a sigh: hm, ng
MOST_READINGS: Final = 4  # of one spelling: xian is 先 and 西安


def sounds_of(text: str) -> list[str]:
    """The syllables of a title in their order; other words stand between them as they are."""
    return [sound for run in runs_of(text) for sound in (_of_han(run) if is_han(run) else [run])]


def sounds_asked(word: str) -> list[list[str]]:
    """The ways a word asked for may sound, each a list of two syllables or more; none when it says too little."""
    ways = [_of_han(word)] if is_han(word) else list(_spelled(word))
    return [way for way in ways if len(way) > 1]


def _of_han(run: str) -> list[str]:
    return [sound for word in rjieba.cut(run) for sound in _of_word(word)]


@lru_cache(maxsize=200_000)
def _of_word(word: str) -> tuple[str, ...]:
    """A word's syllables. Titles draw their words from few: looking each up anew would take 60 times as long."""
    return tuple(lazy_pinyin(word, v_to_u=False))


def _spelled(word: str) -> Iterator[list[str]]:
    """Up to MOST_READINGS ways to read Latin letters as pinyin, those of longer syllables first."""
    if not LATIN.fullmatch(word):
        return
    open_ways: list[tuple[int, list[str]]] = [(0, [])]
    found = 0
    while open_ways and found < MOST_READINGS:
        at, way = open_ways.pop()
        if at == len(word):
            found += 1
            yield way
            continue
        ends = range(at + 1, min(at + LONGEST_SYLLABLE, len(word)) + 1)
        open_ways += [
            (end, [*way, word[at:end]]) for end in ends if word[at:end] in syllables() and end in _starts(word)
        ]


@lru_cache(maxsize=4_096)
def _starts(word: str) -> frozenset[int]:
    """The places of a word from which on it is pinyin to its end."""
    starts = {len(word)}
    for at in range(len(word) - 1, -1, -1):
        ends = range(at + 1, min(at + LONGEST_SYLLABLE, len(word)) + 1)
        if any(end in starts and word[at:end] in syllables() for end in ends):
            starts.add(at)
    return frozenset(starts)


@cache
def syllables() -> frozenset[str]:
    """Every syllable of the language, without tones; ü is written v, as on keyboards."""
    said = {_without_tone(one) for readings in pinyin_dict.values() for one in readings.split(",")}
    return frozenset(one for one in said if one.isascii() and not VOWELS.isdisjoint(one))


def _without_tone(syllable: str) -> str:
    parted = normalize("NFD", syllable.replace("ü", "v"))
    umlauts = parted.replace("u\u0308", "v")
    return "".join(sign for sign in umlauts if not combining(sign))

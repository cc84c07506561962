"""Words that mean the same thing to who looks for goods: 猫厕所 is 猫砂盆, t恤 is tee.

A file has one group a line, its words between commas; what follows a # is for readers. Every word of a group finds the
goods of the others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fenxiao.discovery.rules.words import asked_words

LONGEST_SPAN: Final = 4  # words of a query that may be one thing: 蓝牙 无线 耳机
MOST_OTHERS: Final = 8  # other names tried for one thing, so that no query grows without bound

Words = tuple[str, ...]
Synonyms = Mapping[str, Sequence[Words]]  # a name's words joined, since a query may be cut otherwise → other names


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One thing asked for: the words it was asked for by, and the other names it has."""

    words: Words
    others: tuple[Words, ...] = ()


def read_synonyms(lines: Iterable[str]) -> Synonyms:
    """The groups of a file, by each of their words; a word that stands in two groups means both."""
    others: dict[str, list[Words]] = {}
    for line in lines:
        names = [tuple(asked_words(name)) for name in line.partition("#")[0].replace("，", ",").split(",")]
        group = {"".join(name): name for name in names if name}
        for key in group:
            known = others.setdefault(key, [])
            known += [name for other, name in group.items() if other != key and name not in known]
    return {key: tuple(found[:MOST_OTHERS]) for key, found in others.items() if found}


def things_in(words: Sequence[str], synonyms: Synonyms) -> list[Wanted]:
    """The things that words ask for, the longest name with a synonym first; a word without one stands for itself."""
    things, at = [], 0
    while at < len(words):
        spans = {size: "".join(words[at : at + size]) for size in range(min(LONGEST_SPAN, len(words) - at), 0, -1)}
        size = next((size for size, key in spans.items() if key in synonyms), 1)
        things.append(Wanted(words=tuple(words[at : at + size]), others=tuple(synonyms.get(spans[size], ()))))
        at += size
    return things

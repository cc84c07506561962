"""Goods whose titles have the shapes of real ones, made from a folder of real titles and queries.

A title has the length and the words of its top category, drawn by how often they occur there; as often as real titles
bring a word nobody used before (Good and Turing: the part of words seen once), a word of the real queries is drawn
instead. Third-level categories are of Zipf sizes, brands too. The same seed makes the same goods.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import rjieba

from fenxiao.discovery.rules import Entry, asked_words

CHUNK: Final = 50_000
THIRDS: Final = 1_000
BRANDS: Final = 20_000
MERCHANTS: Final = 30_000
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
LEVEL_PARTS: Final = (0.25, 0.5, 0.15, 0.07, 0.03)


@dataclass(frozen=True, kw_only=True)
class Source:
    """What real titles say: per top category its words with their chances, and lengths; queries' words as the tail."""

    tops: tuple[str, ...]
    words: tuple[tuple[Sequence[str], "np.ndarray[Any, Any]"], ...]
    lengths: tuple["np.ndarray[Any, Any]", ...]
    fresh: float  # the chance of a word not seen before
    tail: Sequence[str]
    titles: Sequence[str]


def read_titles(folder: Path) -> list[tuple[str, str]]:
    """Top category and title of each real product."""
    with (folder / "ecom_titles/titles.csv").open(encoding="utf-8", newline="") as file:
        return [(row["category"], row["title"]) for row in csv.DictReader(file)]


def read_queries(folder: Path) -> list[str]:
    """The real queries, of both files."""
    files = sorted((folder / "ecom_queries").glob("*.txt"))
    return [line.split("\t")[1] for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def source_of(folder: Path) -> Source:
    """What is to be known of the real titles and queries."""
    rows = [(top, [word for word in rjieba.cut(title) if word.strip()]) for top, title in read_titles(folder)]
    tops = tuple(sorted({top for top, _ in rows}))
    counts = [Counter(word for at, words in rows if at == top for word in words) for top in tops]
    lengths = tuple(np.array([len(words) for at, words in rows if at == top]) for top in tops)
    everywhere = Counter(word for _, words in rows for word in words)
    once = sum(1 for count in everywhere.values() if count == 1)
    tail = sorted({word for query in read_queries(folder) for word in asked_words(query)})
    return Source(
        tops=tops,
        words=tuple((list(count), np.cumsum(list(count.values())) / count.total()) for count in counts),
        lengths=lengths,
        fresh=once / everywhere.total(),
        tail=tail,
        titles=[title for _, title in read_titles(folder)],
    )


def made_entries(rows: int, source: Source, *, seed: int = 7) -> Iterator[list[Entry]]:
    """Made goods as the index takes them, in chunks."""
    dice = np.random.default_rng(seed)
    sizes = 1.0 / np.arange(3, THIRDS + 3)
    thirds, brands = np.cumsum(sizes) / sizes.sum(), _zipf(BRANDS)
    for first in range(0, rows, CHUNK):
        count = min(CHUNK, rows - first)
        third = np.searchsorted(thirds, dice.random(count))
        numbers = {
            "price": np.maximum(100, np.floor(np.exp(dice.normal(8.9, 1.0, count)) / 100) * 100 + 90).astype(int),
            "rate": dice.integers(1, 50, count) * 100,
            "level": dice.choice(np.arange(1, 6), count, p=LEVEL_PARTS),
            "sales": np.where(dice.random(count) < 0.4, np.floor(dice.pareto(0.9, count)), 0)
            .clip(0, 10**6)
            .astype(int),
            "stock": np.where(dice.random(count) < 0.95, 100, 0),
            "score": dice.integers(300, 500, count),
            "brand": np.where(dice.random(count) < 0.5, np.searchsorted(brands, dice.random(count)), -1),
            "day": dice.integers(0, 300, count),
        }
        ways = np.random.default_rng([seed, first])  # apart, so that all else is drawn as before
        numbers |= {"free": ways.random(count) < 0.6, "ways": ways.choice(4, count, p=(0.8, 0.1, 0.02, 0.08))}
        titles = _titles(third % len(source.tops), source, dice)
        yield [
            _entry(
                first + at + 1, titles[at], int(third[at]), source, {name: drawn[at] for name, drawn in numbers.items()}
            )
            for at in range(count)
        ]


def _zipf(size: int) -> "np.ndarray[Any, Any]":
    parts = 1.0 / np.arange(1, size + 1)
    sums: np.ndarray[Any, Any] = np.cumsum(parts) / parts.sum()
    return sums


def _titles(tops: "np.ndarray[Any, Any]", source: Source, dice: np.random.Generator) -> list[str]:
    titles: list[str] = [""] * len(tops)
    for top, (words, sums) in enumerate(source.words):
        places = np.flatnonzero(tops == top)
        lengths = dice.choice(source.lengths[top], len(places))
        total = int(lengths.sum())
        drawn = np.minimum(np.searchsorted(sums, dice.random(total)), len(words) - 1)
        is_fresh = dice.random(total) < source.fresh
        fresh = dice.integers(0, len(source.tail), total)
        pieces = [
            source.tail[new] if is_new else words[at] for at, is_new, new in zip(drawn, is_fresh, fresh, strict=True)
        ]
        ends = np.cumsum(lengths)
        for place, end, length in zip(places, ends, lengths, strict=True):
            titles[place] = _joined(pieces[end - length : end])
    return titles


def _joined(pieces: Sequence[str]) -> str:
    """Chinese words stand beside each other; between others there is a space."""
    text = ""
    for piece in pieces:
        text += f" {piece}" if text[-1:].isascii() and piece[:1].isascii() else piece
    return text


def _entry(product_id: int, title: str, third: int, source: Source, numbers: dict[str, Any]) -> Entry:
    price, rate = int(numbers["price"]), int(numbers["rate"])
    top, second, leaf = f"t{third % len(source.tops)}", f"s{third // 10}", f"c{third}"
    brand = int(numbers["brand"])
    return Entry(
        product_id=product_id,
        title=title,
        brand="" if brand < 0 else source.tail[brand * 3 % len(source.tail)],
        category_names=(source.tops[third % len(source.tops)],),
        category_ids=(top, second, leaf),
        third_id=leaf,
        price_fen=price,
        rate_bp=rate,
        commission_fen=price * rate // 10_000,
        level=int(numbers["level"]),
        is_select=bool(numbers["level"] >= 3),
        sales_30d=int(numbers["sales"]),
        merchant_score_centi=int(numbers["score"]),
        admitted_at=START + timedelta(days=int(numbers["day"])),
        stock=int(numbers["stock"]),
        ships_free=bool(numbers["free"]),
        plan_types=frozenset({1, (1, 2, 4, 6)[int(numbers["ways"])]}),
    )


def curve_of(titles: Sequence[str]) -> dict[str, float]:
    """The term curve of some titles: words a title, and the parts of all words that the most used ones are."""
    counts = Counter(word for title in titles for word in rjieba.cut(title) if word.strip())
    ranked = np.sort(np.fromiter(counts.values(), dtype=float))[::-1]
    return {
        "distinct_titles": len(set(titles)) / len(titles),
        "words_a_title": counts.total() / len(titles),
        "different_words": float(len(ranked)),
        "part_of_the_100_most_used": float(ranked[:100].sum() / ranked.sum()),
        "part_of_the_1000_most_used": float(ranked[:1_000].sum() / ranked.sum()),
        "part_of_words_used_once": float((ranked == 1).sum() / ranked.sum()),
    }

"""Counting whose goods are whose, from who sold what to whom."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fenxiao.discovery.audience_files import OF_ALL, Audiences
from fenxiao.discovery.matching.gathering import joined, places_among
from fenxiao.discovery.queries.audiences import followers_of, paths_of, settled_sales
from fenxiao.discovery.rules.audiences import LEAST_SELLERS, WIDTH, Rows, sellers_of, usual_of, usual_of_all

AT_ONCE: Final = 100_000  # goods counted together, so that no more than their sellers are held
SALES_AT_ONCE: Final = 4_000_000  # of nodes counted together; one with more is counted alone

Path = tuple[str, ...]  # of categories, from below
Places = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Sales:
    """Who sold what, columns of one length, by product: sixteen bytes a sale."""

    who: NDArray[np.int32]  # places among the followers
    goods: NDArray[np.int32]  # places among the goods sold
    lines: NDArray[np.float64]  # settled
    followers: Rows  # of each creator, as far as they may be known

    def of(self, goods: slice) -> "Sales":
        """The sales of a stretch of the goods, their places counted from its beginning."""
        part = slice(*np.searchsorted(self.goods, [goods.start, goods.stop]))
        return Sales(
            who=self.who[part],
            goods=self.goods[part] - goods.start,
            lines=self.lines[part],
            followers=self.followers,
        )

    def by(self, nodes: Places, *, above: Rows) -> tuple[Rows, NDArray[np.float64]]:
        """The usual audience of each node (of each good its node, -1: none), and on how many sellers it rests.

        Some nodes at a time, since sellers' followers are ten numbers each.
        """
        node = nodes.astype(np.int32)[self.goods]
        found, sellers = np.full_like(above, np.nan), np.zeros(len(above))
        for part in _stretches(np.bincount(node[node >= 0], minlength=len(above))):
            keeps = (node >= part.start) & (node < part.stop)
            found[part], sellers[part] = self._of_some(keeps, node[keeps] - part.start, above=above[part])
        return found, sellers

    def _of_some(self, keeps: NDArray[np.bool_], node: Places, *, above: Rows) -> tuple[Rows, NDArray[np.float64]]:
        """The same of as many nodes as there are rows above, from the sales of theirs."""
        keys = node.astype(np.int64) * len(self.followers) + self.who[keeps]
        pairs, places = np.unique(keys, return_inverse=True)
        weights = np.log1p(np.bincount(places, self.lines[keeps], minlength=len(pairs)))
        node, rows = pairs // len(self.followers), self.followers[pairs % len(self.followers)]
        usual = usual_of(node, rows, weights=weights, above=above)
        return usual, sellers_of(node, rows, weights=weights, count=len(above))


def _stretches(counts: Places) -> Iterator[slice]:
    """Neighbouring nodes with so many sales each, cut where together they have enough."""
    steps = np.cumsum(counts) // SALES_AT_ONCE
    edges = [0, *(np.flatnonzero(np.diff(steps)) + 1).tolist(), len(counts)]
    return (slice(low, high) for low, high in pairwise(edges))


def audiences_at(creator_ids: NDArray[np.int64], *, now: datetime) -> Audiences:
    """Followers of these creators (sorted), and whose the goods are that they sold."""
    own, shown = followers_of(creator_ids, now=now)
    sales, sold = _sales(settled_sales(now=now), creator_ids, followers=shown)
    paths = paths_of(sold)
    categories = {each: row for row, each in enumerate(sorted({each for path in paths for each in path}), start=1)}
    usual = of_categories(sales, paths, categories)
    nearest = np.array([categories[path[0]] if path else OF_ALL for path in paths], dtype=np.int64)
    told, of_goods = _of_goods(sales, above=usual, nearest=nearest)
    return Audiences(
        creator_ids=creator_ids,
        creators=own,
        product_ids=sold[told],
        goods=of_goods,
        categories=categories,
        usual=usual,
    )


def _sales(told: Iterable[NDArray[Any]], creator_ids: Places, *, followers: Rows) -> tuple[Sales, Places]:
    """The sales of these creators, as they come by product, and the goods sold."""
    who, goods, lines = ([np.empty(0, dtype=kind)] for kind in (np.int32, np.int32, np.float64))
    sold, last, count = [np.empty(0, dtype=np.int64)], -1, 0
    for rows in told:
        places, keeps = places_among(creator_ids, rows["creator"].astype(np.int64))
        products = rows["product"][keeps].astype(np.int64)
        is_next = np.diff(products, prepend=last) != 0
        who.append(places[keeps].astype(np.int32))
        goods.append((np.cumsum(is_next) + count - 1).astype(np.int32))
        lines.append(rows["lines"][keeps].astype(np.float64))
        sold.append(products[is_next])
        last, count = int(products[-1]) if len(products) else last, count + int(is_next.sum())
    return Sales(who=joined(who), goods=joined(goods), lines=joined(lines), followers=followers), joined(sold)


def of_categories(sales: Sales, paths: Sequence[Path], categories: dict[str, int]) -> Rows:
    """The usual audience of everything, then of each category, from the top down: each leans on what it lies in."""
    usual = np.full((len(categories) + 1, WIDTH), np.nan)
    sums = np.bincount(sales.who, sales.lines, minlength=len(sales.followers))
    usual[OF_ALL] = usual_of_all(sales.followers, weights=np.log1p(sums))
    for depth in range(max(map(len, paths), default=0)):
        rows = np.array([categories[path[-1 - depth]] if len(path) > depth else -1 for path in paths])
        above = np.full(len(usual), OF_ALL)
        for path in paths:
            if len(path) > depth > 0:
                above[categories[path[-1 - depth]]] = categories[path[-depth]]
        found, _sellers = sales.by(rows, above=usual[above])
        reached = np.unique(rows[rows >= 0])
        usual[reached] = found[reached]
    return usual


def _of_goods(sales: Sales, *, above: Rows, nearest: Places) -> tuple[Places, Rows]:
    """Which of the goods enough creators sold to tell them apart from their category, and their usual audiences."""
    told, rows = [np.empty(0, dtype=np.int64)], [np.empty((0, WIDTH))]
    for first in range(0, len(nearest), AT_ONCE):
        count = min(AT_ONCE, len(nearest) - first)
        part = sales.of(slice(first, first + count))
        usual, sellers = part.by(np.arange(count), above=above[nearest[first : first + count]])
        enough = np.flatnonzero(sellers >= LEAST_SELLERS)
        told.append(first + enough)
        rows.append(usual[enough])
    return np.concatenate(told), np.concatenate(rows)

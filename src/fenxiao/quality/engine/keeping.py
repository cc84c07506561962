"""What a run keeps for the next: goods with their sums, cells and shares, by names and not by this run's numbers.

Goods lie by shelf, so that those of a few groups are read without reading the rest: what is left (see `peers`) on one
shelf, each second-level category's price band on a shelf of its own.
"""

from typing import Any, Final

import ibis
from ibis import _

LEFT: Final = -1  # the shelf of what is left
NUMBERS: Final = ("category", "cell")


def cells_to_keep(cells: Any, *, groups: Any) -> Any:
    """Cells with the shelf on which their goods lie."""
    return with_shelves(cells, groups=groups).drop(*NUMBERS).order_by("third_id", "band")


def goods_to_keep(goods: Any, *, cells: Any, groups: Any) -> Any:
    """Goods in the order of shelves."""
    named = with_shelves(cells, groups=groups).select("cell", "third_id", "band", "shelf")
    return goods.join(named, "cell").drop(*NUMBERS).order_by("shelf")


def shares_to_keep(shares: Any, *, categories: Any) -> Any:
    """Each category's brands and what they sold."""
    named = shares.join(categories.select("category", "third_id"), "category").drop("category")
    return named.order_by("third_id", "brand_id")


def with_shelves(cells: Any, *, groups: Any) -> Any:
    """Cells with the number of the shelf on which their goods lie."""
    kinds = groups.filter(_.is_own).select("cell", "peer_kind")
    by_second = cells.group_by("second_id", "band").agg(least=_.cell.min())
    joined = cells.join(kinds, "cell").join(by_second, ["second_id", "band"])
    return joined.mutate(shelf=ibis.ifelse(joined.peer_kind > 1, LEFT, joined.least).cast("int32")).drop(
        "peer_kind", "least"
    )

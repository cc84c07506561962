"""Who a product is compared with.

Its peers are the products of its third-level category and price band; where they are fewer than the policy's least,
those of its second-level category and band. That larger group holds all its products, not only those that fell back to
it, so a product may stand in two groups and is graded in its own.

What is left, from second-level categories that are small in its band, is compared with what is left of the band, or
where that is too little, with all that is left. So whom a change in one category touches stays small: its own parent's
goods, and the few that are left.

A cell is a third-level category's price band: every group is made of whole cells, so that groups are worked out from
some thousand cells and never from the products themselves.
"""

from functools import reduce
from typing import Any, Final

import ibis
from ibis import _

from fenxiao.quality.rules import PolicyBody

# What names each kind of group.
KINDS: Final[tuple[list[str], ...]] = (["third_id", "band"], ["second_id", "band"], ["band"], [])


def cells_of(goods: Any, *, categories: Any, policy: PolicyBody, **sums: Any) -> Any:
    """Every cell with its number of products and their `sums`."""
    width = len(policy.price_bands_fen) + 1
    counted = goods.group_by("cell", "category").agg(products=_.count(), **sums)
    return counted.mutate(band=_.cell - _.category * width).join(categories, "category")


def groups_of(cells: Any, *, policy: PolicyBody) -> Any:
    """Which cells make up which groups: one row per group that is anybody's own and cell that stands in it."""
    named = _with_own_kind(cells.select("cell", "third_id", "second_id", "band", "products"), policy)
    found = [_members(named, kind) for kind in range(len(KINDS))]
    return reduce(lambda a, b: a.union(b), found)


def _with_own_kind(cells: Any, policy: PolicyBody) -> Any:
    least = policy.least_peers
    in_second = cells.group_by(KINDS[1]).agg(in_second=_.products.sum())
    counted = cells.join(in_second, KINDS[1])
    left = counted.filter((_.products < least) & (_.in_second < least))
    in_band = left.group_by("band").agg(left_in_band=_.products.sum())
    joined = counted.left_join(in_band, "band").drop("band_right")
    own = ibis.cases((_.products >= least, 0), (_.in_second >= least, 1), (_.left_in_band >= least, 2), else_=3)
    return joined.mutate(peer_kind=own.cast("int32")).drop("in_second", "left_in_band")


def _members(cells: Any, kind: int) -> Any:
    """The groups of one kind; a group is numbered by the least of the cells that have it as their own."""
    keys = KINDS[kind]
    own = cells.filter(_.peer_kind == kind)
    named = (own.group_by(keys) if keys else own).agg(least=_.cell.min())
    standing = cells if kind == 1 else own
    joined = standing.join(named, keys) if keys else standing.cross_join(named.filter(_.least.notnull()))
    return joined.select(
        "cell",
        "peer_kind",
        group_id=(_.least * len(KINDS) + kind).cast("int32"),
        is_own=_.peer_kind == kind,
    )

"""Who a product is compared with.

Its peers are the products of its third-level category and price band; where they are fewer than the policy's least,
those of its second-level category and band, then all of its band, then all. A larger group holds all its products, not
only those that fell back to it, so a product may stand in several groups and is graded in its own.

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
    counted = cells
    for kind, keys in enumerate(KINDS[:3]):
        counts = cells.group_by(keys).agg(**{f"peers_{kind}": _.products.sum()})
        counted = counted.join(counts, keys)
    own = ibis.cases(*((counted[f"peers_{kind}"] >= policy.least_peers, kind) for kind in range(3)), else_=3)
    return counted.mutate(peer_kind=own.cast("int32")).drop("peers_0", "peers_1", "peers_2")


def _members(cells: Any, kind: int) -> Any:
    """The groups of one kind; a group is named by the least of the cells that have it as their own."""
    keys = KINDS[kind]
    own = cells.filter(_.peer_kind == kind)
    named = (own.group_by(keys) if keys else own).agg(least=_.cell.min())
    joined = cells.join(named, keys) if keys else cells.cross_join(named.filter(_.least.notnull()))
    return joined.select(
        "cell",
        "peer_kind",
        group_id=(_.least * len(KINDS) + kind).cast("int32"),
        is_own=_.peer_kind == kind,
    )

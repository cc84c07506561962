"""Who a product is compared with.

Its peers are the products of its third-level category and price band; where they are fewer than the policy's least,
those of its second-level category and band, then all of its band, then all. A larger group holds all its products, not
only those that fell back to it, so a product may stand in several groups and is graded in its own.
"""

from functools import reduce
from typing import Any

import ibis
from ibis import _

from fenxiao.quality.rules import PolicyBody

KINDS = ("third_id", "second_id", None, None)  # the category that names each kind of group
NO_BAND = -1


def with_own_kind(goods: Any, *, policy: PolicyBody) -> Any:
    """Each product with the kind of its own peer group."""
    counted = goods
    for kind, keys in enumerate((["third_id", "band"], ["second_id", "band"], ["band"])):
        counts = goods.group_by(keys).agg(**{f"peers_{kind}": _.count()})
        counted = counted.join(counts, keys)
    own = ibis.cases(*((counted[f"peers_{kind}"] >= policy.least_peers, kind) for kind in range(3)), else_=3)
    return counted.mutate(peer_kind=own.cast("int64")).drop("peers_0", "peers_1", "peers_2")


def memberships(goods: Any) -> Any:
    """Each product once per group that it stands in and that is anybody's own, with the group's id."""
    own_category = ibis.cases((_.peer_kind == 0, _.third_id), (_.peer_kind == 1, _.second_id), else_="")
    own_band = ibis.ifelse(_.peer_kind == 3, NO_BAND, _.band)
    wanted = goods.select("peer_kind", category=own_category, group_band=own_band).distinct()
    order = [wanted.peer_kind, wanted.category, wanted.group_band]
    groups = wanted.mutate(group_id=ibis.row_number().over(order_by=order)).rename(kind="peer_kind")
    return reduce(lambda a, b: a.union(b), (_members(goods, groups, kind) for kind in range(len(KINDS))))


def _members(goods: Any, groups: Any, kind: int) -> Any:
    column = KINDS[kind]
    placed = goods.mutate(
        category=goods[column] if column else ibis.literal(""),
        group_band=ibis.literal(NO_BAND).cast("int64") if kind == 3 else goods.band,
    )
    of_kind = groups.filter(groups.kind == kind).drop("kind")
    return placed.join(of_kind, ["category", "group_band"]).mutate(is_own=_.peer_kind == kind)

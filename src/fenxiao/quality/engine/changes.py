"""Regrading what a change in some categories touches, with the last run's goods, cells and shares for all the rest.

A product's grade hangs on its own facts, on its category's sales (a brand's share of them), on its peer group, and
where a group has no evidence at all, on everybody's mean. So a change in some third-level categories (`dirty`: a
product came, went or moved, or any fact of one changed) touches

- the goods of these categories, and what they and their brands sold;
- the groups that hold any of these goods, or held one in the last run: the category's own price bands, those of its
  parent where one of the parent's categories is too small for a band, and what is left over;
- the groups without any evidence of an indicator whose mean over everybody is another than it was.

Those groups are ranked again whole, so every row is the one that a full run would write. Nothing else can differ: all
sums are of whole numbers, and an untouched group has the members, values, priors and ranks that it had.
"""

from functools import reduce
from typing import Any

import ibis
from ibis import _

from fenxiao.quality.engine import indicators, keeping, peers, publishing
from fenxiao.quality.engine.goods import numbered, parents_of
from fenxiao.quality.engine.indicators import OWN_PRIOR
from fenxiao.quality.engine.making import Making, Market, cells_of, make_grades, source, summed
from fenxiao.quality.engine.peers import KINDS
from fenxiao.quality.engine.plans import Kind
from fenxiao.quality.rules import INDICATORS, PolicyBody

SHRUNK = [code for code in INDICATORS if code not in OWN_PRIOR]


def changes(policy: PolicyBody, *, whole: Making) -> Making:
    """The stages of a change. The sources hold the products of the dirty categories; `whole` is what a full run makes.

    `grades`, `places` and `last_goods` are what is new, `hidden_groups` the groups whose places are not those of the
    last run; the other files are whole.
    """
    making = Making()
    keep = making.keep
    last = {name: ibis.table(whole.schema(name), name=name) for name in ("last_cells", "last_goods", "last_shares")}
    dirty = ibis.table({"third_id": "string"}, name="dirty")
    untouched = last["last_cells"].anti_join(dirty, "third_id")
    found = parents_of(untouched).union(parents_of(source("products")))
    categories = keep("categories", numbered(found))
    fresh = keep("fresh_goods", summed(categories, policy=policy), Kind.BY_RANGES)
    made = cells_of(fresh, categories=categories, policy=policy)
    cells = keep("cells", _all_cells(made, untouched, categories=categories, policy=policy))
    everyone = keep("every_group", peers.groups_of(cells.drop("shelf"), policy=policy))
    touched = _touched(everyone, cells=cells, last_cells=last["last_cells"], dirty=dirty)
    groups = keep("groups", everyone.semi_join(touched, "group_id"))
    needed = keep("needed", _needed(groups, cells=cells))
    goods = keep("goods", fresh.union(_goods_of(needed, last["last_goods"], fresh)), Kind.FROM_LAST)
    changed_cells = cells.filter(_.shelf.isnull()).drop("shelf")
    kept_shares = last["last_shares"].anti_join(dirty, "third_id").join(categories, "third_id")
    fresh_shares = indicators.shares_of(fresh, cells=changed_cells)
    shares = keep("shares", fresh_shares.union(kept_shares.select(*fresh_shares.columns)))
    market = Market(goods=goods, categories=categories, cells=cells.drop("shelf"), groups=groups, shares=shares)
    published = make_grades(making, market, policy=policy)
    clean = publishing.names_of(everyone, cells=cells).anti_join(groups, "group_id").select("group_key")
    last_groups = ibis.table(whole.schema("peer_groups"), name="last_groups")
    _publish_groups(making, published, clean=keep("clean", clean), last_groups=last_groups)
    keep("brands", publishing.brands_of(shares, categories=categories), Kind.PUBLISHED)
    keep("last_shares", keeping.shares_to_keep(shares, categories=categories), Kind.PUBLISHED)
    _publish_shelves(making, fresh, shelved=keep("shelved", _shelved(cells, everyone)))
    return making


def _publish_groups(making: Making, published: Any, *, clean: Any, last_groups: Any) -> None:
    """The groups that were ranked again with their places, the clean ones as they were, and which places those hide."""
    rest = last_groups.semi_join(clean, "group_key")
    found = published["peer_groups"]
    making.keep("peer_groups", found.union(rest.select(*found.columns)).order_by("group_key"), Kind.PUBLISHED)
    making.keep("places", published["places"].order_by("group_key", "code", "upto"), Kind.PUBLISHED)
    hidden = last_groups.anti_join(clean, "group_key").select("group_key")
    making.keep("hidden_groups", hidden, Kind.PUBLISHED)


def _publish_shelves(making: Making, fresh: Any, *, shelved: Any) -> None:
    """The cells of this run, and the fresh goods in the order of their shelves."""
    making.keep("last_cells", shelved.drop("cell", "category").order_by("third_id", "band"), Kind.PUBLISHED)
    named = shelved.select("cell", "third_id", "band", "shelf")
    goods = fresh.join(named, "cell").drop("category", "cell").order_by("shelf")
    making.keep("last_goods", goods, Kind.PUBLISHED)


def _all_cells(made: Any, untouched: Any, *, categories: Any, policy: PolicyBody) -> Any:
    """The new cells, which have no shelf yet, and the untouched ones under this run's numbers."""
    width = len(policy.price_bands_fen) + 1
    renumbered = untouched.join(categories.select("third_id", "category"), "third_id")
    renumbered = renumbered.mutate(cell=(_.category * width + _.band).cast("int32"))
    fresh = made.mutate(shelf=ibis.null("int32"))
    return fresh.union(renumbered.select(*fresh.columns))


def _touched(groups: Any, *, cells: Any, last_cells: Any, dirty: Any) -> Any:
    """The numbers of the groups that a change in the dirty categories touches."""
    before, now = last_cells.semi_join(dirty, "third_id"), cells.filter(_.shelf.isnull())
    pairs = before.select("second_id", "band").union(now.select("second_id", "band")).distinct()
    places = cells.select("cell", "third_id", "second_id", "band", *_weights())
    members = groups.select("cell", "group_id").join(places, "cell").mutate(kind=_.group_id % len(KINDS))
    own = members.filter(_.kind == 0).semi_join(dirty, "third_id")
    parents = members.filter(_.kind == 1).semi_join(pairs, ["second_id", "band"])
    rest = members.filter(_.kind > 1)  # few, and any change may have moved goods from or to them
    found = [part.select("group_id") for part in (own, parents, rest, _without_evidence(members, cells, last_cells))]
    return reduce(lambda a, b: a.union(b), found).distinct()


def _weights() -> list[str]:
    return [f"weight_{code}" for code in SHRUNK]


def _without_evidence(members: Any, cells: Any, last_cells: Any) -> Any:
    """The groups that show everybody's mean of an indicator, where that is another than it was."""
    weighed = members.group_by("group_id").agg(**{name: _[name].sum() for name in _weights()})
    now, before = _everybody(cells), _everybody(last_cells).rename(lambda name: f"last_{name}")
    joined = weighed.cross_join(now).cross_join(before)
    shown = [(_[f"weight_{code}"] == 0) & _is_another(code) for code in SHRUNK]
    return joined.filter(reduce(lambda a, b: a | b, shown))


def _is_another(code: str) -> Any:
    pairs = ((_[f"all_{kind}_{code}"], _[f"last_all_{kind}_{code}"]) for kind in ("sum", "weight"))
    return reduce(lambda a, b: a | b, (now != before for now, before in pairs))


def _everybody(cells: Any) -> Any:
    names = [f"{kind}_{code}" for code in SHRUNK for kind in ("sum", "weight")]
    return cells.agg(**{f"all_{name}": _[name].sum().fill_null(0.0) for name in names})


def _needed(groups: Any, *, cells: Any) -> Any:
    """The untouched cells whose goods stand in these groups."""
    places = cells.filter(_.shelf.notnull()).select("cell", "category", "third_id", "band", "shelf")
    return places.semi_join(groups, "cell")


def _goods_of(needed: Any, last_goods: Any, fresh: Any) -> Any:
    """The last run's goods of these cells, under this run's numbers."""
    joined = last_goods.drop("shelf").join(needed.drop("shelf"), ["third_id", "band"])
    return joined.select(*fresh.columns)


def _shelved(cells: Any, groups: Any) -> Any:
    """Cells with the shelf on which their goods lie: where they lay, or where the new ones are put."""
    put = keeping.with_shelves(cells.drop("shelf"), groups=groups).select("cell", put="shelf")
    return cells.join(put, "cell").mutate(shelf=_.shelf.fill_null(_.put)).drop("put")

"""The stages of a grading in an engine's SQL."""

from typing import Any

import ibis
from ibis.expr.operations import UnboundTable

from fenxiao.quality.engine import goods, indicators, keeping, peers, publishing
from fenxiao.quality.engine.changes import changes
from fenxiao.quality.engine.making import Making, Market, cells_of, make_grades, source, summed
from fenxiao.quality.engine.plans import Kind, Scope, Stage
from fenxiao.quality.rules import PolicyBody


def compiled(policy: PolicyBody, *, dialect: str, scope: Scope) -> tuple[Stage, ...]:
    """The stages of `scope` in an engine's SQL."""
    whole = stages(policy)
    made = changes(policy, whole=whole) if scope == Scope.CHANGE else whole
    found = [stage for stage in made.made if scope != Scope.GRADES or stage[1] != Kind.PUBLISHED]
    tables = {name for name, kind, _expression in found if kind not in {Kind.PUBLISHED, Kind.GRADES}}
    read = [_read_by(expression) & tables for *_name, expression in found]
    last_read = {name: number for number, names in enumerate(read) for name in names}
    return tuple(
        Stage(
            name=name,
            kind=kind,
            query=str(ibis.to_sql(expression, dialect=dialect)),
            done_with=tuple(sorted(table for table in read[number] if last_read[table] == number)),
        )
        for number, (name, kind, expression) in enumerate(found)
    )


def _read_by(expression: Any) -> set[str]:
    return {table.name for table in expression.op().find(UnboundTable)}


def stages(policy: PolicyBody) -> Making:
    """The stages of the whole market."""
    making = Making()
    keep = making.keep
    categories = keep("categories", goods.categories_of(source("products")))
    known = keep("goods", summed(categories, policy=policy), Kind.BY_RANGES)
    cells = keep("cells", cells_of(known, categories=categories, policy=policy))
    groups = keep("groups", peers.groups_of(cells, policy=policy))
    shares = keep("shares", indicators.shares_of(known, cells=cells))
    keep("brands", publishing.brands_of(shares, categories=categories), Kind.PUBLISHED)
    keep("last_cells", keeping.cells_to_keep(cells, groups=groups), Kind.PUBLISHED)
    keep("last_goods", keeping.goods_to_keep(known, cells=cells, groups=groups), Kind.PUBLISHED)
    keep("last_shares", keeping.shares_to_keep(shares, categories=categories), Kind.PUBLISHED)
    market = Market(goods=known, categories=categories, cells=cells, groups=groups, shares=shares)
    for name, expression in make_grades(making, market, policy=policy).items():
        keep(name, expression.order_by("group_key", *_ORDERS.get(name, ())), Kind.PUBLISHED)
    return making


_ORDERS = {"places": ("code", "upto")}

"""Making stages: expressions in turn, and those that every grading ends with."""

from dataclasses import dataclass
from typing import Any, Final

import ibis
from ibis import _

from fenxiao.quality.engine import indicators, levels, peers, publishing
from fenxiao.quality.engine.goods import goods_with_sums
from fenxiao.quality.engine.plans import Kind
from fenxiao.quality.engine.sources import SOURCES
from fenxiao.quality.rules import INDICATORS, PolicyBody, Power
from fenxiao.quality.rules.grades import COLUMNS


class Making:
    """Stages as they are made. What is read twice ends a stage: an engine would otherwise work it out twice."""

    def __init__(self) -> None:
        self.made: list[tuple[str, Kind, Any]] = []

    def keep(self, name: str, expression: Any, kind: Kind = Kind.KEPT) -> Any:
        """End a stage; returns the table it makes, bound to no engine."""
        self.made.append((name, kind, expression))
        return ibis.table(expression.schema(), name=name)

    def schema(self, name: str) -> Any:
        """The columns of a stage that was made."""
        return next(expression.schema() for made, _kind, expression in self.made if made == name)


@dataclass(frozen=True, kw_only=True)
class Market:
    """The tables that grades are made of: goods with their sums, and who and what they are compared with."""

    goods: Any
    categories: Any
    cells: Any
    groups: Any
    shares: Any


def source(name: str) -> Any:
    """The table of that name, bound to no engine."""
    return ibis.table(SOURCES[name], name=name)


def summed(categories: Any, *, policy: PolicyBody) -> Any:
    """The products of the sources with the sums of their windows."""
    return goods_with_sums(
        source("products"),
        categories=categories,
        days=source("days"),
        promotions=source("promotions"),
        before=source("before"),
        policy=policy,
    )


def cells_of(goods: Any, *, categories: Any, policy: PolicyBody) -> Any:
    """The cells of these goods, with all sums that groups and shares are made of."""
    sums = indicators.prior_sums() | {"net_long": _.net_long.sum(), "orders": _.orders.sum().cast("float64")}
    return peers.cells_of(goods, categories=categories, policy=policy, **sums)


def make_grades(making: Making, market: Market, *, policy: PolicyBody) -> dict[str, Any]:
    """The stages from a market's groups to the grades; returns what is to be published of the groups."""
    keep = making.keep
    priors = keep("priors", indicators.priors_of(market.goods, cells=market.cells, groups=market.groups))
    with_values = {"groups": market.groups, "priors": priors, "shares": market.shares, "policy": policy}
    places = {}
    for code, one in INDICATORS.items():
        members = indicators.valued(market.goods, codes=[code], **with_values)
        places[code] = keep(f"places_{code}", indicators.places_in(members, one))
    placed = indicators.with_places(indicators.valued(market.goods, **with_values), places=places)
    scored = keep("scored", levels.with_scores(placed, policy=policy).select(*_KEPT))
    by_score = keep("places_by_score", levels.places_by_score(scored))
    own = scored.filter(_.is_own).join(by_score, ["group_id", "score_bp"])
    own = own.join(priors.select("group_id", "peers"), "group_id").join(market.categories, "category")
    graded = levels.with_levels(own.mutate(band=_.cell % (len(policy.price_bands_fen) + 1)), policy=policy)
    keep("grades", graded.mutate(**_measures()).select(*COLUMNS), Kind.GRADES)
    names = publishing.names_of(market.groups, cells=market.cells)
    return {
        "peer_groups": publishing.groups_of(names, priors=priors),
        "places": publishing.places_of(places, names=names, priors=priors),
    }


_KEPT: Final = [
    *("product_id", "category", "cell", "group_id", "is_own", "peer_kind", "orders", "score_bp", "coverage_bp"),
    *("before_level", "before_scored", "override", "violations"),
    *(f"power_{power}" for power in Power),
    *(f"{letter}_{code}" for code in INDICATORS for letter in ("v", "e", "p")),
]


def _measures() -> dict[str, Any]:
    return {
        f"{code}_{name}": column
        for code in INDICATORS
        for name, column in {
            "value": _[f"v_{code}"],
            "evidence": _[f"e_{code}"].cast("int32"),
            "percentile_bp": _[f"p_{code}"],
        }.items()
    }

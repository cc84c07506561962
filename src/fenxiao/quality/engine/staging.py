"""The expressions in turn, from a snapshot's tables to grades."""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.operations import UnboundTable

from fenxiao.quality.engine import goods, indicators, levels, peers, publishing
from fenxiao.quality.engine.sources import SOURCES, source
from fenxiao.quality.rules import INDICATORS, PolicyBody, Power
from fenxiao.quality.rules.grades import COLUMNS

PLANS_KEPT: Final = 8  # writing the SQL of a policy takes longer than grading a small market
GOODS: Final = "goods"  # the stage whose rows each hang on one product's sources alone


class Kind(StrEnum):
    """What becomes of a stage's rows."""

    KEPT = "kept"  # a table that later stages read
    PUBLISHED = "published"  # a file beside the snapshot
    GRADES = "grades"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A query in an engine's SQL, what becomes of its rows, and the tables that no later stage reads."""

    name: str
    query: str
    kind: Kind
    done_with: tuple[str, ...]


@lru_cache(maxsize=PLANS_KEPT)
def compiled(policy: str, *, dialect: str, is_published: bool) -> tuple[Stage, ...]:
    """The stages in an engine's SQL for a policy (as JSON)."""
    found = [
        (name, kind, expression)
        for name, kind, expression in stages(PolicyBody.from_json(json.loads(policy)))
        if is_published or kind != Kind.PUBLISHED
    ]
    read = [{table.name for table in expression.op().find(UnboundTable)} for *_name, expression in found]
    last_read = {name: number for number, names in enumerate(read) for name in names}
    return tuple(
        Stage(
            name=name,
            kind=kind,
            query=str(ibis.to_sql(expression, dialect=dialect)),
            done_with=tuple(sorted(table for table in read[number] - set(SOURCES) if last_read[table] == number)),
        )
        for number, (name, kind, expression) in enumerate(found)
    )


def stages(policy: PolicyBody) -> list[tuple[str, Kind, Any]]:
    """The expressions in turn. What is read twice ends a stage: an engine would otherwise work it out twice."""
    made: list[tuple[str, Kind, Any]] = []

    def keep(name: str, expression: Any, kind: Kind = Kind.KEPT) -> Any:
        made.append((name, kind, expression))
        return ibis.table(expression.schema(), name=name)

    categories = keep("categories", goods.categories_of(source("products")))
    summed = goods.goods_with_sums(
        source("products"),
        categories=categories,
        days=source("days"),
        promotions=source("promotions"),
        before=source("before"),
        policy=policy,
    )
    known = keep(GOODS, summed)
    sums = indicators.prior_sums() | {"net_long": _.net_long.sum(), "orders": _.orders.sum().cast("float64")}
    cells = keep("cells", peers.cells_of(known, categories=categories, policy=policy, **sums))
    groups = keep("groups", peers.groups_of(cells, policy=policy))
    priors = keep("priors", indicators.priors_of(known, cells=cells, groups=groups))
    shares = keep("shares", indicators.shares_of(known, cells=cells))
    with_values = {"groups": groups, "priors": priors, "shares": shares, "policy": policy}
    places = {}
    for code, one in INDICATORS.items():
        members = indicators.valued(known, codes=[code], **with_values)
        places[code] = keep(f"places_{code}", indicators.places_in(members, one))
    keep("brands", publishing.brands_of(shares, categories=categories), Kind.PUBLISHED)
    keep("peer_groups", publishing.groups_of(groups, cells=cells, priors=priors), Kind.PUBLISHED)
    names = publishing.names_of(groups, cells=cells)
    keep("places", publishing.places_of(places, names=names, priors=priors), Kind.PUBLISHED)
    placed = indicators.with_places(indicators.valued(known, **with_values), places=places)
    scored = keep("scored", levels.with_scores(placed, policy=policy).select(*_KEPT))
    by_score = keep("places_by_score", levels.places_by_score(scored))
    own = scored.filter(_.is_own).join(by_score, ["group_id", "score_bp"])
    own = own.join(priors.select("group_id", "peers"), "group_id").join(categories, "category")
    graded = levels.with_levels(own.mutate(band=_.cell % (len(policy.price_bands_fen) + 1)), policy=policy)
    keep("grades", graded.mutate(**_measures()).select(*COLUMNS), Kind.GRADES)
    return made


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

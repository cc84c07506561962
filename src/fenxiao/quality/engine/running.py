"""Running the expressions on an engine, from a folder of Parquet files to one file of grades."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import duckdb
import ibis
from ibis import _

from fenxiao.quality.engine import goods, indicators, levels, peers
from fenxiao.quality.engine.sources import SOURCES, source
from fenxiao.quality.rules import INDICATORS, PolicyBody
from fenxiao.quality.rules.grades import COLUMNS

MEMORY: Final = "4GB"
ROW_GROUP: Final = 20_000  # a look-up by id reads one or two of these
PLANS_KEPT: Final = 8  # writing the SQL of a policy takes longer than grading a small market

KEPT: Final = ("product_id", "third_id", "second_id", "band", "peer_kind", "orders", "unit_fen", "category_brands")


def grade_files(snapshot: Path, *, policy: PolicyBody, into: Path, scratch: Path) -> None:
    """Grade the products of `snapshot` (a Parquet file per source) into the file `into`, in the order of ids."""
    *kept, last = compiled(json.dumps(policy.as_json(), sort_keys=True), dialect="duckdb")
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(scratch)}) as lake:
        for name in SOURCES:
            lake.execute(f"CREATE TEMP VIEW {name} AS FROM read_parquet('{snapshot / name}.parquet')")
        for name, query in kept:
            lake.execute(f"CREATE TEMP TABLE {name} AS {query}")
        form = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}"
        lake.execute(f"COPY ({last[1]}) TO '{into}' ({form})")


@lru_cache(maxsize=PLANS_KEPT)
def compiled(policy: str, *, dialect: str) -> tuple[tuple[str, str], ...]:
    """The stages in an engine's SQL for a policy (as JSON), each by the name under which the next ones read it."""
    found = stages(PolicyBody.from_json(json.loads(policy)))
    return tuple((name, str(ibis.to_sql(expression, dialect=dialect))) for name, expression in found)


def stages(policy: PolicyBody) -> list[tuple[str, Any]]:
    """The expressions in turn. What is read twice ends a stage: an engine would otherwise work it out twice."""
    made: list[tuple[str, Any]] = []

    def keep(name: str, expression: Any) -> Any:
        made.append((name, expression))
        return ibis.table(expression.schema(), name=name)

    summed = goods.goods_with_sums(
        source("products"), days=source("days"), promotions=source("promotions"), policy=policy
    )
    known = keep("goods", peers.with_own_kind(keep("summed", summed), policy=policy))
    numbered = indicators.with_numerators(indicators.with_brand_share(known), policy=policy)
    numbered = keep("numbered", numbered.select(*KEPT, *_parts(numbered)))
    members = keep("members", peers.memberships(numbered))
    valued = keep("valued", indicators.with_values(members, policy=policy))
    ranks = {code: keep(f"rank_{code}", indicators.ranks_of(valued, one)) for code, one in INDICATORS.items()}
    placed = keep("placed", indicators.with_places(valued, ranks=ranks))
    scored = levels.with_scores(placed, policy=policy).filter(_.is_own)
    graded = levels.with_levels(keep("scored", scored), before=source("before"), policy=policy)
    keep("grades", graded.mutate(orders=_.orders.cast("int64")).select(*COLUMNS).order_by("product_id"))
    return made


def _parts(table: Any) -> list[str]:
    return [name for name in table.columns if name.startswith(("n_", "e_"))]

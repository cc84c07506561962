"""Running the expressions on an engine, from a folder of Parquet files to one file of grades."""

from pathlib import Path
from typing import Any

import ibis
from ibis import _

from fenxiao.quality.engine import goods, indicators, levels, peers
from fenxiao.quality.rules import PolicyBody
from fenxiao.quality.rules.grades import COLUMNS

SNAPSHOT_FILES = ("products", "days", "promotions", "before")
MEMORY = "4GB"
ROW_GROUP = 20_000  # a look-up by id reads one or two of these


def grade_files(snapshot: Path, *, policy: PolicyBody, into: Path, scratch: Path) -> None:
    """Grade the products of `snapshot` (`SNAPSHOT_FILES` as Parquet) into the file `into`, in the order of ids."""
    connection = ibis.duckdb.connect(memory_limit=MEMORY, temp_directory=str(scratch))
    try:
        tables = {
            name: connection.read_parquet(snapshot / f"{name}.parquet", table_name=name) for name in SNAPSHOT_FILES
        }
        grades = _staged(connection, tables, policy)
        grades.to_parquet(into, row_group_size=ROW_GROUP, compression="zstd")
    finally:
        connection.disconnect()


def _staged(connection: Any, tables: dict[str, Any], policy: PolicyBody) -> Any:
    """The grades. Stages that are read twice are kept as tables: an engine would otherwise work them out twice."""
    products, days, promotions = tables["products"], tables["days"], tables["promotions"]
    summed = goods.goods_with_sums(products, days=days, promotions=promotions, policy=policy)
    known = connection.create_table("goods", peers.with_own_kind(summed, policy=policy), temp=True)
    numbered = indicators.with_numerators(indicators.with_brand_share(known), policy=policy)
    members = connection.create_table(
        "members", peers.memberships(numbered.select(*KEPT, *_parts(numbered))), temp=True
    )
    valued = connection.create_table("valued", indicators.with_values(members, policy=policy), temp=True)
    scored = levels.with_scores(indicators.with_places(valued), policy=policy).filter(_.is_own)
    graded = levels.with_levels(scored, before=tables["before"], policy=policy)
    return graded.mutate(orders=_.orders.cast("int64")).select(*COLUMNS).order_by("product_id")


KEPT = ("product_id", "third_id", "second_id", "band", "peer_kind", "orders", "unit_fen", "category_brands")


def _parts(table: Any) -> list[str]:
    return [name for name in table.columns if name.startswith(("n_", "e_"))]

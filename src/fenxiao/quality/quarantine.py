"""Facts that cannot be true: their products are set aside with the row and the reason, and keep the level they have.

Counts and money below zero, a lowest price above the highest, a category that the taxonomy has dropped. What is no
number at all never gets this far: PostgreSQL's columns are whole numbers, and a file that holds anything else fails the
run.
"""

from pathlib import Path
from typing import Final

import duckdb

FILE: Final = "quarantine.parquet"
GONE: Final = "category_gone"
NEGATIVE: Final = "negative"
CROSSED: Final = "lowest_above_highest"


def found_in(lake: duckdb.DuckDBPyConnection, *, days: list[str], promotions: list[str]) -> None:
    """Make the table `set_aside` of product, source, reason and row, from the tables `told_NAME`.

    `days` and `promotions` name the columns that cannot be below zero.
    """
    lake.execute(f"""
        CREATE TEMP TABLE set_aside AS
        SELECT product_id, 'products' AS source, '{GONE}' AS reason, to_json(p)::VARCHAR AS row
        FROM told_products p WHERE NOT is_known
        UNION ALL
        SELECT product_id, 'products', '{NEGATIVE}', to_json(p)::VARCHAR FROM told_products p WHERE price_fen < 0
        UNION ALL
        SELECT product_id, 'days', CASE WHEN least({", ".join(days)}) < 0 THEN '{NEGATIVE}' ELSE '{CROSSED}' END,
               to_json(d)::VARCHAR
        FROM told_days d WHERE least({", ".join(days)}) < 0 OR lowest_unit_fen > highest_unit_fen
        UNION ALL
        SELECT product_id, 'promotions', '{NEGATIVE}', to_json(o)::VARCHAR
        FROM told_promotions o WHERE least({", ".join(promotions)}) < 0
    """)  # noqa: S608  # our own names


def products_in(snapshot: Path) -> int:
    """How many products a snapshot has set aside."""
    with duckdb.connect() as lake:
        found = lake.execute(f"SELECT count(DISTINCT product_id) FROM read_parquet('{snapshot / FILE}')")  # noqa: S608  # our own file name
        return int(found.fetchall()[0][0])

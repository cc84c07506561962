"""Facts that cannot be true: their products are set aside with the row and the reason, and keep the level they have.

Counts and money below zero, a lowest price above the highest, a category that the taxonomy has dropped, and what is no
whole number (NaN, infinite, beyond 64 bits). PostgreSQL's columns refuse the last; a table that was altered does not.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

FILE: Final = "quarantine.parquet"
GONE: Final = "category_gone"
NEGATIVE: Final = "negative"
CROSSED: Final = "lowest_above_highest"
NO_NUMBER: Final = "no_whole_number"
MOST_TOLD: Final = 50


@dataclass(frozen=True, kw_only=True)
class SetAsideRow:
    """A row of facts that cannot be true."""

    product_id: int
    source: str
    reason: str
    row: str  # JSON; the line as it was, where it cannot be read


# What a reader of CSV leaves out, it keeps there with the whole line; each line begins with the product.
UNREADABLE: Final = f"""
INSERT INTO set_aside
SELECT DISTINCT split_part(csv_line, ',', 1)::BIGINT, parse_filename(file_path, true), '{NO_NUMBER}', csv_line
FROM reject_errors JOIN reject_scans USING (scan_id, file_id)
"""  # noqa: S608  # our own words


def found_in(lake: duckdb.DuckDBPyConnection, *, days: list[str], promotions: list[str]) -> None:
    """Make the table `set_aside` of product, source, reason and row, from the views `told_NAME` of files of CSV.

    `days` and `promotions` name the columns that cannot be below zero. The views keep what they cannot read
    (`store_rejects`), and every column of every row is read here, so no later reading meets a line that is not told.
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
    lake.execute(UNREADABLE)


def products_in(snapshot: Path) -> int:
    """How many products a snapshot has set aside."""
    with duckdb.connect() as lake:
        found = lake.execute(f"SELECT count(DISTINCT product_id) FROM read_parquet('{snapshot / FILE}')")  # noqa: S608  # our own file name
        return int(found.fetchall()[0][0])


def rows_in(folder: Path) -> list[SetAsideRow]:
    """The rows that are set aside there, at most so many; none where the file is gone."""
    file = folder / FILE
    if not file.exists():
        return []
    query = f"SELECT product_id, source, reason, row FROM read_parquet('{file}') ORDER BY ALL LIMIT {MOST_TOLD}"  # noqa: S608  # our own file name and number
    with duckdb.connect() as lake:
        rows = lake.execute(query).fetchall()
    return [SetAsideRow(**dict(zip(("product_id", "source", "reason", "row"), row, strict=True))) for row in rows]

"""Reading a run's grades: what changed, and single products within milliseconds."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from fenxiao.quality.layers import rows_of
from fenxiao.quality.lookups import few_rows
from fenxiao.quality.rules import Grade, MeasuredGrade
from fenxiao.quality.rules.grades import COLUMNS, HEAD

MEMORY = "1GB"

_opening = threading.Lock()
_opened: list[duckdb.DuckDBPyConnection] = []


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run found: how many products at each level, and those whose level or label differs from the catalog."""

    products: int
    changed: int
    by_level: dict[str, int]
    rows: duckdb.DuckDBPyConnection

    def batches(self, size: int) -> Iterator[list[dict[str, Any]]]:
        """The changes in the order of product ids, `size` at a time."""
        cursor = self.rows.execute("SELECT product_id, level, is_select, reason FROM changed ORDER BY product_id")
        while rows := cursor.fetchmany(size):
            yield [dict(zip(("product_id", "level", "is_select", "reason"), row, strict=True)) for row in rows]


def outcome(grades: Path, *, current: Iterator[bytes]) -> Outcome:
    """Compare the grades with the catalog's levels (CSV of id, level, label), of the products that this holds."""
    text = grades.with_name("current.csv")
    with text.open("wb") as file:
        file.writelines(current)
    rows = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(grades.parent)})
    columns = {"product_id": "BIGINT", "level": "INTEGER", "is_select": "VARCHAR"}
    rows.execute(f"""
        CREATE TEMP TABLE changed AS
        SELECT g.product_id, g.level, g.is_select, g.step AS reason
        FROM ({rows_of(grades, columns="product_id, level, is_select, step")}) g
        JOIN read_csv('{text}', header = false, columns = {columns}, auto_detect = false) c USING (product_id)
        WHERE g.level IS DISTINCT FROM c.level OR g.is_select IS DISTINCT FROM (c.is_select = 't')
    """)  # noqa: S608  # our own file names
    text.unlink()
    graded = rows_of(grades, columns="product_id, level")
    counted = rows.execute(f"SELECT level, count(*) FROM ({graded}) GROUP BY level").fetchall()  # noqa: S608  # our own file name
    by_level = {str(level): 0 for level in range(6)} | {str(level): count for level, count in counted}
    changed = rows.execute("SELECT count(*) FROM changed").fetchall()[0][0]
    return Outcome(products=sum(by_level.values()), changed=changed, by_level=by_level, rows=rows)


def grades_in(file: Path, product_ids: Sequence[int]) -> dict[int, Grade]:
    """The grades of these products without their measures (5 ms for one, 25 ms for 50 from anywhere in 200,000)."""
    return {row["product_id"]: Grade.from_row(row) for row in _rows(file, product_ids, HEAD)}


def measured_in(file: Path, product_ids: Sequence[int]) -> dict[int, MeasuredGrade]:
    """The grades of these products with all that they rest on (30 ms for one of 200,000)."""
    return {row["product_id"]: MeasuredGrade.from_row(row) for row in _rows(file, product_ids, COLUMNS)}


def product_ids_in(file: Path, *, sample: int | None = None) -> list[int]:
    """The products of a run, or a repeatable sample of so many, in the order of ids."""
    some = "" if sample is None else f"ORDER BY hash(product_id) LIMIT {int(sample)}"
    graded = rows_of(file, columns="product_id")
    query = f"SELECT product_id FROM (SELECT product_id FROM ({graded}) {some}) ORDER BY product_id"  # noqa: S608  # our own file name and a whole number
    return [row[0] for row in reader().execute(query).fetchall()]


def _rows(file: Path, product_ids: Sequence[int], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    if not product_ids:
        return []
    found = few_rows(file, product_ids, columns=columns)
    return _rows_anywhere(file, product_ids, columns) if found is None else found


def _rows_anywhere(file: Path, product_ids: Sequence[int], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    ids, low, high = ", ".join(str(int(pk)) for pk in product_ids), int(min(product_ids)), int(max(product_ids))
    where = f"product_id BETWEEN {low} AND {high} AND product_id IN ({ids})"
    found = reader().execute(rows_of(file, where=where, columns=", ".join(columns)))
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def reader() -> duckdb.DuckDBPyConnection:
    """A cursor of this process's one connection, which remembers the files' footers."""
    with _opening:
        if not _opened:
            reader = duckdb.connect(config={"memory_limit": MEMORY, "threads": 1})
            reader.execute("SET parquet_metadata_cache = true")
            _opened.append(reader)
        return _opened[0].cursor()

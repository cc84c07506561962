"""Rows of a few keys are those that a query of the whole file gives."""

from pathlib import Path

import duckdb
import pytest

from fenxiao.kernel.errors import Unavailable
from fenxiao.quality.layers import hidden_of, patch_of, rows_of
from fenxiao.quality.lookups import few_rows

GROUP = 2_048  # the least that DuckDB writes


def write(file: Path, query: str) -> Path:
    duckdb.sql(f"COPY ({query}) TO '{file}' (FORMAT parquet, ROW_GROUP_SIZE {GROUP})")
    return file


def days(file: Path, *, products: int = 10 * GROUP, gmv: int = 100) -> Path:
    query = f"SELECT 1 + id // 2 AS product_id, id % 2 AS age, {gmv} + id AS gmv FROM range({products}) r(id)"  # noqa: S608  # whole numbers
    return write(file, query)


def asked(file: Path, keys: list[int]) -> list[dict[str, object]]:
    with duckdb.connect() as lake:
        found = lake.execute(rows_of(file, where=f"product_id IN ({', '.join(map(str, keys))})"))
        columns = [column[0] for column in found.description or []]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def by_key(rows: list[dict[str, object]] | None) -> list[tuple[object, ...]]:
    return sorted(tuple(row.values()) for row in rows or [])


def test_rows_of_a_key_are_found_whole_also_across_two_row_groups(tmp_path: Path) -> None:
    query = f"SELECT 1 + (id + 1) // 2 AS product_id, id AS age FROM range({4 * GROUP}) r(id)"  # noqa: S608  # whole numbers
    file = write(tmp_path / "days.parquet", query)

    rows = few_rows(file, [1 + GROUP // 2])

    assert [row["age"] for row in rows or []] == [GROUP - 1, GROUP]


def test_what_lies_over_a_file_replaces_its_rows(tmp_path: Path) -> None:
    file = days(tmp_path / "days.parquet")
    write(hidden_of(file), "SELECT unnest([7, 9]) AS product_id")
    write(patch_of(file), "SELECT 7 AS product_id, 0 AS age, 5 AS gmv")

    rows = few_rows(file, [6, 7, 8, 9])

    assert by_key(rows) == by_key(asked(file, [6, 7, 8, 9]))
    assert [row["gmv"] for row in rows or [] if row["product_id"] == 7] == [5]
    assert not [row for row in rows or [] if row["product_id"] == 9]


def test_keys_that_are_not_there_have_no_rows(tmp_path: Path) -> None:
    file = days(tmp_path / "days.parquet")

    assert few_rows(file, [10**9]) == []
    assert few_rows(write(tmp_path / "before.parquet", "SELECT 1 AS product_id WHERE false"), [1]) == []


def test_keys_all_over_a_large_file_are_left_to_a_query(tmp_path: Path) -> None:
    file = days(tmp_path / "days.parquet")

    assert few_rows(file, [1 + n * GROUP // 2 for n in range(10)]) is None


def test_a_file_that_lacks_a_column_is_refused(tmp_path: Path) -> None:
    file = days(tmp_path / "days.parquet")

    with pytest.raises(Unavailable):
        few_rows(file, [1], columns=["product_id", "rate"])


def test_a_new_file_under_an_old_name_is_read_anew(tmp_path: Path) -> None:
    file = days(tmp_path / "days.parquet")
    before = few_rows(file, [3])
    file.unlink()
    days(file, gmv=900)

    assert by_key(few_rows(file, [3])) == by_key(asked(file, [3])) != by_key(before)

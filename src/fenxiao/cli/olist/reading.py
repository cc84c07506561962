"""The eight CSV files, read and joined in bounded memory: DuckDB spills to disk, rows are handed out in batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from fenxiao.kernel.errors import Refused

Row = dict[str, Any]
BATCH = 1_000
MEMORY = "512MB"

COLUMNS: dict[str, tuple[str, ...]] = {
    "olist_sellers_dataset": ("seller_id", "seller_city", "seller_state"),
    "olist_products_dataset": ("product_id", "product_category_name"),
    "product_category_name_translation": ("product_category_name", "product_category_name_english"),
    "olist_customers_dataset": ("customer_id", "customer_unique_id"),
    "olist_orders_dataset": (
        "order_id",
        "customer_id",
        "order_status",
        "order_purchase_timestamp",
        "order_approved_at",
        "order_delivered_carrier_date",
        "order_delivered_customer_date",
        "order_estimated_delivery_date",
    ),
    "olist_order_items_dataset": (
        "order_id",
        "order_item_id",
        "product_id",
        "seller_id",
        "shipping_limit_date",
        "price",
        "freight_value",
    ),
    "olist_order_payments_dataset": ("order_id", "payment_value"),
    "olist_order_reviews_dataset": ("review_id", "order_id", "review_score", "review_creation_date"),
}


class FileMissing(Refused):
    """One of the eight files is not there."""

    code, status = "olist_file_missing", 422
    zh = "{folder} 中缺少文件 {file}；请给出含有 8 个 Olist CSV 文件的文件夹"
    en = "{folder} lacks {file}; name the folder that holds the eight Olist CSV files"


class ColumnMissing(Refused):
    """A file lacks a column, or is no CSV."""

    code, status = "olist_column_missing", 422
    zh = "文件 {file} 无法使用：缺少列 {columns}"
    en = "{file} cannot be used: it lacks the columns {columns}"


@dataclass(frozen=True)
class Dataset:
    """The dataset, opened: one DuckDB connection with a view per file, every value as text."""

    connection: duckdb.DuckDBPyConnection

    def count(self, file: str) -> int:
        """How many rows a file has."""
        row = self.connection.execute(f"SELECT count(*) FROM {file}").fetchone()  # noqa: S608 - names from COLUMNS
        return int(row[0]) if row else 0

    def rows(self, query: str) -> Iterator[list[Row]]:
        """The rows of `query` in batches of `BATCH`, read as they are needed."""
        cursor = self.connection.cursor()
        cursor.execute(query)
        names = [column[0] for column in cursor.description or []]
        while batch := cursor.fetchmany(BATCH):
            yield [dict(zip(names, row, strict=True)) for row in batch]


def open_dataset(folder: Path) -> Dataset:
    """Open the eight files of `folder`. Refuses a missing file or column by its name."""
    connection = duckdb.connect(config={"memory_limit": MEMORY, "threads": 1})
    for file, columns in COLUMNS.items():
        path = folder / f"{file}.csv"
        if not path.is_file():
            raise FileMissing(folder=folder, file=path.name)
        _add_view(connection, file, path, columns)
    return Dataset(connection)


def _add_view(connection: duckdb.DuckDBPyConnection, name: str, path: Path, columns: tuple[str, ...]) -> None:
    try:
        connection.read_csv(str(path), all_varchar=True, header=True, quotechar='"', escapechar='"').create_view(name)
        found = {column[0] for column in connection.execute(f"DESCRIBE {name}").fetchall()}
    except duckdb.Error:
        found = set()
    if missing := set(columns) - found:
        raise ColumnMissing(file=path.name, columns=", ".join(sorted(missing)))


SELLERS = "SELECT seller_id, seller_city, seller_state FROM olist_sellers_dataset ORDER BY seller_id"

CATEGORIES = """
    SELECT p.name AS name, t.product_category_name_english AS english
    FROM (SELECT DISTINCT product_category_name AS name FROM olist_products_dataset WHERE product_category_name <> '') p
    LEFT JOIN product_category_name_translation t ON t.product_category_name = p.name
    ORDER BY p.name
"""

# The files give a product no price and may name several sellers for one: an offer is a seller's product at the
# price of its latest sale.
OFFERS = """
    SELECT p.product_id, p.product_category_name AS category, i.seller_id,
           arg_max(i.price, (i.shipping_limit_date, i.order_id, i.order_item_id)) AS price
    FROM olist_products_dataset p
    LEFT JOIN olist_order_items_dataset i USING (product_id)
    GROUP BY ALL
    ORDER BY p.product_id, i.seller_id
"""

ORDERS = """
    SELECT o.*, c.customer_unique_id, i.items, p.paid
    FROM olist_orders_dataset o
    LEFT JOIN olist_customers_dataset c USING (customer_id)
    LEFT JOIN (
        SELECT order_id, list({'line_no': order_item_id, 'product_id': product_id, 'seller_id': seller_id,
                               'price': price, 'freight': freight_value}
                              ORDER BY TRY_CAST(order_item_id AS INTEGER)) AS items
        FROM olist_order_items_dataset GROUP BY order_id
    ) i USING (order_id)
    LEFT JOIN (
        SELECT order_id, list(payment_value) AS paid FROM olist_order_payments_dataset GROUP BY order_id
    ) p USING (order_id)
    ORDER BY o.order_purchase_timestamp, o.order_id
"""

REVIEWS = """
    SELECT review_id, order_id, review_score, review_creation_date
    FROM olist_order_reviews_dataset ORDER BY review_creation_date, review_id, order_id
"""

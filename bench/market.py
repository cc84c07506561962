"""A market in the shapes that real ones have, as a snapshot's Parquet files. The same seed makes the same rows.

Categories are of Zipf sizes; four in ten products sold in ninety days, on a heavy-tailed number of days and with
heavy-tailed lines a day; prices end in nines and so tie; a fifth has no plan, half no brand, most no review.
"""

from pathlib import Path
from typing import Any, Final

import duckdb

LEAVES: Final = 1_440
LEAVES_OF_A_PARENT: Final = 10
MOST_DAYS: Final = 60
FORM: Final = "FORMAT parquet, COMPRESSION zstd"

# A number in [0, 1) for a product (and day) and a purpose.
MACROS: Final = """
CREATE MACRO chance(id, purpose) AS (hash(id * 1024 + purpose) >> 11)::DOUBLE / 9007199254740992;
CREATE MACRO chance_of(id, day, purpose) AS (hash((id * 128 + day) * 1024 + purpose) >> 11)::DOUBLE / 9007199254740992
  ;
CREATE MACRO tail(u, alpha, most) AS least(most, floor(pow(1 - u, -1 / alpha)))::INTEGER;
"""
# Normal to within a few per cent: the sum of four even chances.
PRODUCTS: Final = f"""
CREATE TABLE zipf AS
SELECT leaf, sum(1 / (leaf + 3)) OVER (ORDER BY leaf) / sum(1 / (leaf + 3)) OVER () AS upto FROM range(1,
  {LEAVES + 1}) r(leaf);
CREATE TABLE drawn AS
SELECT id, chance(id, 1) AS u, exp(8.9 + 1.7 * (chance(id, 2) + chance(id, 3) + chance(id, 4) + chance(id,
  5) - 2)) AS price
FROM range(1, $rows + 1) r(id);
CREATE TABLE made AS
SELECT id AS product_id, z.leaf, greatest(100, floor(d.price / 100) * 100 + CASE WHEN chance(id,
  6) < 0.8 THEN 90 ELSE 0 END)::BIGINT AS price_fen,
       CASE WHEN chance(id, 7) < 0.5 THEN z.leaf * 100 + tail(chance(id, 8), 0.6, 60) END AS brand_id
FROM drawn d ASOF JOIN zipf z ON d.u <= z.upto ORDER BY id;
"""  # noqa: S608  # our own numbers
PRODUCTS_FILE: Final = f"""
SELECT product_id, 'c-' || (leaf // {LEAVES_OF_A_PARENT}) || '-' || leaf AS third_id,
  'c-' || (leaf // {LEAVES_OF_A_PARENT}) AS second_id,
       brand_id, CASE WHEN brand_id IS NULL THEN 0 ELSE (hash(brand_id) % 4) END::INTEGER AS brand_tier,
       CASE WHEN brand_id IS NULL OR chance(product_id,
       9) < 0.4 THEN 0 ELSE 1 + (hash(product_id) % 3) END::INTEGER AS standing,
       price_fen, (floor(chance(product_id, 10) * 900) - 20)::INTEGER AS days_admitted,
       CASE WHEN chance(product_id, 11) < 0.8 THEN 100 * (1 + floor(40 * chance(product_id,
       12))) END::INTEGER AS rate_bp,
       NULL::VARCHAR AS override, CASE WHEN chance(product_id, 13) < 0.001 THEN 1 ELSE 0 END::INTEGER AS violations
FROM made ORDER BY product_id
"""  # noqa: S608  # our own numbers
DAYS: Final = f"""
WITH selling AS (
    SELECT product_id, price_fen, chance(product_id, 20) AS luck, tail(chance(product_id, 21), 0.9,
    {MOST_DAYS}) AS days
    FROM made WHERE chance(product_id, 22) < 0.4
), sold AS (
    SELECT product_id, price_fen, luck, n, 1 + ((hash(product_id) % 90) + n * 90 // days) % 90 AS age
    FROM selling, range(0, days) r(n)
), counted AS (
    SELECT *, CASE WHEN chance_of(product_id, age, 30) < 0.15 THEN 0 ELSE tail(chance_of(product_id, age, 31),
    1.3, 400) END AS lines,
           greatest(1, floor(price_fen * CASE WHEN chance_of(product_id, age,
           32) < 0.7 THEN 1 ELSE 0.8 + 0.3 * chance_of(product_id, age, 33) END))::BIGINT AS unit
    FROM sold
), known AS (
    SELECT *, CASE WHEN chance_of(product_id, age, 34) < 0.1 THEN floor(lines * chance_of(product_id, age,
    35)) ELSE 0 END AS refunded,
           floor(lines * chance_of(product_id, age, 36)) AS promoted,
           CASE WHEN chance_of(product_id, age, 37) < 0.3 THEN floor(lines * chance_of(product_id, age,
           38)) ELSE 0 END AS reviews,
           CASE WHEN chance_of(product_id, age, 39) < 0.7 THEN lines ELSE 0 END AS promised
    FROM counted
)
SELECT product_id, age::INTEGER AS age, lines::BIGINT AS paid_lines, lines::BIGINT AS units, lines * unit AS gmv_fen,
       (refunded * unit)::BIGINT AS refund_fen, (promoted * 12 + floor(5 * chance_of(product_id, age,
       40)))::BIGINT AS clicks,
       promoted::BIGINT AS promoted_lines, greatest(least(lines, 1),
       lines - floor(lines * 0.2 * luck))::BIGINT AS buyers,
       CASE WHEN lines > 0 THEN unit END AS lowest_unit_fen, CASE WHEN lines > 0 THEN unit END AS highest_unit_fen,
       CASE WHEN chance_of(product_id, age, 41) < 0.3 THEN refunded ELSE 0 END::BIGINT AS quality_refunds,
       promised::BIGINT AS promised_lines, floor(promised * (0.75 + 0.25 * luck))::BIGINT AS on_time_lines,
       reviews::BIGINT AS reviews, least(reviews * 5, round(reviews * (3.2 + 1.8 * luck)))::BIGINT AS stars
FROM known ORDER BY product_id, age
"""  # noqa: S608  # our own numbers
PROMOTIONS: Final = """
WITH promoted AS (
    SELECT product_id, sum(promoted_lines)::BIGINT AS lines, sum(gmv_fen * promoted_lines // greatest(paid_lines,
    1))::BIGINT AS gmv
    FROM read_parquet('$days') WHERE age <= 30 GROUP BY product_id HAVING sum(promoted_lines) > 0
), spread AS (SELECT *, least(lines, tail(chance(product_id, 50), 0.8, 50))::BIGINT AS creators FROM promoted)
SELECT product_id, 1 + (hash(product_id * 64 + n) % 50_000)::BIGINT AS creator_id,
  1 + lines // creators AS paid_lines, gmv // creators AS gmv_fen
FROM spread, range(0, creators) r(n) ORDER BY product_id, creator_id
"""
# Last night's levels, which most products have.
BEFORE: Final = """
SELECT product_id, (1 + hash(product_id * 1024 + 60) % 4)::BIGINT AS level,
  (1 + hash(product_id * 1024 + 61) % 4)::BIGINT AS scored
FROM made WHERE chance(product_id, 62) < 0.95 ORDER BY product_id
"""


def make(folder: Path, *, rows: int) -> None:
    """Write the files of a market with so many products into `folder`, which must be new."""
    folder.mkdir(parents=True)
    with duckdb.connect(config={"memory_limit": "5GB", "temp_directory": str(folder / "scratch")}) as lake:
        for statement in (MACROS + PRODUCTS.replace("$rows", str(rows))).split(";"):
            lake.execute(statement)
        files = {"products": PRODUCTS_FILE, "days": DAYS, "promotions": PROMOTIONS, "before": BEFORE}
        for name, query in files.items():
            told = query.replace("$days", str(folder / "days.parquet"))
            lake.execute(f"COPY ({told}) TO '{folder / name}.parquet' ({FORM})")


def statistics(folder: Path) -> dict[str, Any]:
    """What the market is like: sizes, tails, ties, gaps."""
    with duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(folder / "scratch")}) as lake:
        for name in ("products", "days", "promotions"):
            lake.execute(f"CREATE VIEW {name} AS FROM read_parquet('{folder / name}.parquet')")
        found = lake.execute(STATISTICS)
        names = [column[0] for column in found.description]
        return dict(zip(names, found.fetchall()[0], strict=True))


STATISTICS: Final = """
WITH sizes AS (SELECT count(*) AS size FROM products GROUP BY third_id),
sales AS (SELECT product_id, sum(gmv_fen) AS gmv, sum(reviews) AS reviews FROM days GROUP BY product_id),
ranked AS (SELECT gmv, ntile(100) OVER (ORDER BY gmv DESC) AS percent FROM sales)
SELECT (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM days) AS product_days,
       (SELECT count(*) FROM promotions) AS promotions, (SELECT count(*) FROM sizes) AS categories,
       (SELECT max(size) FROM sizes) AS largest_category,
       (SELECT median(size)::INTEGER FROM sizes) AS median_category,
       (SELECT min(size) FROM sizes) AS smallest_category,
       (SELECT count(*) FROM sales) / (SELECT count(*) FROM products) AS part_that_sold,
       (SELECT sum(gmv) FILTER (percent = 1) / sum(gmv) FROM ranked) AS gmv_of_the_top_percent,
       (SELECT count(*) FILTER (reviews > 0) FROM sales) / (SELECT count(*) FROM products) AS part_with_reviews,
       (SELECT count(rate_bp) / count(*) FROM products) AS part_with_a_plan,
       (SELECT 1 - count(DISTINCT (third_id, price_fen)) / count(*) FROM products) AS part_that_ties_in_price
"""

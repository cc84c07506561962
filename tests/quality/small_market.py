"""Small markets as a snapshot's Parquet files: by hand, where the right answer is obvious, or at random."""

from collections.abc import Collection, Sequence
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa

from fenxiao.quality.engine import SOURCES, grade_files
from fenxiao.quality.published import Published
from fenxiao.quality.results import measured_in
from fenxiao.quality.rules import MeasuredGrade, PolicyBody, default_policy
from fenxiao.quality.rules.recount import placed
from fenxiao.quality.snapshot import DAY_SUMS

TYPES = {"int64": pa.int64(), "int32": pa.int32(), "string": pa.string()}

Row = dict[str, Any]


def product(product_id: int, **fields: Any) -> Row:
    """A plain product of one category and band, 100.00, at 20 %, on offer for a year."""
    plain = {
        "third_id": "ap-2-1",
        "second_id": "ap-2",
        "brand_id": None,
        "brand_tier": 0,
        "standing": 0,
        "price_fen": 10_000,
        "rate_bp": 2_000,
        "days_admitted": 365,
        "override": None,
        "violations": 0,
    }
    return {"product_id": product_id} | plain | fields


def day(product_id: int, age: int, **fields: Any) -> Row:
    """One line of one unit for 100.00, by one buyer, `age` days ago."""
    sale = {
        "paid_lines": 1,
        "units": 1,
        "gmv_fen": 10_000,
        "buyers": 1,
        "lowest_unit_fen": 10_000,
        "highest_unit_fen": 10_000,
    }
    return {"product_id": product_id, "age": age} | dict.fromkeys(DAY_SUMS, 0) | sale | fields


def frozen(
    folder: Path,
    *,
    products: Sequence[Row],
    days: Sequence[Row] = (),
    promotions: Sequence[Row] = (),
    before: Sequence[Row] = (),
) -> Path:
    """Such a market as a snapshot."""
    snapshot = folder / f"market-{len(list(folder.iterdir()))}"
    snapshot.mkdir()
    for name, rows in {"products": products, "days": days, "promotions": promotions, "before": before}.items():
        write_rows(snapshot / f"{name}.parquet", rows, SOURCES[name])
    return snapshot


def grade(
    folder: Path, *, products: Sequence[Row], policy: PolicyBody | None = None, **rows: Sequence[Row]
) -> dict[int, MeasuredGrade]:
    """The grades of such a market."""
    snapshot = frozen(folder, products=products, **rows)
    return grades_in(snapshot, [row["product_id"] for row in products], policy=policy)


def grades_in(
    snapshot: Path, product_ids: Sequence[int], *, policy: PolicyBody | None = None
) -> dict[int, MeasuredGrade]:
    """What the engine says of these products, and their places among the peers it publishes."""
    file, body = snapshot / "grades.parquet", policy or default_policy()
    grade_files(snapshot, policy=body, into=file, scratch=snapshot / "scratch")
    published = Published(snapshot)
    facts = published.raw(product_ids)
    return {
        pk: placed(one, peers=published.peers(facts[pk], policy=body))
        for pk, one in measured_in(file, product_ids).items()
    }


def write_rows(path: Path, rows: Sequence[Row], columns: dict[str, str]) -> None:
    """A file of these rows."""
    schema = pa.schema([(name, TYPES[kind]) for name, kind in columns.items()])
    table = pa.Table.from_pylist(list(rows), schema=schema)
    with duckdb.connect() as lake:
        lake.register("made", table)
        lake.execute(f"COPY made TO '{path}' (FORMAT parquet)")


def random_market(random: Random, size: int) -> dict[str, list[Row]]:
    """Products of uneven categories with ties, gaps and heavy sellers."""
    products = [_random_product(random, pk) for pk in range(1, size + 1)]
    days = [
        _random_day(random, row, age)
        for row in products
        if random.random() < 0.8
        for age in random.sample(range(1, 91), random.choice([1, 2, 5, 30]))
    ]
    promotions = [
        {"product_id": row["product_id"], "creator_id": creator, "paid_lines": 1, "gmv_fen": row["price_fen"]}
        for row in products
        for creator in random.sample(range(1, 30), random.choice([0, 0, 1, 3]))
    ]
    before = [
        {"product_id": row["product_id"], "level": level, "scored": random.randint(0, 5)}
        for row in products
        if (level := random.randint(-3, 5)) >= 0
    ]
    return {"products": products, "days": days, "promotions": promotions, "before": before}


def _random_product(random: Random, pk: int) -> Row:
    category = min(int(random.paretovariate(0.7)), 40)
    return product(
        pk,
        third_id=f"c-{category // 4}-{category}",
        second_id=f"c-{category // 4}",
        brand_id=random.choice([None, 1, 2, 3]),
        brand_tier=random.randint(0, 3),
        standing=random.randint(0, 3),
        price_fen=int(random.lognormvariate(9, 1)) + 1,
        rate_bp=random.choice([None, 500, 2_000, 4_000]),
        days_admitted=random.choice([-200, 0, 10, 300]),
    )


def _random_day(random: Random, row: Row, age: int) -> Row:
    lines = int(random.paretovariate(1.0))
    price = max(1, int(row["price_fen"] * random.choice([0.8, 1, 1, 1.2])))
    reviews = random.randint(0, 2)
    return day(
        row["product_id"],
        age,
        paid_lines=lines,
        units=lines,
        gmv_fen=lines * price,
        refund_fen=random.choice([0, 0, 0, price]),
        clicks=random.choice([0, 10, 50]),
        promoted_lines=random.randint(0, lines),
        buyers=random.randint(1, lines),
        lowest_unit_fen=price,
        highest_unit_fen=price,
        quality_refunds=int(random.random() < 0.1),
        promised_lines=lines,
        on_time_lines=random.randint(0, lines),
        reviews=reviews,
        stars=sum(random.randint(1, 5) for _ in range(reviews)),
    )


def with_violations(
    random: Random, market: dict[str, list[Row]], *, overrides: Collection[str]
) -> dict[str, list[Row]]:
    """The market where these second-level categories have an override each, and some goods one or two violations."""
    for row in market["products"]:
        row["override"] = row["second_id"] if row["second_id"] in overrides else None
        row["violations"] = random.choice([0] * 20 + [1, 2])
    return market

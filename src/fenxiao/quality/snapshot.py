"""What a grading reads, frozen as Parquet: products, their days and promotions, and what the run before said.

Rows leave PostgreSQL by COPY in the order of their keys, so that equal facts give an equal digest.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Final, Protocol

import duckdb
from django.db import connection
from django.db.models import Q

from fenxiao.catalog.models import Category, Product, ProductState
from fenxiao.catalog.queries import violations_standing
from fenxiao.deals.queries import rates_at
from fenxiao.kernel.settings import settings
from fenxiao.quality import quarantine
from fenxiao.quality.engine import SOURCES
from fenxiao.quality.layers import FORM, rows_of
from fenxiao.quality.rules import PolicyBody, override_on

RATES_AT_ONCE: Final = 5_000


class Digest(Protocol):
    """What `hashlib` gives."""

    def update(self, block: bytes, /) -> None:
        """Take in more bytes."""


DUCKDB: Final = {"int64": "BIGINT", "int32": "INTEGER", "string": "VARCHAR", "bool": "BOOLEAN"}
RATES: Final = {"product_id": "int64", "rate_bp": "int32"}
OVERRIDES: Final = {"category_id": "string", "override": "string"}
VIOLATIONS: Final = {"product_id": "int64", "violations": "int32"}
JOINED_COLUMNS: Final = ("rate_bp", "override", "violations")  # of the products, from files of their own
PRODUCTS: Final = """
SELECT p.* EXCLUDE (category_id, is_known), r.rate_bp, o.override, coalesce(v.violations, 0)::INTEGER AS violations
FROM told_products p LEFT JOIN {rates} r USING (product_id) LEFT JOIN {overrides} o USING (category_id)
LEFT JOIN {violations} v USING (product_id)
"""
NOT_SET_ASIDE: Final = "WHERE product_id NOT IN (SELECT product_id FROM set_aside)"
DAY_SUMS: Final = [name for name in SOURCES["days"] if name not in {"product_id", "age"}]

COPY_PRODUCTS: Final = """
SELECT p.id, third.id, coalesce(third.parent_id, third.id), p.brand_id, coalesce(b.tier, 0), coalesce(q.standing, 0),
       p.price_fen, %(as_of)s::date - (p.admitted_at AT TIME ZONE %(zone)s)::date,
       c.id, c.is_active AND third.is_active
FROM catalog_product p
JOIN catalog_category c ON c.id = p.category_id
JOIN catalog_category third ON third.id = coalesce(c.third_id, c.id)
LEFT JOIN catalog_brand b ON b.id = p.brand_id
LEFT JOIN catalog_brandqualification q ON q.merchant_id = p.merchant_id AND q.brand_id = p.brand_id
  AND q.valid_from <= %(as_of)s AND (q.valid_until IS NULL OR q.valid_until >= %(as_of)s)
WHERE p.state = %(admitted)s AND (%(thirds)s::text[] IS NULL OR third.id = ANY(%(thirds)s::text[])) ORDER BY p.id
"""
COPY_DAYS: Final = f"""
SELECT d.product_id, %(as_of)s::date - d.day, {", ".join(f"d.{name}" for name in DAY_SUMS)}
FROM facts_productday d JOIN catalog_product p ON p.id = d.product_id
JOIN catalog_category c ON c.id = p.category_id
WHERE p.state = %(admitted)s
  AND (%(thirds)s::text[] IS NULL OR coalesce(c.third_id, c.id) = ANY(%(thirds)s::text[]))
  AND d.day < %(as_of)s AND d.day >= %(as_of)s::date - %(long_days)s
ORDER BY d.product_id, d.day
"""  # noqa: S608  # the columns are this module's own
COPY_PROMOTIONS: Final = """
SELECT d.product_id, d.creator_id, sum(d.paid_lines), sum(d.gmv_fen)
FROM facts_promotionday d JOIN catalog_product p ON p.id = d.product_id
JOIN catalog_category c ON c.id = p.category_id
WHERE p.state = %(admitted)s
  AND (%(thirds)s::text[] IS NULL OR coalesce(c.third_id, c.id) = ANY(%(thirds)s::text[]))
  AND d.paid_lines > 0 AND d.day < %(as_of)s AND d.day >= %(as_of)s::date - %(short_days)s
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be frozen: facts of days before `as_of`, rates in force at `moment`."""

    as_of: date
    moment: datetime
    policy: PolicyBody
    before: Path | None  # the grades of the run before; None places every product directly
    thirds: Sequence[str] | None = None  # third-level categories whose products are wanted; None: all


def freeze(folder: Path, *, asked: Asked) -> str:
    """Write the snapshot into `folder`, which must be new; returns the digest of all that was read."""
    folder.mkdir(parents=True)
    digest = sha256(repr((asked.as_of.isoformat(), asked.policy, asked.thirds)).encode())
    parameters = {
        "as_of": asked.as_of.isoformat(),
        "zone": settings().time_zone,
        "admitted": ProductState.ADMITTED.value,
        "long_days": asked.policy.long_days,
        "short_days": asked.policy.short_days,
        "thirds": None if asked.thirds is None else list(asked.thirds),
    }
    for name, statement in (("products", COPY_PRODUCTS), ("days", COPY_DAYS), ("promotions", COPY_PROMOTIONS)):
        _write(folder / f"{name}.csv", copied(statement, parameters), digest)
    _write(folder / "rates.csv", _rates(asked), digest)
    _write(folder / "overrides.csv", _overrides(asked.policy), digest)
    _write(folder / "violations.csv", _violations(asked.moment), digest)
    with duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(folder)}) as lake:
        _to_parquet(lake, folder, asked, digest)
    for text in folder.glob("*.csv"):
        text.unlink()
    return digest.hexdigest()


def copied(statement: str, parameters: dict[str, object]) -> Iterator[bytes]:
    """The rows of a statement as CSV, block by block."""
    copying = f"COPY ({statement}) TO STDOUT (FORMAT csv)"
    # psycopg's own cursor: what Django wraps around it while it debugs takes no parameters for COPY
    with connection.cursor() as cursor, cursor.cursor.copy(copying, parameters) as copy:
        yield from (bytes(block) for block in copy)


def _write(path: Path, blocks: Iterator[bytes], digest: Digest) -> None:
    with path.open("wb") as file:
        for block in blocks:
            digest.update(block)
            file.write(block)


def _rates(asked: Asked) -> Iterator[bytes]:
    """The rate anyone gets on each wanted product that has one: the answer of `deals`, some thousands at a time."""
    products = Product.objects.filter(state=ProductState.ADMITTED)
    if asked.thirds is not None:
        categories = Category.objects.filter(Q(third__in=asked.thirds) | Q(third=None, pk__in=asked.thirds))
        products = products.filter(category__in=categories)
    ids = iter(list(products.order_by("pk").values_list("pk", flat=True)))
    while some := list(islice(ids, RATES_AT_ONCE)):
        rates = rates_at(some, asked.moment)
        yield "".join(f"{pk},{rates[pk]}\n" for pk in some if pk in rates).encode()


def _overrides(policy: PolicyBody) -> Iterator[bytes]:
    """Each category for which an override counts, with its key."""
    parents = dict(Category.objects.order_by("pk").values_list("pk", "parent_id")) if policy.overrides else {}
    found = ((pk, override_on(_path(pk, parents), policy=policy)) for pk in parents)
    text = StringIO()
    csv.writer(text).writerows(row for row in found if row[1] is not None)
    yield text.getvalue().encode()


def _path(category: str, parents: Mapping[str, str | None]) -> list[str]:
    """The ids from the top of the tree down to this category."""
    path, above = [category], parents[category]
    while above is not None and above not in path:
        path.append(above)
        above = parents[above]
    return path[::-1]


def _violations(moment: datetime) -> Iterator[bytes]:
    """How many violations of each product stand at the moment."""
    standing = violations_standing(None, moment=moment)
    yield "".join(f"{pk},{len(found)}\n" for pk, found in standing.items()).encode()


def _to_parquet(lake: duckdb.DuckDBPyConnection, folder: Path, asked: Asked, digest: Digest) -> None:
    told = {name: kind for name, kind in SOURCES["products"].items() if name not in JOINED_COLUMNS}
    kinds = {
        "products": told | {"category_id": "string", "is_known": "bool"},
        "days": SOURCES["days"],
        "promotions": SOURCES["promotions"],
    }
    for name, columns in kinds.items():
        lake.execute(f"CREATE TEMP VIEW told_{name} AS FROM {_csv(folder, name, columns, is_strict=False)}")
    quarantine.found_in(lake, days=DAY_SUMS, promotions=["paid_lines", "gmv_fen"])
    _keep(lake, folder, Path(quarantine.FILE).stem, "FROM set_aside ORDER BY ALL")
    if asked.thirds is not None:
        _keep(lake, folder, "told", "SELECT product_id FROM told_products")
    parts = {"rates": RATES, "overrides": OVERRIDES, "violations": VIOLATIONS}
    files = {name: _csv(folder, name, columns) for name, columns in parts.items()}
    _keep(lake, folder, "products", f"{PRODUCTS.format(**files)} {NOT_SET_ASIDE} ORDER BY product_id")
    for name in ("days", "promotions"):
        _keep(lake, folder, name, f"FROM told_{name} {NOT_SET_ASIDE}")
    if asked.before is not None:
        digest.update(asked.before.parent.name.encode())
        before = rows_of(asked.before, columns="product_id, level, scored")
        wanted = "" if asked.thirds is None else "SEMI JOIN told_products USING (product_id)"
        _keep(lake, folder, "before", f"FROM ({before}) {wanted} ORDER BY product_id")
    else:
        empty = ", ".join(f"NULL::{DUCKDB[kind]} AS {name}" for name, kind in SOURCES["before"].items())
        _keep(lake, folder, "before", f"SELECT {empty} WHERE false")


def _csv(folder: Path, name: str, columns: dict[str, str], *, is_strict: bool = True) -> str:
    """A file's rows as SQL; where it is not read strictly, rows that are no rows of these kinds are kept elsewhere."""
    typed = {column: DUCKDB[kind] for column, kind in columns.items()}
    others = "" if is_strict else ", store_rejects = true"
    return f"read_csv('{folder / name}.csv', header = false, columns = {typed}, auto_detect = false{others})"


def _keep(lake: duckdb.DuckDBPyConnection, folder: Path, name: str, query: str) -> None:
    lake.execute(f"COPY ({query}) TO '{folder / name}.parquet' ({FORM})")

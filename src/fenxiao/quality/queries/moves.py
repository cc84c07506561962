"""Who would move: a run's grades (a dry run's, as a rule) against the levels in force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from fenxiao.catalog.models import Category, Product, ProductState
from fenxiao.parties.models import Organisation
from fenxiao.quality import results, snapshot
from fenxiao.quality.layers import rows_of
from fenxiao.quality.models import GradingRun
from fenxiao.quality.queries.grades import file_of
from fenxiao.quality.rules import Words

MOST_MOVERS: Final = 20
MOST_GROUPS: Final = 20
IN_FORCE: Final = "SELECT id, level, merchant_id FROM catalog_product WHERE state = %(admitted)s"
JOINED: Final = """
CREATE TEMP TABLE moved AS
SELECT g.product_id, g.third_id, c.merchant_id, c.level AS before, g.{after} AS after, g.score_bp / 100.0 AS score,
       g.gmv_30d_value::BIGINT * (g.gmv_30d_evidence > 0)::INT AS gmv_fen
FROM ({grades}) g JOIN read_csv(?, header = false, auto_detect = false,
  columns = {{'product_id': 'BIGINT', 'level': 'INTEGER', 'merchant_id': 'BIGINT'}}) c USING (product_id)
"""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """So many products go from one level to another; `gmv_fen` is their net GMV of 30 days (capped, as graded)."""

    before: int | None  # None: not graded yet
    after: int
    products: int
    gmv_fen: int


@dataclass(frozen=True, kw_only=True)
class Mover:
    """One product that moves."""

    product_id: int
    title: str
    merchant: str
    before: int | None
    after: int
    score: float
    gmv_fen: int


@dataclass(frozen=True, kw_only=True)
class Group:
    """What moves in one category or of one merchant."""

    key: str
    name: Words
    up: int
    down: int
    gmv_fen: int  # of what moves


@dataclass(frozen=True, kw_only=True)
class Moves:
    """Who moves between the levels in force and a run's."""

    run: int
    policy: int
    products: int
    up: int
    down: int
    new: int  # without a level so far
    gmv_up_fen: int
    gmv_down_fen: int  # at stake
    matrix: tuple[Cell, ...]
    movers: tuple[Mover, ...]  # the biggest by GMV, then by levels moved
    categories: tuple[Group, ...]
    merchants: tuple[Group, ...]


def moves_of(run: GradingRun, *, eventually: bool = True) -> Moves:
    """Who moves under `run`: to the level scored, or, not `eventually` but in this run, by its steps.

    Refuses (`Unavailable`) a run whose grades are gone.
    """
    with TemporaryDirectory() as folder, results.reader() as rows:
        text = Path(folder) / "in-force.csv"
        with text.open("wb") as file:
            file.writelines(snapshot.copied(IN_FORCE, {"admitted": ProductState.ADMITTED.value}))
        joined = JOINED.format(after="scored" if eventually else "level", grades=rows_of(file_of(run)))
        rows.execute(joined, [str(text)])
        matrix = tuple(Cell(**row) for row in _rows(rows, MATRIX))
        return Moves(
            run=run.pk,
            policy=run.policy.number,
            products=sum(cell.products for cell in matrix),
            up=sum(cell.products for cell in _risen(matrix)),
            down=sum(cell.products for cell in _fallen(matrix)),
            new=sum(cell.products for cell in matrix if cell.before is None),
            gmv_up_fen=sum(cell.gmv_fen for cell in _risen(matrix)),
            gmv_down_fen=sum(cell.gmv_fen for cell in _fallen(matrix)),
            matrix=matrix,
            movers=_movers(_rows(rows, MOVERS)),
            categories=_categories(_rows(rows, GROUPS.format(key="third_id"))),
            merchants=_merchants(_rows(rows, GROUPS.format(key="merchant_id"))),
        )


MATRIX: Final = """
SELECT before, after, count(*) AS products, sum(gmv_fen)::BIGINT AS gmv_fen FROM moved
GROUP BY before, after ORDER BY before NULLS FIRST, after
"""
MOVERS: Final = f"""
SELECT product_id, before, after, score, gmv_fen FROM moved WHERE before <> after
ORDER BY gmv_fen DESC, abs(after - before) DESC, product_id LIMIT {MOST_MOVERS}
"""  # noqa: S608  # our own number
GROUPS: Final = f"""
SELECT {{key}} AS key, count(*) FILTER (WHERE after > before) AS up, count(*) FILTER (WHERE after < before) AS down,
       sum(gmv_fen)::BIGINT AS gmv_fen
FROM moved WHERE before <> after GROUP BY 1 ORDER BY up + down DESC, gmv_fen DESC, key LIMIT {MOST_GROUPS}
"""  # noqa: S608  # our own number


def _rows(rows: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = rows.execute(query)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _risen(matrix: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in matrix if cell.before is not None and cell.after > cell.before]


def _fallen(matrix: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in matrix if cell.before is not None and cell.after < cell.before]


def _movers(rows: Sequence[Mapping[str, Any]]) -> tuple[Mover, ...]:
    goods = Product.objects.select_related("merchant").in_bulk([row["product_id"] for row in rows])
    told = [(row, goods[row["product_id"]]) for row in rows]
    return tuple(Mover(**row, title=product.title, merchant=product.merchant.name) for row, product in told)


def _categories(rows: Sequence[Mapping[str, Any]]) -> tuple[Group, ...]:
    named = Category.objects.in_bulk([row["key"] for row in rows])
    return tuple(Group(**row, name=Words(named[row["key"]].name_zh, named[row["key"]].name_en)) for row in rows)


def _merchants(rows: Sequence[Mapping[str, Any]]) -> tuple[Group, ...]:
    named = Organisation.objects.in_bulk([row["key"] for row in rows])
    return tuple(
        Group(**{**row, "key": str(row["key"])}, name=Words(named[row["key"]].name, named[row["key"]].name))
        for row in rows
    )

"""One backtest: freeze what was known, grade it in a folder of its own, read what followed."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
from django.db import connection

from fenxiao.kernel import clock
from fenxiao.kernel.errors import BadInput
from fenxiao.quality import lake, snapshot
from fenxiao.quality.backtest.outcomes import outcomes_between
from fenxiao.quality.engine import grade_files
from fenxiao.quality.rules import PolicyBody
from fenxiao.quality.rules.backtesting import Correlation, Foretold, LevelOutcome, by_level, correlations

KNOWN: Final = """
SELECT id FROM catalog_product p
WHERE p.admitted_at < %(at)s OR EXISTS (SELECT FROM facts_productday d WHERE d.product_id = p.id AND d.day < %(day)s)
ORDER BY id
"""


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """A grading of the past beside what followed."""

    at: date
    until: date
    weight: float
    products: int
    levels: tuple[LevelOutcome, ...]
    correlations: tuple[Correlation, ...]


def backtest(*, at: date, horizon: int, policy: PolicyBody, today: date, weight: float = 1.0) -> Backtest:
    """Grade on what was known before `at` and say what followed in the `horizon` days from then on.

    Products are placed directly; nothing is written but files that go at the end. `weight` is how many lines one
    received line stands for, where the facts hold only a part of these. Refuses a horizon that has not passed.
    """
    until = at + timedelta(days=horizon)
    if horizon < 1 or until > today:
        raise BadInput(
            field="--horizon",
            reason_zh=f"观察期应至少 1 天，且在 {today} 前结束",
            reason_en=f"at least one day, and over before {today}",
        )
    foretold = _foretold(at, policy)
    if not foretold:
        raise BadInput(field="--at", reason_zh=f"{at} 前没有任何商品", reason_en=f"no product was known before {at}")
    followed = outcomes_between(clock.day_start(at), clock.day_start(until), weight=weight)
    return Backtest(
        at=at,
        until=until,
        weight=weight,
        products=len(foretold),
        levels=by_level(foretold, followed),
        correlations=correlations(foretold, followed),
    )


def _foretold(at: date, policy: PolicyBody) -> list[Foretold]:
    lake.absolute("").mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=lake.absolute(""), prefix="backtest-") as name:
        folder = Path(name)
        _freeze(folder / "snapshot", at, policy)
        grade_files(
            folder / "snapshot",
            policy=policy,
            into=folder / "grades.parquet",
            scratch=folder / "scratch",
            is_published=False,
        )
        query = "SELECT product_id, level, score_bp / 100.0, orders, review_score_value"
        with duckdb.connect() as rows:
            found = rows.execute(f"{query} FROM read_parquet('{folder / 'grades.parquet'}') ORDER BY 1").fetchall()
    names = ("product_id", "level", "score", "sales", "review")
    return [Foretold(**dict(zip(names, row, strict=True))) for row in found]


def _freeze(folder: Path, at: date, policy: PolicyBody) -> None:
    """What was known: an imported product since it first sold, any other since it was admitted."""
    asked = snapshot.Asked(as_of=at, moment=clock.day_start(at), policy=policy, before=None)
    snapshot.freeze(folder, asked=asked)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"at": clock.day_start(at), "day": at})
        known = [row[0] for row in cursor.fetchall()]
    file, whole = folder / "products.parquet", folder / "all-products.parquet"
    file.rename(whole)
    with duckdb.connect() as rows:
        rows.execute("CREATE TEMP TABLE known AS SELECT unnest(?::BIGINT[]) AS product_id", [known])
        query = f"FROM read_parquet('{whole}') SEMI JOIN known USING (product_id) ORDER BY product_id"
        rows.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
    whole.unlink()

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
from fenxiao.kernel.settings import settings
from fenxiao.quality import lake, quarantine, snapshot
from fenxiao.quality.backtest.outcomes import outcomes_between
from fenxiao.quality.engine import engine_named, grade_files
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
    engine: str
    products: int
    quarantined: int  # products set aside for facts that cannot be true; nothing is said of them
    set_aside: tuple[quarantine.SetAsideRow, ...]  # some of their rows
    levels: tuple[LevelOutcome, ...]
    correlations: tuple[Correlation, ...]


def backtest(*, at: date, horizon: int, policy: PolicyBody, today: date, weight: float = 1.0) -> Backtest:
    """Grade on what was known before `at` and say what followed in the `horizon` days from then on.

    Products are placed directly, on the engine that gradings run on; nothing is written but files that go at the end.
    `weight` is how many lines one received line stands for, where the facts hold only a part of these. Refuses a
    horizon that has not passed.
    """
    until = at + timedelta(days=horizon)
    if horizon < 1 or until > today:
        raise BadInput(
            field="--horizon",
            reason_zh=f"观察期应至少 1 天，且在 {today} 前结束",
            reason_en=f"at least one day, and over before {today}",
        )
    graded = _graded(at, policy)
    if not graded.foretold:
        raise BadInput(field="--at", reason_zh=f"{at} 前没有任何商品", reason_en=f"no product was known before {at}")
    followed = outcomes_between(clock.day_start(at), clock.day_start(until), weight=weight)
    return Backtest(
        at=at,
        until=until,
        weight=weight,
        engine=engine_named(settings().engine),
        products=len(graded.foretold),
        quarantined=graded.quarantined,
        set_aside=graded.set_aside,
        levels=by_level(graded.foretold, followed),
        correlations=correlations(graded.foretold, followed),
    )


@dataclass(frozen=True, kw_only=True)
class Graded:
    """What a policy said at the date, and of which products it could say nothing."""

    foretold: list[Foretold]
    quarantined: int
    set_aside: tuple[quarantine.SetAsideRow, ...]


def _graded(at: date, policy: PolicyBody) -> Graded:
    lake.absolute("").mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=lake.absolute(""), prefix="backtest-") as name:
        folder = Path(name)
        frozen, grades = folder / "snapshot", folder / "grades.parquet"
        _freeze(frozen, at, policy)
        grade_files(
            frozen,
            policy=policy,
            into=grades,
            scratch=folder / "scratch",
            engine=settings().engine,
            is_published=False,
        )
        return Graded(
            foretold=_foretold(grades),
            quarantined=quarantine.products_in(frozen),
            set_aside=tuple(quarantine.rows_in(frozen)),
        )


def _foretold(grades: Path) -> list[Foretold]:
    query = "SELECT product_id, level, score_bp / 100.0, orders, review_score_value"
    with duckdb.connect() as rows:
        found = rows.execute(f"{query} FROM read_parquet('{grades}') ORDER BY 1").fetchall()
    names = ("product_id", "level", "score", "sales", "review")
    return [Foretold(**dict(zip(names, row, strict=True))) for row in found]


def _freeze(folder: Path, at: date, policy: PolicyBody) -> None:
    """What was known: an imported product since it first sold, any other since it was admitted."""
    asked = snapshot.Asked(as_of=at, moment=clock.day_start(at), policy=policy, before=None)
    snapshot.freeze(folder, asked=asked)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"at": clock.day_start(at), "day": at})
        known = [row[0] for row in cursor.fetchall()]
    with duckdb.connect() as rows:
        rows.execute("CREATE TEMP TABLE known AS SELECT unnest(?::BIGINT[]) AS product_id", [known])
        for name in ("products.parquet", quarantine.FILE):
            _keep_known(rows, folder / name)


def _keep_known(rows: duckdb.DuckDBPyConnection, file: Path) -> None:
    whole = file.with_name(f"all-{file.name}")
    file.rename(whole)
    query = f"FROM read_parquet('{whole}') SEMI JOIN known USING (product_id) ORDER BY ALL"
    rows.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
    whole.unlink()

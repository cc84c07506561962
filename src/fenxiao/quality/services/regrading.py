"""Regrading what has changed since the run in force, for the same day."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

import duckdb

from fenxiao.catalog.models import Product
from fenxiao.kernel.actors import Actor
from fenxiao.quality import lake, layers, quarantine
from fenxiao.quality.engine import regrade_files
from fenxiao.quality.errors import GradingUnderway, NothingToRegrade
from fenxiao.quality.models import ChangedProduct, GradingRun, Policy
from fenxiao.quality.queries.grades import run_in_force
from fenxiao.quality.rules import PolicyBody
from fenxiao.quality.services.grading import Worked, asked_of, carry_out, freeze, grade

MOST_LAID_OVER: Final = 0.25  # of all products: beyond it every reader pays for what a full run would save
CATEGORIES_OF: Final = """
SELECT DISTINCT coalesce(c.third_id, c.id) FROM catalog_product p JOIN catalog_category c ON c.id = p.category_id
"""


# not one act: as `grade`
def regrade(*, by: Actor, now: datetime) -> GradingRun:
    """Grade again what changed since the run in force, by its policy and for its day, and lay it over that run.

    Every row is the one that a full run would write now. A new day moves every window, so it needs a full run; so does
    a newer policy. What changed is what news told of products (`handlers`); edits that publish none wait for the next
    full run. Where the change is too large to be laid over, a full run is made. Refuses where there is nothing to do.
    """
    last = _run_to_lay_over()
    ids = sorted(set(ChangedProduct.objects.values_list("product_id", flat=True)))
    if not ids:
        raise NothingToRegrade(reason_zh="上次评估之后没有变动", reason_en="nothing changed since the last run")
    folder = lake.absolute(last.grades_path)
    thirds = _categories(ids, last=folder)
    touched = _products_in(thirds, last=folder) + layers.patched(folder)
    if not layers.can_be_laid_over(folder) or touched > MOST_LAID_OVER * last.products:
        return grade(as_of=last.as_of, by=by, now=now)
    work = partial(_work_out_change, last=last, thirds=thirds)
    return carry_out(last.policy, as_of=last.as_of, work=work, dry_run=False, by=by, now=now)


def _run_to_lay_over() -> GradingRun:
    last = run_in_force()
    if last is None:
        raise NothingToRegrade(reason_zh="还没有评估过", reason_en="nothing was graded yet")
    newest = Policy.objects.exclude(published_at=None).order_by("-number").first()
    if newest != last.policy:
        raise NothingToRegrade(reason_zh="评估模型已更新，须全量评估", reason_en="a newer policy asks for a full run")
    return last


def _categories(product_ids: Sequence[int], *, last: Path) -> list[str]:
    """The third-level categories in which these products are and in which the last run had them."""
    now = Product.objects.filter(pk__in=product_ids).values_list("category__third_id", "category_id")
    ids = ", ".join(str(pk) for pk in product_ids)
    file = last / "snapshot" / "products.parquet"
    before = _read(layers.rows_of(file, where=f"product_id IN ({ids})", columns="third_id")) if file.exists() else []
    return sorted({third or own for third, own in now.distinct()} | {row[0] for row in before})


def _products_in(thirds: Sequence[str], *, last: Path) -> int:
    """How many products the last run had in these categories."""
    file = last / "snapshot" / "last_cells.parquet"
    if not file.exists():
        return 0
    query = f"SELECT coalesce(sum(products), 0) FROM read_parquet('{file}') WHERE list_contains($thirds, third_id)"  # noqa: S608  # our own file name
    return int(_read(query, {"thirds": list(thirds)})[0][0])


def _work_out_change(run: GradingRun, now: datetime, *, last: GradingRun, thirds: Sequence[str]) -> Worked:
    if run_in_force() != last:
        raise GradingUnderway  # it was, and has ended since: what changed is in force already
    body, folder, over = (
        PolicyBody.from_json(run.policy.body),
        lake.absolute(run.grades_path),
        lake.absolute(last.grades_path),
    )
    lake.forget(Path(run.grades_path))
    with lake.written_whole(folder / "change") as part:
        digest = freeze(part, asked_of(run, thirds=thirds, now=now))
        _write_dirty(part, thirds)
    change = folder / "change"
    into, plans = change / "grades.parquet", lake.plans_folder()
    tables = layers.last_tables(over)
    regrade_files(change, last=tables, policy=body, into=into, scratch=folder / "scratch", plans=plans)
    ids = [row[0] for row in _read(f"SELECT product_id FROM read_parquet('{into}')")]  # noqa: S608  # our own file name
    layers.lay(change, over=over, into=folder)
    run.inputs_digest = sha256(f"{last.inputs_digest}{digest}".encode()).hexdigest()
    run.quarantined = _lay_quarantine(change / quarantine.FILE, over=over, into=folder)
    run.laid_over, run.regraded = last, len(ids)
    rmtree(change)
    return Worked(product_ids=ids)


def _write_dirty(folder: Path, thirds: Sequence[str]) -> None:
    file = folder / "dirty.parquet"
    with duckdb.connect() as rows:
        rows.execute("CREATE TABLE dirty AS SELECT unnest($thirds::VARCHAR[]) AS third_id", {"thirds": list(thirds)})
        rows.execute(f"COPY dirty TO '{file}' (FORMAT parquet)")


def _lay_quarantine(new: Path, *, over: Path, into: Path) -> int:
    """What is set aside now: what the last run had set aside but for the products looked at again, and what is new."""
    told, had, file = new.with_name("told.parquet"), over / quarantine.FILE, into / quarantine.FILE
    with duckdb.connect() as rows:
        rows.execute(f"""
            COPY (
                SELECT * FROM read_parquet('{had}')
                WHERE product_id NOT IN (SELECT product_id FROM read_parquet('{told}'))
                UNION ALL SELECT * FROM read_parquet('{new}') ORDER BY ALL
            ) TO '{file}' (FORMAT parquet)
        """)  # noqa: S608  # our own file names
    return int(_read(f"SELECT count(DISTINCT product_id) FROM read_parquet('{file}')")[0][0])  # noqa: S608  # our own file name


def _read(query: str, parameters: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
    with duckdb.connect() as rows:
        return rows.execute(query, parameters).fetchall() if parameters else rows.execute(query).fetchall()

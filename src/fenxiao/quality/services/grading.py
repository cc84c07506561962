"""Grading every product by a policy."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final

from django.db import connection, transaction

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import ProductState
from fenxiao.catalog.rules import LevelSetting
from fenxiao.kernel import audit, clock, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.kernel.settings import settings
from fenxiao.quality import lake, quarantine, results, snapshot
from fenxiao.quality.engine import engine_named, grade_files
from fenxiao.quality.errors import GradingUnderway, NoSuchPolicy
from fenxiao.quality.models import ChangedProduct, GradingRun, Policy, RunState
from fenxiao.quality.rules import PolicyBody

GRADING_LOCK = 0x67726164
BATCH = 100_000  # levels set by one statement: more would only take more memory


@dataclass(frozen=True, kw_only=True)
class Worked:
    """What a run's work has graded: these products, or all."""

    product_ids: Sequence[int] | None


Work = Callable[[GradingRun, datetime], Worked]


# not one act: the run's row must survive its failure, and a snapshot must not hold up the writers for minutes
def grade(*, as_of: date, policy: int | None = None, dry_run: bool = False, by: Actor, now: datetime) -> GradingRun:
    """Grade every admitted product on the facts of days before `as_of` and put the levels in force.

    A dry run only says what would change. Grading the same day again starts from the levels of the day before, so the
    same facts give the same levels. A run that fails leaves the run before in force and raises what went wrong.
    Refuses an unknown policy and a second grading at the same time.
    """
    chosen = _chosen_policy(policy, dry_run=dry_run)
    return carry_out(chosen, as_of=as_of, work=_work_out, dry_run=dry_run, by=by, now=now)


# not one act: as `grade`
def carry_out(
    policy: Policy,
    *,
    as_of: date,
    work: Work,
    dry_run: bool,
    by: Actor,
    now: datetime,
) -> GradingRun:
    """Do the work of a run between its opening and its closing; a run that fails leaves the run before in force."""
    with _alone():
        run, started = _open_run(policy, as_of=as_of, by=by, now=now), perf_counter()
        try:
            told = [] if dry_run else list(ChangedProduct.objects.values_list("pk", flat=True))
            worked = work(run, now)
            ended_at = now + timedelta(seconds=perf_counter() - started)
            _close_run(run, worked=worked, told=told, dry_run=dry_run, ended_at=ended_at, by=by, now=now)
        except BaseException as error:
            _fail_run(run, error=error, ended_at=now + timedelta(seconds=perf_counter() - started), by=by, now=now)
            raise
    in_force = GradingRun.objects.filter(state=RunState.DONE).order_by("-pk").first()
    lake.forget_old_snapshots(needed=in_force.grades_path if in_force else None)  # dry runs do not push it out
    return run


def _chosen_policy(number: int | None, *, dry_run: bool) -> Policy:
    """The published policy of that number, or the newest one; a dry run may try a draft."""
    published = Policy.objects.exclude(published_at=None).order_by("-number")
    known = Policy.objects.all() if dry_run else published
    chosen = published.first() if number is None else known.filter(number=number).first()
    if chosen is None:
        raise NoSuchPolicy(number=number or 1)
    return chosen


@contextmanager
def _alone() -> Iterator[None]:
    """One grading at a time; the lock goes with the connection, so a killed one holds nobody up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [GRADING_LOCK])
        if not cursor.fetchone()[0]:
            raise GradingUnderway
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [GRADING_LOCK])


@transaction.atomic
def _open_run(policy: Policy, *, as_of: date, by: Actor, now: datetime) -> GradingRun:
    GradingRun.objects.filter(state=RunState.RUNNING).update(state=RunState.FAILED, error="died")
    run = GradingRun.objects.create(policy=policy, engine=engine_named(settings().engine), as_of=as_of, started_at=now)
    run.grades_path = str(lake.run_folder(run.pk))
    run.save(update_fields=["grades_path"])
    audit.record("grade", run, by=by, now=now, after={"policy": policy.number, "as_of": as_of.isoformat()})
    return run


# not one act: reads what a run needs
def asked_of(run: GradingRun, *, thirds: Sequence[str] | None = None, now: datetime) -> snapshot.Asked:
    """What a run reads: facts of days before its day, what is in force now, or for a day that is past, at its start."""
    moment = now if run.as_of >= clock.business_day(now) else clock.day_start(run.as_of)
    body = PolicyBody.from_json(run.policy.body)
    return snapshot.Asked(as_of=run.as_of, moment=moment, policy=body, before=_grades_before(run), thirds=thirds)


def _work_out(run: GradingRun, now: datetime) -> Worked:
    """From tables to the file of grades; nothing that anybody reads is changed."""
    body, folder = PolicyBody.from_json(run.policy.body), lake.absolute(run.grades_path)
    lake.forget(Path(run.grades_path))  # of a run with this number that a lost database once had
    with lake.written_whole(folder / "snapshot") as part:
        run.inputs_digest = freeze(part, asked_of(run, now=now))
        run.quarantined = quarantine.products_in(part)
        lake.keep_beside(folder, part / quarantine.FILE)  # the snapshot is forgotten, what was wrong with it is not
    with lake.written_whole(lake.grades_file(folder)) as part:
        engine, scratch, plans = settings().engine, folder / "scratch", lake.plans_folder()
        grade_files(folder / "snapshot", policy=body, into=part, scratch=scratch, engine=engine, plans=plans)
    return Worked(product_ids=None)


# not one act: reads in one moment of its own
def freeze(folder: Path, asked: snapshot.Asked) -> str:
    """Write a snapshot of one moment; returns its digest."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:  # one moment for all statements; inside another transaction that is its owner's choice
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return snapshot.freeze(folder, asked=asked)


def _grades_before(run: GradingRun) -> Path | None:
    """The grades from which levels step: of the last run in force for an earlier day."""
    earlier = GradingRun.objects.filter(state=RunState.DONE, as_of__lt=run.as_of).order_by("-as_of", "-pk")
    files = (lake.grades_file(one.grades_path) for one in earlier[:1])
    return next((file for file in files if file.exists()), None)


@transaction.atomic
def _close_run(
    run: GradingRun,
    *,
    worked: Worked,
    told: Sequence[int],
    dry_run: bool,
    ended_at: datetime,
    by: Actor,
    now: datetime,
) -> None:
    """Write the levels that changed and, last, that the run is done: both or neither."""
    found = results.outcome(lake.grades_file(run.grades_path), current=_current_levels(worked.product_ids))
    ChangedProduct.objects.filter(pk__in=told).delete()
    if not dry_run:
        for batch in found.batches(BATCH):
            catalog.set_levels([LevelSetting(**row) for row in batch], run=run.pk, by=by, now=now)
    run.products, run.levels_changed, run.by_level = found.products, found.changed, found.by_level
    run.ended_at, run.seconds = ended_at, (ended_at - run.started_at).total_seconds()
    run.state = RunState.DRY if dry_run else RunState.DONE
    run.save()
    after = {
        "state": run.state,
        "products": run.products,
        "quarantined": run.quarantined,
        "levels_changed": run.levels_changed,
    }
    audit.record("close_run", run, by=by, now=now, after=after)
    outbox.publish("grading.done", run=run.pk, dry_run=dry_run)


CURRENT_LEVELS: Final = """
SELECT id, level, is_select FROM catalog_product
WHERE state = %(admitted)s AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[]))
"""


def _current_levels(product_ids: Sequence[int] | None) -> Iterator[bytes]:
    ids = None if product_ids is None else list(product_ids)
    return snapshot.copied(CURRENT_LEVELS, {"admitted": ProductState.ADMITTED.value, "ids": ids})


@transaction.atomic
def _fail_run(run: GradingRun, *, error: BaseException, ended_at: datetime, by: Actor, now: datetime) -> None:
    run.state, run.error = RunState.FAILED, f"{type(error).__name__}: {error}"
    run.ended_at, run.seconds = ended_at, (ended_at - run.started_at).total_seconds()
    run.save()
    lake.forget(Path(run.grades_path))
    audit.record("fail_run", run, by=by, now=now, after={"error": run.error})

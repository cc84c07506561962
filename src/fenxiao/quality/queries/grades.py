"""Levels and their grades, as runs say them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from fenxiao.kernel.errors import Unavailable
from fenxiao.quality import lake, results
from fenxiao.quality.models import ChangedProduct, GradingRun, Policy, RunState
from fenxiao.quality.published import Published
from fenxiao.quality.rules import Grade, MeasuredGrade


def run_in_force() -> GradingRun | None:
    """The run whose levels count: the last that was done. None before the first."""
    return GradingRun.objects.filter(state=RunState.DONE).select_related("policy").order_by("-pk").first()


def graded_until() -> date | None:
    """The day before which the run in force read facts; None before the first run. News asks it, each time anew."""
    return GradingRun.objects.filter(state=RunState.DONE).order_by("-pk").values_list("as_of", flat=True).first()


def is_graded(day: date) -> bool:
    """Whether a run on the facts before `day` is done."""
    return GradingRun.objects.filter(state=RunState.DONE, as_of=day).exists()


def has_changes() -> bool:
    """Whether anything was told of a product since it was graded that a regrading could lay over the run in force."""
    run, newest = run_in_force(), Policy.objects.exclude(published_at=None).order_by("-number").first()
    return run is not None and run.policy == newest and ChangedProduct.objects.exists()


def grades_of(product_ids: Sequence[int]) -> dict[int, Grade]:
    """The grades of these products in the run in force; what it did not grade is left out."""
    run = run_in_force()
    return results.grades_in(file_of(run), product_ids) if run else {}


def measured_grades(run: GradingRun, product_ids: Sequence[int]) -> dict[int, MeasuredGrade]:
    """The grades of these products in this run with all that they rest on; refuses where its file is gone."""
    return results.measured_in(file_of(run), product_ids)


def file_of(run: GradingRun) -> Path:
    """The run's file of grades; refuses (`Unavailable`) where it is gone."""
    file = lake.grades_file(run.grades_path)
    if not file.exists():
        raise Unavailable(what=f"grading run {run.pk}", reason=f"{file} is missing; grade again")
    return file


def published_by(run: GradingRun) -> Published | None:
    """What the run read and published beside its grades; None once that is forgotten."""
    found = Published(lake.absolute(run.grades_path) / "snapshot")
    return found if found.is_there else None

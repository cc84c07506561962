"""Levels, their grades and their reasons, as the run in force says."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from fenxiao.catalog.models import Category
from fenxiao.kernel.errors import Unavailable
from fenxiao.quality import lake, results
from fenxiao.quality.errors import NotGraded
from fenxiao.quality.models import GradingRun, RunState
from fenxiao.quality.published import Published
from fenxiao.quality.rules import Explanation, Grade, PolicyBody, Words, explanation_of_grade


def run_in_force() -> GradingRun | None:
    """The run whose levels count: the last that was done. None before the first."""
    return GradingRun.objects.filter(state=RunState.DONE).select_related("policy").order_by("-pk").first()


def is_graded(day: date) -> bool:
    """Whether a run on the facts before `day` is done."""
    return GradingRun.objects.filter(state=RunState.DONE, as_of=day).exists()


def grades_of(product_ids: Sequence[int]) -> dict[int, Grade]:
    """The grades of these products in the run in force; what it did not grade is left out."""
    run = run_in_force()
    return results.grades_in(_file_of(run), product_ids) if run else {}


def explanation_of(product_id: int) -> Explanation:
    """Why a product has its level. Refuses (`NotGraded`) one that the run in force did not grade."""
    run = run_in_force()
    grade = results.measured_in(_file_of(run), [product_id]).get(product_id) if run else None
    if run is None or grade is None:
        raise NotGraded(product=product_id)
    body = PolicyBody.from_json(run.policy.body)
    known, raw = Published(lake.absolute(run.grades_path) / "snapshot"), None
    raw = known.raw([product_id])[product_id] if known.is_there else None
    peers = known.peers(raw, policy=body) if raw else None
    return explanation_of_grade(grade, policy=body, category=_category_of(grade), peers=peers)


def _file_of(run: GradingRun) -> Path:
    file = lake.grades_file(run.grades_path)
    if not file.exists():
        raise Unavailable(what=f"grading run {run.pk}", reason=f"{file} is missing; grade again")
    return file


def _category_of(grade: Grade) -> Words | None:
    if grade.peer_kind > 1:
        return None
    found = Category.objects.filter(pk=grade.second_id if grade.peer_kind else grade.third_id).first()
    return Words(found.name_zh, found.name_en) if found else None

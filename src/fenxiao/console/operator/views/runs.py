"""Grading runs: what each one read, what it set and moved, what it set aside."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.goods import LevelShare, level_shares
from fenxiao.console.lists import page_of
from fenxiao.console.operator.moved import moved_under
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind
from fenxiao.quality import queries
from fenxiao.quality.models import GradingRun, RunState


@require_safe
@role_required(Kind.OPERATOR)
def runs(request: MemberRequest) -> HttpResponse:
    """Runs, the last one first, and the grading that was asked for last."""
    page = page_of(GradingRun.objects.select_related("policy").order_by("-pk"), request)
    steps = queries.steps_of([run.pk for run in page])
    shown = {
        "page": page,
        "rows": [(run, _shares(run), steps[run.pk]) for run in page],
        "in_force": queries.run_in_force(),
        "request_now": queries.last_request(None, dry_run=False),
    }
    return render(request, "console/operator/runs.html", shown)


@require_safe
@role_required(Kind.OPERATOR)
def run(request: MemberRequest, run_id: int) -> HttpResponse:
    """One run with its figures."""
    found = get_object_or_404(GradingRun.objects.select_related("policy"), pk=run_id)
    in_force = queries.run_in_force()
    shown = {
        "run": found,
        "counts": _shares(found),
        "steps": queries.steps_of([found.pk])[found.pk],
        "is_in_force": found == in_force,
        "set_aside": queries.set_aside_by(found),
        "moved": moved_under(found, request) if found.state == RunState.DRY else None,
    }
    return render(request, "console/operator/run.html", shown)


def _shares(run: GradingRun) -> list[LevelShare]:
    return level_shares({int(level): int(count) for level, count in run.by_level.items()})

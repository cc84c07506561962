"""Grading runs: what each one read and what it set."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.goods import LevelShare, level_shares
from fenxiao.console.lists import page_of
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind
from fenxiao.quality.models import GradingRun


@require_safe
@role_required(Kind.OPERATOR)
def runs(request: MemberRequest) -> HttpResponse:
    """Runs, the last one first."""
    page = page_of(GradingRun.objects.select_related("policy").order_by("-pk"), request)
    rows = [(run, _shares(run)) for run in page.object_list]
    return render(request, "console/operator/runs.html", {"page": page, "rows": rows})


@require_safe
@role_required(Kind.OPERATOR)
def run(request: MemberRequest, run_id: int) -> HttpResponse:
    """One run with its figures."""
    found = get_object_or_404(GradingRun.objects.select_related("policy"), pk=run_id)
    return render(request, "console/operator/run.html", {"run": found, "counts": _shares(found)})


def _shares(run: GradingRun) -> list[LevelShare]:
    return level_shares({int(level): int(count) for level, count in run.by_level.items()})

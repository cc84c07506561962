"""Asking the worker for a grading, and how far it is."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from fenxiao.console.access import role_required
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act
from fenxiao.quality import services as quality
from fenxiao.quality.models import GradingRequest, WorkState


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def grade_now(request: MemberRequest) -> HttpResponse:
    """Ask for a grading by the policy in force."""
    quality.ask_to_grade(by=request.by, now=request.now)
    messages.success(request, _("The worker grades all goods now."))
    return redirect("operator:runs")


@require_safe
@role_required(Kind.OPERATOR)
def grading_request(request: MemberRequest, request_id: int) -> HttpResponse:
    """How far a request is; whoever watches it gets the whole page anew when it has ended."""
    found = get_object_or_404(GradingRequest.objects.select_related("policy", "asked_by__user"), pk=request_id)
    if not request.htmx:
        return redirect("operator:policy", found.policy.number) if found.policy else redirect("operator:runs")
    if found.state not in WorkState.still_open():
        return HttpResponseClientRefresh()
    return render(request, "console/operator/work.html", {"work": found})

"""Backtests: ask for one, read what it found."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.lists import page_of
from fenxiao.console.operator.forms import BacktestForm
from fenxiao.console.requests import MemberRequest
from fenxiao.kernel.clock import business_day
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act
from fenxiao.quality import services as quality
from fenxiao.quality.models import Backtest, WorkState
from fenxiao.quality.queries import set_aside_in


@require_safe
@role_required(Kind.OPERATOR)
def backtests(request: MemberRequest) -> HttpResponse:
    """Backtests, the last one first."""
    rows = Backtest.objects.select_related("policy", "asked_by__user").order_by("-pk")
    return render(request, "console/operator/backtests.html", {"page": page_of(rows, request)})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.OPERATOR, act=Act.WORK)
def new_backtest(request: MemberRequest) -> HttpResponse:
    """Ask for one."""
    form = BacktestForm(request.POST or None, today=business_day(request.now))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            row = quality.ask_backtest(**form.cleaned_data, by=request.by, now=request.now)
        if not form.errors:
            messages.success(request, _("The worker makes this backtest now."))
            return redirect("operator:backtest", row.pk)
    return render(request, "console/operator/backtest_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@role_required(Kind.OPERATOR)
def backtest(request: MemberRequest, backtest_id: int) -> HttpResponse:
    """One backtest: what followed per level, and how well each score foretold it."""
    rows = Backtest.objects.select_related("policy", "asked_by__user")
    found = get_object_or_404(rows, pk=backtest_id)
    if request.htmx and not request.htmx.boosted:
        is_open = found.state in WorkState.still_open()
        shown = {"work": found, "is_backtest": True}
        return render(request, "console/operator/work.html", shown) if is_open else HttpResponseClientRefresh()
    result = found.result or {"products": 0, "levels": [], "correlations": []}
    shown = {
        "row": found,
        "work": found,
        "is_backtest": True,
        "result": result,
        "levels": [_per_hundred(level) for level in result["levels"]],
        "set_aside": set_aside_in(found),
    }
    return render(request, "console/operator/backtest.html", shown)


def _per_hundred(level: dict[str, Any]) -> dict[str, Any]:
    """A level's row with what its products sold and how many sold, per hundred of them."""
    products = level["products"]
    return level | {
        "active_share": level["active"] / products,
        "orders_per_100": 100 * level["orders"] / products,
    }

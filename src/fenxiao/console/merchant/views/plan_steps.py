"""Step windows of a plan: open one, raise its ladder, take it back before it begins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fenxiao.console.access import role_required
from fenxiao.console.merchant.plan_forms import LadderForm, refusals_at
from fenxiao.console.merchant.views.plan_page import own_plan
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Plan, StepWindow
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def open_window(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Count each creator's orders in a time, and pay more after so many."""
    plan, form = own_plan(request, plan_id), LadderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            acts.open_step_window(
                plan,
                from_at=form.begins(request.now),
                until_at=form.cleaned_data["until_at"],
                ladder=form.ladder(),
                by=request.by,
                now=request.now,
            )
            messages.success(request, _("Step window entered."))
            return redirect("merchant:plan_page", plan_id)
    return _form_page(request, plan, form)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def raise_window(request: MemberRequest, plan_id: int, window_id: int) -> HttpResponse:
    """Enter the ladder anew, and perhaps a later end; a live one may only rise."""
    plan = own_plan(request, plan_id)
    window = get_object_or_404(StepWindow, pk=window_id, plan=plan)
    found = [each for each in deals.step_windows_of(plan, now=request.now) if each.window.pk == window.pk]
    form = LadderForm(
        request.POST or None, initial={"until_at": window.until_at}, ladder=found[0].ladder if found else ()
    )
    del form.fields["from_at"]
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            until_at = form.cleaned_data["until_at"]
            acts.raise_steps(window, ladder=form.ladder(), until_at=until_at, by=request.by, now=request.now)
            messages.success(request, _("The new ladder holds now."))
            return redirect("merchant:plan_page", plan_id)
    return _form_page(request, plan, form, window=window)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def cancel_window(request: MemberRequest, plan_id: int, window_id: int) -> HttpResponse:
    """Take a window back before it begins."""
    window = get_object_or_404(StepWindow, pk=window_id, plan=own_plan(request, plan_id))
    acts.cancel_step_window(window, by=request.by, now=request.now)
    messages.success(request, _("Step window cancelled."))
    return redirect("merchant:plan_page", plan_id)


def _form_page(
    request: MemberRequest, plan: Plan, form: LadderForm, *, window: StepWindow | None = None
) -> HttpResponse:
    shown = {"plan": plan, "form": form, "window": window, "now": request.now}
    return render(request, "console/merchant/plan_steps.html", shown, status=422 if form.errors else 200)

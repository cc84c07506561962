"""One plan of any kind: its commission rows with their states, and what may be done to it and to them."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.lists import page_of, ticked
from fenxiao.console.merchant.forms import RateForm
from fenxiao.console.merchant.plan_forms import CreatorsForm, DifferentialForm, EntryForm, refusals_at
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Plan, PlanRow, PlanType
from fenxiao.kernel.clock import next_midnight
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act

ROWS_SHOWN = 50
TARGETED = {PlanType.ITEM_TARGETED, PlanType.SHOP_TARGETED}
ROW_ACTS: dict[str, Callable[..., list[PlanRow]]] = {
    "open": acts.open_rows,
    "close": acts.close_rows,
    "remove": acts.remove_rows,
}


@require_safe
@role_required(Kind.MERCHANT)
def plan_page(request: MemberRequest, plan_id: int) -> HttpResponse:
    """The plan as it stands and as it will."""
    return show(request, own_plan(request, plan_id))


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def end(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Close it at the next midnight."""
    acts.close_plan(own_plan(request, plan_id), by=request.by, now=request.now)
    messages.success(request, _("The plan ends at the next midnight."))
    return redirect("merchant:plan_page", plan_id)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def reopen(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Open it again with the rates its rows have."""
    acts.reopen_plan(own_plan(request, plan_id), by=request.by, now=request.now)
    messages.success(request, _("The plan is open again."))
    return redirect("merchant:plan_page", plan_id)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def change_rate(request: MemberRequest, plan_id: int, row_id: int) -> HttpResponse:
    """Enter a new rate of one row: a raise holds at once, a cut from the next midnight."""
    row = get_object_or_404(PlanRow, pk=row_id, plan=own_plan(request, plan_id))
    form = RateForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["rate"][0]))
        return redirect("merchant:plan_page", plan_id)
    entered = acts.change_rate(row, rate_bp=form.cleaned_data["rate"], by=request.by, now=request.now)
    is_at_once = entered.from_at <= entered.entered_at
    messages.success(request, _("The new rate holds now.") if is_at_once else _("The new rate begins at midnight."))
    return redirect("merchant:plan_page", plan_id)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def act_on_rows(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Open, close or take out the rows that were ticked, all or none."""
    plan, act = own_plan(request, plan_id), ROW_ACTS.get(request.POST.get("do", ""))
    if act is None:
        raise BadInput(field="do", reason_zh="没有这个操作", reason_en="there is no such act")
    rows = act(_rows_of(plan, ticked(request, "rows")), merchant=request.organisation, by=request.by, now=request.now)
    said = ngettext("%(count)s row changed.", "%(count)s rows changed.", len(rows))
    messages.success(request, said % {"count": len(rows)})
    return redirect("merchant:plan_page", plan_id)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def add_creators(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Name more creators."""
    plan, form = own_plan(request, plan_id), CreatorsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            added = acts.add_creators(plan, rows=form.cleaned_data["creators"], by=request.by, now=request.now)
            said = ngettext("%(count)s creator added.", "%(count)s creators added.", len(added))
            messages.success(request, said % {"count": len(added)})
            return redirect("merchant:plan_page", plan_id)
    return show(request, plan, creators_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def change_entry(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Say anew how creators who are not named come in."""
    plan, form = own_plan(request, plan_id), EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            acts.change_entry(plan, **form.terms(), by=request.by, now=request.now)
            messages.success(request, _("Entry changed."))
            return redirect("merchant:plan_page", plan_id)
    return show(request, plan, entry_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def set_differential(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Give a tier more on top, or less."""
    plan, form = own_plan(request, plan_id), DifferentialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            tier, extra = form.cleaned_data["tier"], form.cleaned_data["extra"]
            acts.set_differential(plan, tier=tier, extra_bp=extra, by=request.by, now=request.now)
            messages.success(request, _("Extra for the tier entered."))
            return redirect("merchant:plan_page", plan_id)
    return show(request, plan, differential_form=form)


def own_plan(request: MemberRequest, plan_id: int) -> Plan:
    """The merchant's plan with its product; another's does not exist here (404)."""
    plans = Plan.objects.filter(merchant=request.organisation).select_related("product", "merchant")
    return get_object_or_404(plans, pk=plan_id)


def show(
    request: MemberRequest,
    plan: Plan,
    *,
    creators_form: CreatorsForm | None = None,
    entry_form: EntryForm | None = None,
    differential_form: DifferentialForm | None = None,
) -> HttpResponse:
    """The page of a plan, with the form that was just refused."""
    listed = deals.listed([plan], now=request.now)
    shown = {
        "plan": plan,
        "listed": listed[0] if listed else None,
        "page": page_of(deals.commission_rows(plan, now=request.now), request, per_page=ROWS_SHOWN),
        "differentials": deals.differentials_of(plan, now=request.now),
        "windows": deals.step_windows_of(plan, now=request.now),
        "creators_form": None if plan.type == PlanType.NORMAL else creators_form or CreatorsForm(),
        "entry_form": entry_form or EntryForm(initial=_entry_of(plan)) if plan.type in TARGETED else None,
        "differential_form": differential_form or DifferentialForm(),
        "midnight": next_midnight(request.now),
    }
    has_errors = any(form and form.errors for form in (creators_form, entry_form, differential_form))
    return render(request, "console/merchant/plan_page.html", shown, status=422 if has_errors else 200)


def _entry_of(plan: Plan) -> dict[str, object]:
    offered, score = plan.offered_rate_bp, plan.floor_score_centi
    return {
        "entry": plan.entry,
        "offered_rate": None if offered is None else f"{offered / 100:g}",
        "floor_tier": plan.floor_tier,
        "floor_score": None if score is None else score / 100,
    }


def _rows_of(plan: Plan, ids: Iterable[int]) -> list[int]:
    """The ids that are rows of this plan; the service refuses the rest by their merchant."""
    own = set(PlanRow.objects.filter(plan=plan, pk__in=ids).values_list("pk", flat=True))
    if len(own) < len(set(ids)):
        raise BadInput(field="rows", reason_zh="所选行不在本计划中", reason_en="these rows are not of this plan")
    return sorted(own)

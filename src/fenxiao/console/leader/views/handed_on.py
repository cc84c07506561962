"""What a first leader handed on: the list, and one with its fee, a new application, and the asking to end it."""

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.leader.second_forms import CancellationForm, CededFeeForm, HandedOnFilter, refusals_at
from fenxiao.console.leader.second_sales import sales_of
from fenxiao.console.lists import page_of
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Application, ApplicationState, ApplicationTerms, Wish
from fenxiao.kernel.clock import next_midnight
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act, may


@require_safe
@role_required(Kind.LEADER)
def handed_on(request: MemberRequest) -> HttpResponse:
    """All that was handed on, newest first, with what one sale of each leaves this leader."""
    asked = HandedOnFilter(request.GET)
    rows = deals.applied_second(request.organisation, now=request.now)
    if title := asked.chosen("q"):
        rows = rows.filter(product__title__icontains=title)
    if leader := asked.chosen("leader"):
        rows = rows.filter(activity__leader__name__icontains=leader)
    state = asked.chosen("state")
    page = page_of(rows.filter(state=state) if state else rows, request)
    counts = _counts(rows)
    shown = {
        "filter": asked,
        "page": page,
        "rows": sales_of(page, now=request.now),
        "states": [(each, counts[each.name]) for each in ApplicationState],
        "total": counts["all"],
        "state": state,
        "now": request.now,
    }
    return render(request, "console/leader/second_handed_on.html", shown)


@require_safe
@role_required(Kind.LEADER)
def handed_on_one(request: MemberRequest, second_id: int) -> HttpResponse:
    """One of them: how a sale divides, where it stands, what was asked, and what may be done."""
    return _page(request, own_second(request, second_id))


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def edit_fee(request: MemberRequest, second_id: int) -> HttpResponse:
    """Change the ceded fee: at once while it waits, for the next application where it is over."""
    found, form = own_second(request, second_id), CededFeeForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            fee_bp, leader = form.cleaned_data["fee"], request.organisation
            acts.edit_second(found, fee_bp=fee_bp, leader=leader, by=request.by, now=request.now)
            messages.success(request, _("The ceded fee was changed."))
            return redirect("leader:handed_on_one", second_id)
    return _page(request, found, fee=form)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def apply_again(request: MemberRequest, second_id: int) -> HttpResponse:
    """Apply again for what was rejected or is over; leads to the new application."""
    found, form = own_second(request, second_id), CancellationForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            made = acts.apply_again(found, leader=request.organisation, by=request.by, now=request.now)
            messages.success(request, _("Applied again; the second leader audits it."))
            return redirect("leader:handed_on_one", made.pk)
    return _page(request, found, refused=form)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def ask_cancellation(request: MemberRequest, second_id: int) -> HttpResponse:
    """Ask the second leader to end the cooperation."""
    found, form = own_second(request, second_id), CancellationForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            reason, leader = form.cleaned_data["reason"], request.organisation
            acts.ask_cancellation(found, leader=leader, reason=reason, by=request.by, now=request.now)
            messages.success(request, _("The second leader was asked. Nothing changes until it answers."))
            return redirect("leader:handed_on_one", second_id)
    return _page(request, found, cancellation=form)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def withdraw_cancellation(request: MemberRequest, second_id: int) -> HttpResponse:
    """Take back what was asked."""
    found = own_second(request, second_id)
    acts.withdraw_cancellation(found, leader=request.organisation, by=request.by, now=request.now)
    messages.success(request, _("The request was taken back."))
    return redirect("leader:handed_on_one", second_id)


def own_second(request: MemberRequest, second_id: int) -> Application:
    """What this leader handed on; another's does not exist here (404)."""
    return get_object_or_404(deals.applied_second(request.organisation, now=request.now), pk=second_id)


def _counts(rows: QuerySet[Application]) -> dict[str, int]:
    """How many of these there are, in all and in each state."""
    states = {state.name: Count("pk", Q(state=state)) for state in ApplicationState}
    return Application.objects.filter(pk__in=rows.values("pk")).aggregate(all=Count("pk"), **states)


def _page(
    request: MemberRequest,
    application: Application,
    *,
    fee: CededFeeForm | None = None,
    cancellation: CancellationForm | None = None,
    refused: CancellationForm | None = None,
) -> HttpResponse:
    history = list(ApplicationTerms.objects.filter(application=application).order_by("-entered_at", "-id"))
    stored = next((each for each in history if each.superseded_at is None), None)
    wishes = Wish.objects.filter(application=application).select_related("asked_by").order_by("-asked_at", "-id")
    sale = sales_of([application], now=request.now)[0]
    entered = f"{stored.service_fee_rate_bp / 100:g}" if stored else ""
    shown = {
        "application": application,
        "product": application.product,
        "sale": sale,
        "stored": stored,
        "history": history,
        "wishes": wishes,
        "newest": _newest_of(application),
        "fee": fee or CededFeeForm(initial={"fee": entered}),
        "cancellation": cancellation or CancellationForm(),
        "refused": refused,
        "midnight": next_midnight(request.now),
        "may_act": may(request.member.role, Act.WORK),
        "now": request.now,
    }
    is_refused = any(form is not None and form.errors for form in (fee, cancellation, refused))
    return render(request, "console/leader/second_handed_on_one.html", shown, status=422 if is_refused else 200)


def _newest_of(application: Application) -> Application | None:
    """A later application of the same goods to the same activity, where there is one."""
    same = Application.objects.filter(first=application.first, activity=application.activity, pk__gt=application.pk)
    return same.order_by("-pk").first()

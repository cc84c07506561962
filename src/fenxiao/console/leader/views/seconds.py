"""What first leaders hand on to a second leader's activities: audits of one or many, and ends they ask for."""

from collections.abc import Collection

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.cooperation_forms import ReasonForm, reason_of
from fenxiao.console.leader.second_forms import SecondsFilter, refusals_at
from fenxiao.console.leader.second_sales import ChainSale, sales_of
from fenxiao.console.leader.views.applications import DECIDED, WAITING_FIRST, audit
from fenxiao.console.lists import page_of, ticked
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Application, ApplicationState, Wish
from fenxiao.deals.rules.second_states import SecondPhase
from fenxiao.kernel.clock import next_midnight
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act, may

CANCELLATIONS_SHOWN = 50


@require_safe
@role_required(Kind.LEADER)
def seconds(request: MemberRequest) -> HttpResponse:
    """Ends that are asked for, and all applications of first leaders with what each sale brings."""
    return _page(request)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def audit_seconds(request: MemberRequest) -> HttpResponse:
    """Pass or reject what was ticked, all or none; a refusal is shown over the list with the ticks kept."""
    ids, form = ticked(request, "applications"), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            passes = audit(request, ids, form)
            messages.success(request, DECIDED[passes](len(set(ids))) % {"count": len(set(ids))})
            return redirect(f"{reverse('leader:seconds')}?{request.GET.urlencode()}")
    return _page(request, form=form, kept=ids)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def answer_cancellation(request: MemberRequest, received_id: int) -> HttpResponse:
    """Consent to the end that the first leader asks for, or decline it."""
    rows = Application.objects.filter(activity__leader=request.organisation, depth=2)
    found, consents = get_object_or_404(rows, pk=received_id), request.POST.get("do") == "consent"
    acts.answer_cancellation(
        found,
        consent=consents,
        leader=request.organisation,
        reason=reason_of(request),
        by=request.by,
        now=request.now,
    )
    said = _("Agreed: the cooperation ends at midnight.") if consents else _("Declined: the cooperation goes on.")
    messages.success(request, said)
    return redirect("leader:seconds")


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def end_second(request: MemberRequest, received_id: int) -> HttpResponse:
    """End what was passed, at the next midnight: the second leader needs nobody's consent."""
    rows = Application.objects.filter(activity__leader=request.organisation, depth=2)
    found = get_object_or_404(rows, pk=received_id)
    acts.end_application(found, leader=request.organisation, by=request.by, now=request.now)
    messages.success(request, _("The cooperation ends at midnight."))
    return redirect("leader:seconds")


def _page(request: MemberRequest, *, form: ReasonForm | None = None, kept: Collection[int] = ()) -> HttpResponse:
    asked = SecondsFilter(request.GET, leader=request.organisation)
    found = _filtered(request, asked)
    states = {state.name: Count("pk", Q(state=state)) for state in ApplicationState}
    counts = Application.objects.filter(pk__in=found.values("pk")).aggregate(all=Count("pk"), **states)
    state = asked.chosen("state")
    chosen = found.filter(state=state) if state else found
    page = page_of(chosen.order_by(WAITING_FIRST, "-applied_at", "-id"), request)
    rows = sales_of(page, now=request.now)
    shown = {
        "filter": asked,
        "page": page,
        "rows": rows,
        "waits": any(row.phase == SecondPhase.PENDING for row in rows),
        "cancellations": _cancellations(request),
        "states": [(each, counts[each.name]) for each in ApplicationState],
        "total": counts["all"],
        "state": state,
        "form": form or ReasonForm(),
        "kept": kept,
        "midnight": next_midnight(request.now),
        "may_act": may(request.member.role, Act.WORK),
        "now": request.now,
    }
    return render(request, "console/leader/seconds.html", shown, status=422 if form else 200)


def _filtered(request: MemberRequest, asked: SecondsFilter) -> QuerySet[Application]:
    """Of every state: the states are counted over these."""
    rows = deals.seconds_of(request.organisation, now=request.now)
    if activity := asked.chosen("activity"):
        rows = rows.filter(activity=activity)
    if title := asked.chosen("q"):
        rows = rows.filter(product__title__icontains=title)
    if leader := asked.chosen("leader"):
        rows = rows.filter(first__activity__leader__name__icontains=leader)
    return rows


def _cancellations(request: MemberRequest) -> list[tuple[Wish, ChainSale]]:
    """What first leaders ask to end, the oldest first, with what each sale brings until then."""
    open_ones = Wish.objects.filter(
        application__activity__leader=request.organisation,
        application__depth=2,
        kind=Wish.Kind.CANCELLATION,
        state=Wish.State.OPEN,
    )
    wishes = open_ones.select_related("asked_by").order_by("asked_at", "pk")[:CANCELLATIONS_SHOWN]
    named = [wish.application_id for wish in wishes]
    rows = deals.seconds_of(request.organisation, now=request.now).filter(pk__in=named)
    sales = {sale.application.pk: sale for sale in sales_of(rows, now=request.now)}
    return [(wish, sales[wish.application_id]) for wish in wishes]

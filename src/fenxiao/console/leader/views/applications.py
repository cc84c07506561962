"""What merchants offer to a leader's activities: the list with what waits first, the audit of many, and what ended."""

from collections.abc import Collection

from django.contrib import messages
from django.db.models import Case, Count, IntegerField, Q, QuerySet, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.cooperation_forms import ReasonForm, refusals_at
from fenxiao.console.leader.application_forms import ApplicationFilter, EndedFilter
from fenxiao.console.lists import page_of, ticked
from fenxiao.console.offers import offers_of
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Application, ApplicationState
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act, may

WAITING_FIRST = Case(When(state=ApplicationState.PENDING, then=0), default=1, output_field=IntegerField())
DECIDED = {
    True: lambda count: ngettext("%(count)s application passed.", "%(count)s applications passed.", count),
    False: lambda count: ngettext("%(count)s application rejected.", "%(count)s applications rejected.", count),
}


@require_safe
@role_required(Kind.LEADER)
def applications(request: MemberRequest) -> HttpResponse:
    """All that merchants applied with, what waits first, and what one sale of each brings."""
    return _list_page(request)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def audit_many(request: MemberRequest) -> HttpResponse:
    """Pass or reject what was ticked, all or none; a refusal is shown over the list with the ticks kept."""
    ids, form = ticked(request, "applications"), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            passes = audit(request, ids, form)
            messages.success(request, DECIDED[passes](len(set(ids))) % {"count": len(set(ids))})
            return redirect(f"{reverse('leader:applications')}?{request.GET.urlencode()}")
    return _list_page(request, form=form, kept=ids)


# not one view: both views of an audit begin here
def audit(request: MemberRequest, ids: Collection[int], form: ReasonForm) -> bool:
    """Do what was asked to these applications; tells whether they passed."""
    passes = request.POST.get("do") == "pass"
    acts.audit_applications(
        None,
        ids=sorted(set(ids)),
        pass_=passes,
        reason=form.cleaned_data["reason"],
        leader=request.organisation,
        by=request.by,
        now=request.now,
    )
    return passes


@require_safe
@role_required(Kind.LEADER)
def ended(request: MemberRequest) -> HttpResponse:
    """Cooperations that ended, newest first: by whom and why, and how many of late."""
    asked = EndedFilter(request.GET, leader=request.organisation)
    activity = asked.chosen("activity")
    found = deals.invalid_applications(
        request.organisation,
        now=request.now,
        activity_id=activity.pk if activity else None,
        expired_by=asked.chosen("by"),
    )
    title = asked.chosen("q")
    rows = found.rows.filter(product__title__icontains=title) if title else found.rows
    shown = {"filter": asked, "page": page_of(rows, request), "found": found, "now": request.now}
    return render(request, "console/leader/applications_ended.html", shown)


def _list_page(request: MemberRequest, *, form: ReasonForm | None = None, kept: Collection[int] = ()) -> HttpResponse:
    asked = ApplicationFilter(request.GET, leader=request.organisation)
    rows = _filtered(request, asked)
    counts = rows.order_by().aggregate(
        all=Count("pk"), **{state.name: Count("pk", Q(state=state)) for state in ApplicationState}
    )
    state = asked.chosen("state")
    chosen = rows.filter(state=state) if state else rows
    found = deals.with_terms(chosen, request.now).order_by(WAITING_FIRST, "-applied_at", "-id")
    page = page_of(found, request)
    shown = {
        "filter": asked,
        "page": page,
        "rows": offers_of(list(page), now=request.now),
        "states": [(each, counts[each.name]) for each in ApplicationState],
        "total": counts["all"],
        "state": state,
        "form": form or ReasonForm(),
        "kept": kept,
        "may_act": may(request.member.role, Act.WORK),
        "now": request.now,
    }
    return render(request, "console/leader/applications.html", shown, status=422 if form else 200)


def _filtered(request: MemberRequest, asked: ApplicationFilter) -> QuerySet[Application]:
    """Of every state: the states are counted over these."""
    rows = Application.objects.filter(activity__leader=request.organisation, depth=1)
    if activity := asked.chosen("activity"):
        rows = rows.filter(activity=activity)
    if title := asked.chosen("q"):
        rows = rows.filter(product__title__icontains=title)
    if merchant := asked.chosen("merchant"):
        rows = rows.filter(merchant__name__icontains=merchant)
    return rows

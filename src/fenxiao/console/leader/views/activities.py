"""A leader's own activities: the list, one with its rules and creators, and what is done to it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from fenxiao.catalog.models import Category
from fenxiao.console.access import role_required
from fenxiao.console.leader.activity_forms import ActivityFilter, CreatorsForm, refusals_at
from fenxiao.console.lists import page_of, ticked
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Activity, ActivityType, Application, ApplicationState, LeaderEntry
from fenxiao.deals.rules.activity_states import activity_phase
from fenxiao.kernel.clock import next_midnight
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.rules import Act, may

GOODS_SHOWN = 10


@require_safe
@role_required(Kind.LEADER)
def activities(request: MemberRequest) -> HttpResponse:
    """All of them, newest first, with what waits in each."""
    asked = ActivityFilter(request.GET)
    rows = deals.activities_of(
        request.organisation,
        now=request.now,
        type=asked.chosen("type"),
        state=asked.chosen("state"),
        title=asked.chosen("q") or "",
    )
    page = page_of(rows, request)
    shown = {
        "filter": asked,
        "page": page,
        "rows": [(each, phase_of(each, request)) for each in page],
        "may_act": may(request.member.role, Act.WORK),
    }
    return render(request, "console/leader/activities.html", shown)


@require_safe
@role_required(Kind.LEADER)
def activity(request: MemberRequest, activity_id: int) -> HttpResponse:
    """One activity: what it says, what stands in it, whom it names, and what may be done."""
    return _page(request, own_activity(request, activity_id))


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def publish(request: MemberRequest, activity_id: int) -> HttpResponse:
    """Let merchants and leaders apply."""
    acts.publish_activity(
        own_activity(request, activity_id), leader=request.organisation, by=request.by, now=request.now
    )
    messages.success(request, _("Published: applications may come in."))
    return redirect("leader:activity", activity_id)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def close(request: MemberRequest, activity_id: int) -> HttpResponse:
    """End it at the next midnight with all that stands in it."""
    acts.close_activity(own_activity(request, activity_id), leader=request.organisation, by=request.by, now=request.now)
    messages.success(request, _("The activity ends at midnight."))
    return redirect("leader:activity", activity_id)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def delete(request: MemberRequest, activity_id: int) -> HttpResponse:
    """Take a draft, or one that is over, out of the list."""
    acts.delete_activity(
        own_activity(request, activity_id), leader=request.organisation, by=request.by, now=request.now
    )
    messages.success(request, _("The activity was deleted."))
    return redirect("leader:activities")


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def name_creators(request: MemberRequest, activity_id: int) -> HttpResponse:
    """Name more creators; they may promote its goods at once."""
    found, form = own_activity(request, activity_id), CreatorsForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            ids = form.cleaned_data["creators"]
            named = acts.name_creators(
                found, creator_ids=ids, leader=request.organisation, by=request.by, now=request.now
            )
            said = ngettext("%(count)s creator named.", "%(count)s creators named.", len(named))
            messages.success(request, said % {"count": len(named)})
            return redirect("leader:activity", activity_id)
    return _page(request, found, form=form)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def unname_creators(request: MemberRequest, activity_id: int) -> HttpResponse:
    """Take the ticked creators out, from the next midnight on."""
    found = own_activity(request, activity_id)
    gone = acts.unname_creators(
        found,
        creator_ids=ticked(request, "creators"),
        leader=request.organisation,
        by=request.by,
        now=request.now,
    )
    said = ngettext("%(count)s creator taken out.", "%(count)s creators taken out.", len(gone))
    messages.success(request, said % {"count": len(gone)})
    return redirect("leader:activity", activity_id)


def own_activity(request: MemberRequest, activity_id: int) -> Activity:
    """One of the leader's activities; another's, and a deleted one, does not exist here (404)."""
    found = deals.activities_of(request.organisation, now=request.now, activity_id=activity_id).first()
    if found is None:
        raise Http404
    return found


def phase_of(activity: Activity, request: MemberRequest) -> str:
    """Where an activity stands now, finer than its number: see `ActivityPhase`."""
    return activity_phase(
        activity.state,
        begins_at=activity.begins_at,
        ends_at=activity.ends_at,
        closes_at=activity.closes_at,
        now=request.now,
    ).value


def _page(request: MemberRequest, activity: Activity, *, form: CreatorsForm | None = None) -> HttpResponse:
    floors = deals.floors_of(activity)
    categories = Category.objects.in_bulk([floor.category_id for floor in floors.by_category])
    passed = Application.objects.filter(activity=activity, state=ApplicationState.PASSED)
    is_exclusive = activity.type == ActivityType.EXCLUSIVE
    draft = deals.draft_of(activity)
    shown = {
        "activity": activity,
        "phase": phase_of(activity, request),
        "floors": floors,
        "floors_by_category": [(categories[floor.category_id], floor.commission_bp) for floor in floors.by_category],
        "is_exclusive": is_exclusive,
        "creators": deals.creators_of(activity, moment=request.now) if is_exclusive else (),
        "adjustments": deals.creator_adjustments(activity) if is_exclusive else (),
        "entry": LeaderEntry(activity.leader_entry),
        "leaders": Organisation.objects.filter(pk__in=draft.leader_ids).order_by("name"),
        "goods": deals.with_terms(passed, request.now).order_by("-passed_at", "-id")[:GOODS_SHOWN],
        "form": form or CreatorsForm(),
        "midnight": next_midnight(request.now),
        "may_act": may(request.member.role, Act.WORK),
    }
    return render(request, "console/leader/activity.html", shown, status=422 if form else 200)

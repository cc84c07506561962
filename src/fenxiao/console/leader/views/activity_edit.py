"""What a leader says of an activity: a new one, and one that is changed."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fenxiao.console.access import role_required
from fenxiao.console.leader.activity_forms import ActivityForm, refusals_at
from fenxiao.console.leader.views.activities import own_activity, phase_of
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Activity
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.LEADER, act=Act.WORK)
def new_activity(request: MemberRequest) -> HttpResponse:
    """The form; "draft" keeps it to oneself, "publish" lets merchants apply at once."""
    form = ActivityForm(request.POST or None)

    def save() -> Activity:
        is_published = request.POST.get("do") == "publish"
        return acts.draft_activity(
            request.organisation,
            draft=form.draft(now=request.now),
            by=request.by,
            now=request.now,
            publish=is_published,
        )

    return _saved(request, form, save) or _form_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.LEADER, act=Act.WORK)
def edit_activity(request: MemberRequest, activity_id: int) -> HttpResponse:
    """A draft may change in everything, a published one in what hurts nobody who relies on it."""
    found = own_activity(request, activity_id)
    form = ActivityForm(request.POST or None, of=found, draft=deals.draft_of(found))

    def save() -> Activity:
        draft = form.draft(now=request.now)
        return acts.edit_activity(found, draft=draft, leader=request.organisation, by=request.by, now=request.now)

    return _saved(request, form, save) or _form_page(request, form, found)


def _saved(request: MemberRequest, form: ActivityForm, save: Callable[[], Activity]) -> HttpResponse | None:
    """Where to go once it is saved; None while it is not."""
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            made = save()
            messages.success(request, _("Saved."))
            return redirect("leader:activity", made.pk)
    return None


def _form_page(request: MemberRequest, form: ActivityForm, activity: Activity | None) -> HttpResponse:
    shown = {"form": form, "activity": activity, "phase": phase_of(activity, request) if activity else "draft"}
    return render(request, "console/leader/activity_form.html", shown, status=422 if form.errors else 200)

"""What a leader's activities brought: orders, sales and service fees."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.effects import activity_effect_shown, effects_shown
from fenxiao.console.requests import MemberRequest
from fenxiao.deals.models import Activity, ActivityState
from fenxiao.parties.models import Kind


@require_safe
@role_required(Kind.LEADER)
def effects(request: MemberRequest) -> HttpResponse:
    """All activities that were ever published, those that sold most in the period first."""
    published = Activity.objects.filter(leader=request.organisation, published_at__isnull=False)
    ids = published.exclude(state=ActivityState.DELETED).order_by("-made_at", "-id").values_list("pk", flat=True)
    return render(request, "console/effects.html", {**effects_shown(request, ids), "is_leader": True})


@require_safe
@role_required(Kind.LEADER)
def activity_effect(request: MemberRequest, activity_id: int) -> HttpResponse:
    """One activity: in all, by day, and by product or creator."""
    activity = get_object_or_404(
        Activity.objects.filter(leader=request.organisation, published_at__isnull=False), pk=activity_id
    )
    shown = {**activity_effect_shown(request, activity), "is_leader": True}
    return render(request, "console/activity_effect.html", shown)

"""What leaders' activities brought a merchant, and what that cost it: its own goods alone."""

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.effects import activity_effect_shown, effects_shown
from fenxiao.console.requests import MemberRequest
from fenxiao.deals.models import Activity, Application
from fenxiao.parties.models import Kind, Organisation


@require_safe
@role_required(Kind.MERCHANT)
def effects(request: MemberRequest) -> HttpResponse:
    """All activities that passed a product of the merchant, those that sold most in the period first."""
    ids = joined_activities(request.organisation).order_by("-made_at", "-id").values_list("pk", flat=True)
    return render(request, "console/effects.html", {**effects_shown(request, ids), "is_leader": False})


@require_safe
@role_required(Kind.MERCHANT)
def activity_effect(request: MemberRequest, activity_id: int) -> HttpResponse:
    """One activity: what the merchant's goods did there in all, by day, and by product or creator."""
    activity = get_object_or_404(joined_activities(request.organisation).select_related("leader"), pk=activity_id)
    shown = {**activity_effect_shown(request, activity, merchant=request.organisation), "is_leader": False}
    return render(request, "console/activity_effect.html", shown)


def joined_activities(merchant: Organisation) -> QuerySet[Activity]:
    """Activities whose leader passed an application of the merchant itself."""
    passed = Application.objects.filter(activity=OuterRef("pk"), merchant=merchant, depth=1, passed_at__isnull=False)
    return Activity.objects.filter(Exists(passed))

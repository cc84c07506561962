"""Trusteeships: leaders whom a merchant lets enter rates of its plans, within bounds."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fenxiao.console.access import role_required
from fenxiao.console.lists import page_of
from fenxiao.console.merchant.activity_forms import TrusteeshipForm, refusals_at
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Trusteeship
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def trusteeships(request: MemberRequest) -> HttpResponse:
    """All that were proposed, newest first, and the form that proposes one."""
    form = TrusteeshipForm(request.POST or None, initial={"leader": request.GET.get("leader", "")})
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            _propose(request, form)
            messages.success(request, _("Proposed: it holds once the leader accepts."))
            return redirect("merchant:trusteeships")
    page = page_of(deals.trusteeships_of(request.organisation), request)
    shown = {"form": form, "page": page, "now": request.now}
    return render(request, "console/merchant/activities_trust.html", shown, status=422 if form.errors else 200)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def end(request: MemberRequest, trusteeship_id: int) -> HttpResponse:
    """Take a trusteeship back."""
    found = get_object_or_404(Trusteeship, pk=trusteeship_id, merchant=request.organisation)
    acts.end_trusteeship(found, side=request.organisation, by=request.by, now=request.now)
    messages.success(request, _("The trusteeship is over."))
    return redirect("merchant:trusteeships")


def _propose(request: MemberRequest, form: TrusteeshipForm) -> Trusteeship:
    entered = form.cleaned_data
    return acts.propose_trusteeship(
        request.organisation,
        leader=entered["leader"],
        lowest_rate_bp=entered["lowest_rate"],
        highest_rate_bp=entered["highest_rate"],
        from_at=max(entered["from_at"] or request.now, request.now),
        until_at=entered["until_at"],
        by=request.by,
        now=request.now,
    )

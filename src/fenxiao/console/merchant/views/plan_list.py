"""All of a merchant's plans, and the creators' requests into them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.lists import LARGEST_ID, page_of, ticked
from fenxiao.console.merchant.plan_forms import DecisionForm, PlanFilter
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import PlanRequest, PlanType
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.rules import Act


@require_safe
@role_required(Kind.MERCHANT)
def plans(request: MemberRequest) -> HttpResponse:
    """Every plan, newest first: what it is on, its rates, where it stands."""
    asked = PlanFilter(request.GET)
    kind = asked.chosen("type")
    rows = deals.plans_of_merchant(
        request.organisation,
        type=PlanType(kind) if kind else None,
        text=_searchable(asked.chosen("q") or ""),
        creator=_creator(asked.chosen("creator") or ""),
    )
    page = page_of(rows, request)
    waiting = deals.requests_of_merchant(request.organisation, state=PlanRequest.State.PENDING).count()
    shown = {"filter": asked, "page": page, "rows": deals.listed(list(page), now=request.now), "waiting": waiting}
    return render(request, "console/merchant/plans.html", shown)


@require_safe
@role_required(Kind.MERCHANT)
def requests_(request: MemberRequest) -> HttpResponse:
    """Requests that wait for an answer, those that waited longest first."""
    waiting = deals.requests_of_merchant(request.organisation, state=PlanRequest.State.PENDING)
    shown = {"page": page_of(waiting, request), "form": DecisionForm()}
    return render(request, "console/merchant/plan_requests.html", shown)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def decide(request: MemberRequest) -> HttpResponse:
    """Let in or reject the requests that were ticked, all or none."""
    passes, form = request.POST.get("do") == "pass", DecisionForm(request.POST)
    if not form.is_valid():
        raise BadInput(field="reason", reason_zh="理由最多 200 字", reason_en="a reason has at most 200 characters")
    decided = acts.decide_requests(
        ticked(request, "requests"),
        pass_=passes,
        reason=form.cleaned_data["reason"],
        merchant=request.organisation,
        by=request.by,
        now=request.now,
    )
    count = len(decided)
    if passes:
        said = ngettext("%(count)s creator let in.", "%(count)s creators let in.", count)
    else:
        said = ngettext("%(count)s request rejected.", "%(count)s requests rejected.", count)
    messages.success(request, said % {"count": count})
    return redirect("merchant:plan_requests")


def _searchable(text: str) -> str:
    """A number too large for an id finds nothing rather than failing."""
    too_large = text.isascii() and text.isdecimal() and int(text) > LARGEST_ID
    return "\N{REPLACEMENT CHARACTER}" if too_large else text


def _creator(text: str) -> Organisation | None:
    if not (text.isascii() and text.isdecimal()) or int(text) > LARGEST_ID:
        return None
    return Organisation.objects.filter(kind=Kind.CREATOR, pk=int(text)).first()

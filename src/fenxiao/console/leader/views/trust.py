"""Trusteeships: merchants who let this leader enter rates of their plans, within bounds, and those plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import Case, IntegerField, Q, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.cooperation_forms import refusals_at
from fenxiao.console.leader.application_forms import TrustedPlanFilter, TrustedRateForm
from fenxiao.console.lists import page_of
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Plan, PlanRow, Trusteeship
from fenxiao.deals.queries import CommissionRow, ListedPlan
from fenxiao.deals.rules import parts_of
from fenxiao.deals.rules.application_states import TrustPhase, trust_phase
from fenxiao.kernel.clock import next_midnight
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act, may

ROWS_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Trusted:
    """A plan of a list with the bounds its merchant set."""

    listed: ListedPlan
    bounds: Trusteeship

    @property
    def is_outside(self) -> bool:
        """Whether a rate in force lies outside the bounds: the merchant entered it, or set the bounds later."""
        lowest, highest = self.listed.lowest_bp, self.listed.highest_bp
        if lowest is None or highest is None:
            return False
        return lowest < self.bounds.lowest_rate_bp or highest > self.bounds.highest_rate_bp


@require_safe
@role_required(Kind.LEADER)
def trusteeships(request: MemberRequest) -> HttpResponse:
    """All that merchants proposed: what waits for an answer first, then what stands, then what is over."""
    standing = Q(ended_at=None, until_at__gt=request.now)
    place = Case(
        When(standing & Q(accepted_at=None), then=0), When(standing, then=1), default=2, output_field=IntegerField()
    )
    page = page_of(deals.trusteeships_of(request.organisation).order_by(place, "-from_at", "-id"), request)
    shown = {
        "page": page,
        "rows": [(each, _phase(each, request.now)) for each in page],
        "may_act": may(request.member.role, Act.WORK),
    }
    return render(request, "console/leader/trusteeships.html", shown)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def accept(request: MemberRequest, trusteeship_id: int) -> HttpResponse:
    """Take on a merchant's rates."""
    found = own_trusteeship(request, trusteeship_id)
    acts.accept_trusteeship(found, leader=request.organisation, by=request.by, now=request.now)
    messages.success(request, _("Accepted: you may enter rates of this merchant's plans within the bounds."))
    return redirect("leader:trusteeships")


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def end(request: MemberRequest, trusteeship_id: int) -> HttpResponse:
    """Decline what was proposed, or give back what was accepted."""
    found = own_trusteeship(request, trusteeship_id)
    acts.end_trusteeship(found, side=request.organisation, by=request.by, now=request.now)
    messages.success(request, _("Given back.") if found.accepted_at else _("Declined."))
    return redirect("leader:trusteeships")


@require_safe
@role_required(Kind.LEADER)
def plans(request: MemberRequest) -> HttpResponse:
    """The plans whose rates this leader may enter, each with its bounds."""
    asked = TrustedPlanFilter(request.GET)
    rows = deals.trusted_plans(request.organisation, now=request.now)
    if title := asked.chosen("q"):
        rows = rows.filter(product__title__icontains=title)
    if merchant := asked.chosen("merchant"):
        rows = rows.filter(merchant__name__icontains=merchant)
    page = page_of(rows, request)
    shown = {"filter": asked, "page": page, "rows": _trusted(request, list(page))}
    return render(request, "console/leader/trusted_plans.html", shown)


@require_safe
@role_required(Kind.LEADER)
def plan(request: MemberRequest, plan_id: int) -> HttpResponse:
    """The rows of one plan, with a place for a new rate at each."""
    return _plan_page(request, own_plan(request, plan_id))


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def change_rate(request: MemberRequest, plan_id: int, row_id: int) -> HttpResponse:
    """Enter a new rate of one row within the bounds: a raise holds at once, a cut from the next midnight."""
    row = get_object_or_404(
        PlanRow.objects.select_related("plan__merchant"), pk=row_id, plan=own_plan(request, plan_id)
    )
    form = TrustedRateForm(request.POST)
    if form.is_valid():
        with refusals_at(form, {"rate_outside_trust": "rate"}):
            entered = acts.change_rate_as_trustee(
                row, rate_bp=form.cleaned_data["rate"], leader=request.organisation, by=request.by, now=request.now
            )
            is_at_once = entered.from_at <= entered.entered_at
            said = _("The new rate holds now.") if is_at_once else _("The new rate begins at midnight.")
            messages.success(request, said)
            return redirect("leader:trusted_plan", plan_id)
    return _plan_page(request, row.plan, form=form, row_id=row.pk)


def own_trusteeship(request: MemberRequest, trusteeship_id: int) -> Trusteeship:
    """A trusteeship offered to this leader; another's does not exist here (404)."""
    return get_object_or_404(Trusteeship, pk=trusteeship_id, leader=request.organisation)


def own_plan(request: MemberRequest, plan_id: int) -> Plan:
    """A plan held in trust now; any other does not exist here (404)."""
    return get_object_or_404(deals.trusted_plans(request.organisation, now=request.now), pk=plan_id)


def _phase(trusteeship: Trusteeship, now: datetime) -> TrustPhase:
    return trust_phase(
        from_at=trusteeship.from_at,
        until_at=trusteeship.until_at,
        accepted_at=trusteeship.accepted_at,
        ended_at=trusteeship.ended_at,
        now=now,
    )


def _trusted(request: MemberRequest, found: Sequence[Plan]) -> list[Trusted]:
    in_force = deals.trusteeships_in_force(request.organisation, now=request.now)
    bounds = {each.merchant_id: each for each in in_force}
    listed = deals.listed(found, now=request.now)
    return [Trusted(listed=each, bounds=bounds[each.plan.merchant_id]) for each in listed]


def _plan_page(
    request: MemberRequest, plan: Plan, *, form: TrustedRateForm | None = None, row_id: int | None = None
) -> HttpResponse:
    page = page_of(deals.commission_rows(plan, now=request.now), request, per_page=ROWS_SHOWN)
    fee_bp = deals.platform_fee_at(request.now)
    shown = {
        "plan": plan,
        "trusted": _trusted(request, [plan])[0],
        "page": page,
        "rows": [(row, _earned(plan, row, platform_fee_bp=fee_bp)) for row in page],
        "form": form,
        "row_id": row_id,
        "midnight": next_midnight(request.now),
        "may_act": may(request.member.role, Act.WORK),
    }
    return render(request, "console/leader/trusted_plan.html", shown, status=422 if form else 200)


def _earned(plan: Plan, row: CommissionRow, *, platform_fee_bp: int) -> int | None:
    """What the creator gets of one sale; None for a whole shop's plan and a row without a rate."""
    if plan.product is None or row.rate_bp is None:
        return None
    parts = parts_of(plan.product.price_fen, commission_rate_bp=row.rate_bp, platform_fee_rate_bp=platform_fee_bp)
    return parts.creator_net_fen

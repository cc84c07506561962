"""Targeted plans that a creator may ask into, and what became of its requests."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.creator.forms import LONGEST_WORDS, AskForm
from fenxiao.console.lists import page_of
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.errors import FloorNotMet
from fenxiao.deals.models import Entry, Plan, PlanRequest, PlanType
from fenxiao.deals.queries import Gain
from fenxiao.deals.rules.entrance import check_floors
from fenxiao.parties.models import Kind, Organisation, Tier
from fenxiao.parties.queries import scores_at, tiers_at
from fenxiao.parties.rules import Act

State = PlanRequest.State
TARGETED = (PlanType.ITEM_TARGETED, PlanType.SHOP_TARGETED)
GOODS_SHOWN = 3  # of a shop's, those that gain most


@dataclass(frozen=True, kw_only=True)
class OpenPlan:
    """A plan of the list: what it would bring on its goods, whether its floors are met, and a request that waits."""

    plan: Plan
    gains: list[Gain]
    meets_floors: bool
    waiting: PlanRequest | None

    @property
    def shown(self) -> list[Gain]:
        """The goods that gain most."""
        return self.gains[:GOODS_SHOWN]

    @property
    def better(self) -> int:
        """On how many of the goods looked at it would bring more."""
        return sum(gain.more_fen > 0 for gain in self.gains)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What floors ask of a creator: its tier and score."""

    tier: Tier | None
    score_centi: int | None

    def meets(self, plan: Plan) -> bool:
        """Whether the plan's floors are met."""
        try:
            check_floors(
                floor_tier=plan.floor_tier,
                floor_score_centi=plan.floor_score_centi,
                tier=str(self.tier or ""),
                score_centi=self.score_centi,
            )
        except FloorNotMet:
            return False
        return True


@require_safe
@role_required(Kind.CREATOR)
def open_plans(request: MemberRequest) -> HttpResponse:
    """Plans that take requests, with what each would bring against today."""
    creator = request.organisation
    page = page_of(deals.targeted_plans_open_to(creator, now=request.now), request)
    standing = _standing(request)
    shown = {
        "page": page,
        "rows": _rows(request, list(page), standing),
        "standing": standing,
        "waiting": deals.requests_of_creator(creator).filter(state=State.PENDING).count(),
        "longest_words": LONGEST_WORDS,
    }
    return render(request, "console/creator/open_plans.html", shown)


@require_safe
@role_required(Kind.CREATOR)
def requests_(request: MemberRequest) -> HttpResponse:
    """The creator's requests with their states and reasons, the newest first."""
    page = page_of(deals.requests_of_creator(request.organisation), request)
    return render(request, "console/creator/requests.html", {"page": page})


@require_POST
@role_required(Kind.CREATOR, act=Act.WORK)
def ask(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Ask into a plan, with words to its merchant."""
    plans = Plan.objects.filter(type__in=TARGETED).exclude(entry=Entry.INVITED)
    plan, form = get_object_or_404(plans, pk=plan_id), AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["words"][0]))
        return redirect("creator:open_plans")
    asked = acts.ask_to_join(
        plan, creator=request.organisation, words=form.cleaned_data["words"], by=request.by, now=request.now
    )
    is_in = asked.state == State.PASSED
    messages.success(request, _("You are in.") if is_in else _("Asked. The merchant will answer."))
    return redirect("creator:requests")


@require_POST
@role_required(Kind.CREATOR, act=Act.WORK)
def withdraw(request: MemberRequest, request_id: int) -> HttpResponse:
    """Take a request back."""
    asked = get_object_or_404(PlanRequest, pk=request_id, creator=request.organisation)
    acts.withdraw_request(asked, creator=request.organisation, by=request.by, now=request.now)
    messages.success(request, _("Request withdrawn."))
    return redirect("creator:requests")


def _standing(request: MemberRequest) -> Standing:
    creator: Organisation = request.organisation
    return Standing(
        tier=tiers_at([creator.pk], request.now).get(creator.pk),
        score_centi=scores_at([creator.pk], request.now).get(creator.pk),
    )


def _rows(request: MemberRequest, plans: list[Plan], standing: Standing) -> list[OpenPlan]:
    gains = deals.gains_of(plans, creator=request.organisation, now=request.now)
    pending = PlanRequest.objects.filter(creator=request.organisation, plan__in=plans, state=State.PENDING)
    waiting = {each.plan_id: each for each in pending}
    return [
        OpenPlan(
            plan=plan,
            gains=gains.get(plan.pk, []),
            meets_floors=standing.meets(plan),
            waiting=waiting.get(plan.pk),
        )
        for plan in plans
    ]

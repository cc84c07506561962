"""What merchants ask of a leader and a leader of merchants: longer cooperations and lower fees, and the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.cooperation_forms import reason_of
from fenxiao.console.lists import page_of
from fenxiao.console.offers import Offer, offers_of, sale_of, terms_of
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Application, Wish
from fenxiao.deals.rules import Split
from fenxiao.kernel.clock import next_midnight
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act, may

ANSWERED = [state for state in Wish.State if state != Wish.State.OPEN]
ANSWERED_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Something asked, with what stands and what it would make of one sale."""

    wish: Wish
    offer: Offer
    wanted: Split | None  # one sale with the fee asked for
    ceded: tuple[Application, int] | None  # a second leader's that stands against it, and its fee

    @property
    def costs_fen(self) -> int:
        """What the leader earns less on one sale."""
        return self.offer.split.leader_net.fen - self.wanted.leader_net.fen if self.wanted else 0

    @property
    def days(self) -> int:
        """By how many days the cooperation would be longer."""
        until = self.wish.wanted_until
        return (until - self.offer.application.until_at).days if until else 0


@require_safe
@role_required(Kind.LEADER)
def wishes(request: MemberRequest) -> HttpResponse:
    """What waits for this leader's answer first, then what waits for merchants', then what was answered of late."""
    page = page_of(_of_merchants(request), request)
    answered = deals.wishes_of(request.organisation, states=ANSWERED).filter(application__depth=1)
    shown = {
        "page": page,
        "asked": _asked(list(page), now=request.now),
        "answered": answered.order_by("-decided_at", "-id")[:ANSWERED_SHOWN],
        "midnight": next_midnight(request.now),
        "may_act": may(request.member.role, Act.WORK),
        "now": request.now,
    }
    return render(request, "console/leader/wishes.html", shown)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def answer(request: MemberRequest, wish_id: int) -> HttpResponse:
    """Grant or decline what a merchant asked."""
    wish, grants = own_wish(request, wish_id), request.POST.get("do") == "grant"
    acts.answer_wish(
        wish, side=request.organisation, grant=grants, reason=reason_of(request), by=request.by, now=request.now
    )
    messages.success(request, _("Granted.") if grants else _("Declined."))
    return redirect("leader:wishes")


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def withdraw(request: MemberRequest, wish_id: int) -> HttpResponse:
    """Take back what was asked of a merchant."""
    acts.withdraw_wish(own_wish(request, wish_id), side=request.organisation, by=request.by, now=request.now)
    messages.success(request, _("The request was taken back."))
    return redirect("leader:wishes")


def own_wish(request: MemberRequest, wish_id: int) -> Wish:
    """What was asked about a merchant's application to this leader; another's does not exist here (404)."""
    rows = Wish.objects.filter(application__activity__leader=request.organisation, application__depth=1)
    return get_object_or_404(rows, pk=wish_id)


def _of_merchants(request: MemberRequest) -> Sequence[Wish]:
    """Open ones about merchants' applications, those to be answered here first."""
    rows = deals.wishes_of(request.organisation).filter(application__depth=1)
    return sorted(rows, key=lambda wish: wish.asked_by_id == request.organisation.pk)


def _asked(wishes: Sequence[Wish], *, now: datetime) -> list[Asked]:
    ids = [wish.application_id for wish in wishes]
    found = list(deals.with_terms(Application.objects.filter(pk__in=ids), now))
    offers = {offer.application.pk: offer for offer in offers_of(found, now=now)}
    ceded = deals.highest_ceded_of(ids, now=now)
    return [_one(wish, offers[wish.application_id], ceded.get(wish.application_id)) for wish in wishes]


def _one(wish: Wish, offer: Offer, ceded: tuple[Application, int] | None) -> Asked:
    wanted_bp = wish.wanted_fee_bp
    if wanted_bp is None:
        return Asked(wish=wish, offer=offer, wanted=None, ceded=None)
    platform_bp = offer.terms.platform_fee_rate_bp
    terms = terms_of(offer.application, platform_fee_bp=platform_bp, service_fee_bp=wanted_bp)
    bars = ceded if ceded and ceded[1] > wanted_bp else None
    return Asked(wish=wish, offer=offer, wanted=sale_of(offer.application, terms), ceded=bars)

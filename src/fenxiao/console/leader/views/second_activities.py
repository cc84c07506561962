"""Other leaders' activities: those a leader may hand its goods on to, and one with the goods that may go in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from fenxiao.catalog.models import Category
from fenxiao.console.access import role_required
from fenxiao.console.leader.second_forms import GoodsFilter, HandOnForm, SecondActivityFilter, refusals_at
from fenxiao.console.leader.second_sales import chain_terms, sale
from fenxiao.console.lists import page_of
from fenxiao.console.records import orders_30d
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Activity
from fenxiao.deals.rules import Split
from fenxiao.deals.rules.second_states import check_ceded
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act, may

GOODS_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class HandedOn:
    """What one sale would come to once handed on on the fee entered, and what it comes to now."""

    goods: deals.GoodsForSecond
    split: Split
    alone: Split


@require_safe
@role_required(Kind.LEADER)
def second_activities(request: MemberRequest) -> HttpResponse:
    """Activities of other leaders that take this leader's goods now, newest first."""
    asked = SecondActivityFilter(request.GET)
    rows = deals.second_activities_open_to(request.organisation, now=request.now)
    if title := asked.chosen("q"):
        rows = rows.filter(title__icontains=title)
    if leader := asked.chosen("leader"):
        rows = rows.filter(leader__name__icontains=leader)
    shown = {"filter": asked, "page": page_of(rows, request), "now": request.now}
    return render(request, "console/leader/second_activities.html", shown)


@require_safe
@role_required(Kind.LEADER)
def second_activity(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """One of them: its floors, its leader's record, and the goods that may go in."""
    found = _open_activity(request, invitation_id)
    least = f"{found.floor_service_fee_bp / 100:g}"
    return _page(request, found, form=HandOnForm(leader=request.organisation, initial={"fee": least}))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.LEADER, act=Act.WORK)
def hand_on(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """Hand on what is ticked: "preview" works it out, "save" applies with all of it or none."""
    found = _open_activity(request, invitation_id)
    if request.method != "POST":
        return redirect("leader:second_activity", invitation_id)
    form, worked_out = HandOnForm(request.POST, leader=request.organisation), []
    if form.is_valid():
        with refusals_at(form):
            if request.POST.get("do") == "save":
                return _applied(request, found, form)
            worked_out = _worked_out(request, found, form)
    return _page(request, found, form=form, worked_out=worked_out)


def _open_activity(request: MemberRequest, invitation_id: int) -> Activity:
    """An activity that takes this leader's goods; any other does not exist here (404)."""
    return get_object_or_404(deals.second_activities_open_to(request.organisation, now=request.now), pk=invitation_id)


def _applied(request: MemberRequest, activity: Activity, form: HandOnForm) -> HttpResponse:
    made = acts.apply_to_second(
        form.firsts(),
        activity=activity,
        **form.terms(),
        leader=request.organisation,
        by=request.by,
        now=request.now,
    )
    said = ngettext(
        "%(count)s product handed on; %(leader)s audits it.",
        "%(count)s products handed on; %(leader)s audits them.",
        len(made),
    )
    messages.success(request, said % {"count": len(made), "leader": activity.leader.name})
    return redirect("leader:handed_on")


def _worked_out(request: MemberRequest, activity: Activity, form: HandOnForm) -> list[HandedOn]:
    """What one sale of each product ticked comes to on this fee. Nothing is saved."""
    ceded_bp, platform_bp = form.cleaned_data["fee"], deals.platform_fee_at(request.now)
    goods = deals.goods_for_second(request.organisation, activity, now=request.now, application_ids=form.firsts())
    rows = []
    for each in goods:
        title, price_fen = each.application.product.title, each.application.product.price_fen
        floor_bp, first_bp = activity.floor_service_fee_bp, each.service_fee_rate_bp
        if each.finding is None:
            check_ceded(ceded_bp, floor_bp=floor_bp, first_bp=first_bp, title=title)
        rates = {"commission_bp": each.commission_rate_bp, "first_fee_bp": first_bp, "platform_bp": platform_bp}
        then, now = chain_terms(ceded_bp=ceded_bp, **rates), chain_terms(ceded_bp=0, **rates)
        rows.append(HandedOn(goods=each, split=sale(price_fen, then), alone=sale(price_fen, now)))
    return rows


def _page(
    request: MemberRequest, activity: Activity, *, form: HandOnForm, worked_out: Sequence[HandedOn] = ()
) -> HttpResponse:
    floors, asked = deals.floors_of(activity), GoodsFilter(request.GET)
    names = Category.objects.in_bulk([floor.category_id for floor in floors.by_category])
    goods = deals.goods_for_second(request.organisation, activity, now=request.now, title=asked.chosen("q") or "")
    shown = {
        "activity": activity,
        "filter": asked,
        "floors": floors,
        "floors_by_category": [(names[floor.category_id], floor.commission_bp) for floor in floors.by_category],
        "record": deals.leader_record(activity.leader),
        "orders_30d": orders_30d(activity.leader, now=request.now),
        "page": page_of(goods, request, per_page=GOODS_SHOWN),
        "free": sum(row.finding is None for row in goods),
        "ticked": set(request.POST.getlist("applications")),
        "form": form,
        "worked_out": worked_out,
        "may_act": may(request.member.role, Act.WORK),
        "now": request.now,
    }
    return render(request, "console/leader/second_activity.html", shown, status=422 if form.errors else 200)

"""Leaders' activities: those a merchant can join, one with its rules, and applying to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from fenxiao.catalog.models import Category, Product
from fenxiao.console.access import role_required
from fenxiao.console.lists import page_of
from fenxiao.console.merchant.activity_forms import ActivityFilter, ApplyForm, GoodsFilter, refusals_at
from fenxiao.console.records import orders_30d
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Activity, ActivityType, PlanType
from fenxiao.deals.rules import Split, Terms, split
from fenxiao.deals.rules.offered_terms import Finding, below_floor, check_offer
from fenxiao.kernel.money import Money
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act

GOODS_SHOWN = 50
MOST_PREVIEWED = 5


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """What one sale of a product would come to on the terms entered, or why it may not apply."""

    product: Product
    split: Split
    finding: Finding | None


@require_safe
@role_required(Kind.MERCHANT)
def activities(request: MemberRequest) -> HttpResponse:
    """Activities that take applications now, those that end first first."""
    asked = ActivityFilter(request.GET)
    rows = deals.activities_open_to(
        request.organisation, now=request.now, type=asked.chosen("type"), title=asked.chosen("q") or ""
    )
    shown = {"filter": asked, "page": page_of(rows, request), "now": request.now}
    return render(request, "console/merchant/activities.html", shown)


@require_safe
@role_required(Kind.MERCHANT)
def activity(request: MemberRequest, activity_id: int) -> HttpResponse:
    """One activity: rules and floors, its leader's record and contact, and the goods that may apply."""
    found = joinable_activity(request, activity_id)
    return _activity_page(request, found, form=_empty_form(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def apply(request: MemberRequest, activity_id: int) -> HttpResponse:
    """Apply with the goods ticked: "preview" works it out, "save" applies with all of them or none."""
    found = joinable_activity(request, activity_id)
    if request.method != "POST":
        return redirect("merchant:activity", activity_id)
    form, previewed = ApplyForm(request.POST, merchant=request.organisation), []
    if form.is_valid():
        with refusals_at(form):
            if request.POST.get("do") == "save":
                return _applied(request, found, form)
            previewed = _preview(request, found, form)
    return _activity_page(request, found, form=form, previewed=previewed)


def joinable_activity(request: MemberRequest, activity_id: int) -> Activity:
    """An activity that is open to the merchant, or to which it has applied; any other does not exist here (404)."""
    open_ones = deals.activities_open_to(request.organisation, now=request.now, activity_id=activity_id)
    found = open_ones.first() or deals.applied_activities(request.organisation, activity_id=activity_id).first()
    if found is None:
        raise Http404
    return found


def _empty_form(request: MemberRequest, activity: Activity) -> ApplyForm:
    floors = deals.floors_of(activity)
    first = {"until_at": activity.ends_at, "service_fee": f"{floors.service_fee_bp / 100:g}"}
    return ApplyForm(merchant=request.organisation, initial=first)


def _applied(request: MemberRequest, activity: Activity, form: ApplyForm) -> HttpResponse:
    made = acts.apply_to_activity(
        activity,
        merchant=request.organisation,
        products=list(form.cleaned_data["products"]),
        **form.terms(),
        by=request.by,
        now=request.now,
    )
    said = ngettext("Applied with %(count)s product.", "Applied with %(count)s products.", len(made))
    messages.success(request, said % {"count": len(made)})
    return redirect("merchant:applications")


def _preview(request: MemberRequest, activity: Activity, form: ApplyForm) -> list[Previewed]:
    """What one sale of the first goods ticked comes to on these terms. Nothing is saved."""
    entered, floors = form.terms(), deals.floors_of(activity)
    check_offer(
        rate_bp=entered["rate_bp"],
        service_fee_bp=entered["service_fee_bp"],
        floor_fee_bp=floors.service_fee_bp,
        guaranteed_orders=entered["guaranteed_orders"],
    )
    ids = [product.pk for product in form.cleaned_data["products"]]
    usable = deals.usable_products(request.organisation, activity, product_ids=ids)
    terms = Terms(
        plan_id=None,
        plan_type=PlanType.ACTIVITY_NORMAL,
        commission_rate_bp=entered["rate_bp"],
        service_fee_rate_bp=entered["service_fee_bp"],
        platform_fee_rate_bp=deals.platform_fee_at(request.now),
    )
    return [_previewed(row, terms) for row in usable[:MOST_PREVIEWED]]


def _previewed(row: deals.UsableProduct, terms: Terms) -> Previewed:
    finding = row.finding
    if finding is None and row.floor_bp is not None and terms.commission_rate_bp < row.floor_bp:
        finding = below_floor(terms.commission_rate_bp, floor_bp=row.floor_bp)
    return Previewed(product=row.product, split=split(Money(row.product.price_fen), terms), finding=finding)


def _activity_page(
    request: MemberRequest, activity: Activity, *, form: ApplyForm, previewed: Sequence[Previewed] = ()
) -> HttpResponse:
    floors = deals.floors_of(activity)
    names = Category.objects.in_bulk([floor.category_id for floor in floors.by_category])
    asked = GoodsFilter(request.GET)
    usable = deals.usable_products(request.organisation, activity, title=asked.chosen("q") or "")
    is_exclusive = activity.type == ActivityType.EXCLUSIVE
    shown = {
        "activity": activity,
        "filter": asked,
        "floors": floors,
        "floors_by_category": [(names[floor.category_id], floor.commission_bp) for floor in floors.by_category],
        "record": deals.leader_record(activity.leader),
        "orders_30d": orders_30d(activity.leader, now=request.now),
        "state": deals.state_of(activity, now=request.now),
        "creators": deals.creators_of(activity, moment=request.now) if is_exclusive else (),
        "adjustments": deals.creator_adjustments(activity) if is_exclusive else (),
        "page": page_of(usable, request, per_page=GOODS_SHOWN),
        "ticked": set(request.POST.getlist("products")),
        "form": form,
        "previewed": previewed,
        "now": request.now,
    }
    return render(request, "console/merchant/activity.html", shown, status=422 if form.errors else 200)

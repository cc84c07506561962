"""The normal plan of a product: open it, change its rate, close it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fenxiao.catalog.models import Product
from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.merchant.forms import RateForm
from fenxiao.console.merchant.views.goods import own_product
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Plan, PlanQuerySet, PlanType
from fenxiao.kernel.clock import next_midnight
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def plan(request: MemberRequest, product_id: int) -> HttpResponse:
    """Enter a commission rate: opens the plan, or raises at once, or cuts from the next midnight."""
    product = own_product(request, product_id)
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _enter(request, product, rate_bp=form.cleaned_data["rate"])
        if not form.errors:
            return redirect("merchant:plan", product_id)
    return _plan_page(request, product, form=form)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def close(request: MemberRequest, product_id: int) -> HttpResponse:
    """Close the plan at the next midnight."""
    standing = get_object_or_404(_open_plans(request, own_product(request, product_id)))
    acts.close_plan(standing, by=request.by, now=request.now)
    messages.success(request, _("The plan ends at the next midnight."))
    return redirect("merchant:plan", product_id)


def _enter(request: MemberRequest, product: Product, *, rate_bp: int) -> None:
    """One act: open where no plan stands, else change its rate."""
    standing = _open_plans(request, product).first()
    if standing is None:
        acts.open_plan(product, rate_bp=rate_bp, by=request.by, now=request.now)
        messages.success(request, _("The plan is open: creators see the rate now."))
        return
    entered = acts.change_rate(standing, rate_bp=rate_bp, by=request.by, now=request.now)
    is_at_once = entered.from_at <= entered.entered_at
    messages.success(request, _("The new rate holds now.") if is_at_once else _("The new rate begins at midnight."))


def _open_plans(request: MemberRequest, product: Product) -> PlanQuerySet:
    return Plan.objects.filter(product=product, type=PlanType.NORMAL).open_at(request.now)


def _plan_page(request: MemberRequest, product: Product, *, form: RateForm) -> HttpResponse:
    plan = _open_plans(request, product).first()
    shown = {
        "product": product,
        "form": form,
        "plan": plan,
        "closes_at": deals.closes_at(plan) if plan else None,
        "quote": deals.quote(product, creator=None, moment=request.now),
        "history": deals.plan_history(product),
        "midnight": next_midnight(request.now),
        "now": request.now,
    }
    return render(request, "console/merchant/plan.html", shown, status=422 if form.errors else 200)

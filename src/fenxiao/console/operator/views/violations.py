"""Violations found in products: all that stand; one recorded with a reason, lifted with one."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Product, Violation
from fenxiao.catalog.queries import recorders_of
from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.lists import page_of
from fenxiao.console.operator.forms import LiftingForm, ViolationFilter, ViolationForm
from fenxiao.console.operator.views.goods import product_page
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act, may


@require_safe
@role_required(Kind.OPERATOR)
def violations(request: MemberRequest) -> HttpResponse:
    """All violations that stand, the one found last first."""
    return _standing_page(request)


def _standing_page(request: MemberRequest, *, refused: tuple[int, LiftingForm] | None = None) -> HttpResponse:
    """The list; where lifting one was refused, its form says why."""
    asked = ViolationFilter(request.GET)
    rows = Violation.objects.filter(lifted_at=None).order_by("-found_at", "-pk")
    if text := asked.chosen("q"):
        rows = rows.filter(Q(product__title__icontains=text) | Q(product__merchant__name__icontains=text))
    if kind := asked.chosen("kind"):
        rows = rows.filter(kind=kind)
    page = page_of(rows.select_related("product__merchant", "product__category"), request)
    by = recorders_of(list(page))
    forms = dict([refused] if refused else [])
    listed = [(one, by.get(one.pk, ""), forms.get(one.pk) or LiftingForm(auto_id=f"lift_{one.pk}_%s")) for one in page]
    shown = {"filter": asked, "page": page, "rows": listed, "may_lift": may(request.member.role, Act.WORK)}
    return render(request, "console/operator/violations_standing.html", shown, status=422 if refused else 200)


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def record(request: MemberRequest, product_id: int) -> HttpResponse:
    """Record what was found: the product is L0 from now on."""
    product, form = get_object_or_404(Product, pk=product_id), ViolationForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            kind, reason = form.cleaned_data["kind"], form.cleaned_data["reason"]
            catalog.record_violation(product, kind=kind, reason=reason, by=request.by, now=request.now)
    if form.errors:
        return product_page(request, product_id, violation_form=form)
    messages.success(request, _("Recorded: the product is L0 until this is lifted."))
    return redirect("operator:product", product_id)


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def lift(request: MemberRequest, violation_id: int) -> HttpResponse:
    """Lift a violation: the next grading places the product again."""
    violation = get_object_or_404(Violation, pk=violation_id)
    is_listed = "from_list" in request.POST
    form = LiftingForm(request.POST, auto_id=f"lift_{violation.pk}_%s" if is_listed else "id_%s")
    if form.is_valid():
        with refusals_on(form):
            catalog.lift_violation(violation, reason=form.cleaned_data["reason"], by=request.by, now=request.now)
    if form.errors and is_listed:
        return _standing_page(request, refused=(violation.pk, form))
    if form.errors:
        return product_page(request, violation.product_id, lifting_form=form)
    messages.success(request, _("Lifted: the next grading places the product again."))
    if is_listed:
        return redirect("operator:violations")
    return redirect("operator:product", violation.product_id)

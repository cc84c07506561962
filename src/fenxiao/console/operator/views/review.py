"""The review queue: submissions the rules would not decide alone, oldest first."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Admission, BrandQualification
from fenxiao.catalog.queries import category_path, review_queue
from fenxiao.catalog.rules import findings_from
from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.lists import page_of
from fenxiao.console.operator.forms import RefusalForm
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act


@require_safe
@role_required(Kind.OPERATOR)
def queue(request: MemberRequest) -> HttpResponse:
    """Cases that wait, the oldest first."""
    page = page_of(review_queue(), request)
    cases = [(admission, findings_from(admission.findings)) for admission in page.object_list]
    return render(request, "console/operator/review.html", {"page": page, "cases": cases})


@require_safe
@role_required(Kind.OPERATOR)
def case(request: MemberRequest, admission_id: int) -> HttpResponse:
    """One submission with all there is to judge it by."""
    return _case_page(request, get_object_or_404(_admissions(), pk=admission_id))


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def approve(request: MemberRequest, admission_id: int) -> HttpResponse:
    """Let the product in."""
    product = get_object_or_404(_admissions(), pk=admission_id).product
    catalog.approve_product(product, by=request.by, now=request.now)
    messages.success(request, _("“%(title)s” is admitted.") % {"title": product.title})
    return redirect("operator:review")


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def refuse(request: MemberRequest, admission_id: int) -> HttpResponse:
    """Send the product back with a reason."""
    admission, form = get_object_or_404(_admissions(), pk=admission_id), RefusalForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            reason = form.cleaned_data["reason"]
            catalog.refuse_product(admission.product, reason=reason, by=request.by, now=request.now)
    if form.errors:
        return _case_page(request, admission, form=form)
    messages.success(request, _("“%(title)s” is refused.") % {"title": admission.product.title})
    return redirect("operator:review")


def _admissions() -> "QuerySet[Admission, Admission]":
    return Admission.objects.select_related("product__merchant", "product__category", "product__brand")


def _case_page(request: MemberRequest, admission: Admission, *, form: RefusalForm | None = None) -> HttpResponse:
    product = admission.product
    shown: dict[str, Any] = {
        "admission": admission,
        "product": product,
        "findings": findings_from(admission.findings),
        "path": category_path(product.category),
        "form": form or RefusalForm(),
        "is_open": admission.verdict == Admission.Verdict.PENDING,
        "before": Admission.objects.filter(product=product).exclude(pk=admission.pk).order_by("-submitted_at", "-pk"),
        "standing": BrandQualification.objects.filter(merchant=product.merchant, brand=product.brand).first()
        if product.brand
        else None,
    }
    return render(request, "console/operator/case.html", shown, status=422 if form else 200)

"""All merchants' products."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fenxiao.catalog.models import Admission, LevelChange, Product
from fenxiao.catalog.queries import category_path, violations_of
from fenxiao.console.access import role_required
from fenxiao.console.goods import explained, listed
from fenxiao.console.lists import page_of
from fenxiao.console.operator.forms import LiftingForm, ProductFilter, ViolationForm
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind


@require_safe
@role_required(Kind.OPERATOR)
def products(request: MemberRequest) -> HttpResponse:
    """Find products by title, merchant, state or level."""
    asked = ProductFilter(request.GET)
    rows = Product.objects.order_by("-submitted_at", "-pk")
    if text := asked.chosen("q"):
        rows = rows.filter(Q(title__icontains=text) | Q(merchant__name__icontains=text))
    if state := asked.chosen("state"):
        rows = rows.filter(state=state)
    if level := asked.chosen("level"):
        rows = rows.filter(level=level)
    page = page_of(rows.select_related("category", "merchant"), request)
    shown = {"filter": asked, "page": page, "rows": listed(list(page), now=request.now)}
    return render(request, "console/operator/products.html", shown)


@require_safe
@role_required(Kind.OPERATOR)
def product(request: MemberRequest, product_id: int) -> HttpResponse:
    """One product with its level explained, what was found against it and its history at the gate."""
    return product_page(request, product_id)


def product_page(
    request: MemberRequest,
    product_id: int,
    *,
    violation_form: ViolationForm | None = None,
    lifting_form: LiftingForm | None = None,
) -> HttpResponse:
    """The product's page, with a form that was refused where there is one."""
    rows = Product.objects.select_related("category", "brand", "merchant")
    found = get_object_or_404(rows, pk=product_id)
    shown = {
        "product": found,
        "path": category_path(found.category),
        **explained(found),
        "violations": violations_of(found),
        "violation_form": violation_form or ViolationForm(),
        "lifting_form": lifting_form or LiftingForm(),
        "levels": LevelChange.objects.filter(product=found).order_by("-from_at", "-pk")[:10],
        "admissions": Admission.objects.filter(product=found).order_by("-submitted_at", "-pk")[:10],
    }
    refused = violation_form or lifting_form
    return render(request, "console/operator/product.html", shown, status=422 if refused else 200)

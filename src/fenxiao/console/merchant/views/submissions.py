"""Bringing goods in: pick a category by three levels, fill the form, hear the gate's verdict."""

from typing import Any

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Admission, Category, Product
from fenxiao.catalog.queries import category_choices, category_path
from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.merchant.forms import CategoryFilter, ProductForm, fields_of
from fenxiao.console.merchant.views.goods import own_product
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act

PEER_DEPTH = 3
MOST_FOUND = 60


@require_safe
@role_required(Kind.MERCHANT, act=Act.WORK)
def pick_category(request: MemberRequest) -> HttpResponse:
    """Three columns, each narrowing the next, or a search by name."""
    picked = Category.objects.filter(pk=request.GET.get("category", ""), is_active=True).first()
    path = category_path(picked)[: PEER_DEPTH - 1] if picked else []
    columns = [(category_choices(parent), parent) for parent in [None, *(category.pk for category in path)]]
    asked = CategoryFilter(request.GET)
    shown = {
        "columns": [choices for choices, _parent in columns],
        "picked": {category.pk for category in path},
        "filter": asked,
        "found": _found(asked.chosen("q")),
    }
    return render(request, "console/merchant/pick_category.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def add(request: MemberRequest, category_id: str) -> HttpResponse:
    """Submit a product to the gate, and show what it said."""
    category = get_object_or_404(Category, pk=category_id, third__isnull=False, is_active=True)
    form = ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            draft = form.draft(category)
            made = catalog.submit_product(request.organisation, draft=draft, by=request.by, now=request.now)
        if not form.errors:
            return redirect("merchant:product", made.pk)
    return _form_page(request, form, category=category)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def resubmit(request: MemberRequest, product_id: int) -> HttpResponse:
    """Mend a refused product and submit it again."""
    product = own_product(request, product_id)
    form = ProductForm(request.POST or None, initial=fields_of(product))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            catalog.resubmit_product(product, draft=form.draft(product.category), by=request.by, now=request.now)
        if not form.errors:
            return redirect("merchant:product", product_id)
    return _form_page(request, form, category=product.category, product=product)


def _form_page(
    request: MemberRequest, form: ProductForm, *, category: Category, product: Product | None = None
) -> HttpResponse:
    shown: dict[str, Any] = {"form": form, "category": category, "path": category_path(category), "product": product}
    if product:
        shown["admission"] = Admission.objects.filter(product=product).order_by("-submitted_at", "-pk").first()
    return render(request, "console/merchant/product_form.html", shown, status=422 if form.errors else 200)


def _found(name: str | None) -> list[tuple[Category, list[Category]]]:
    """Peer groups with `name` in their own name, each with its ancestors."""
    if not name:
        return []
    rows = Category.objects.filter(third=F("pk"), is_active=True).select_related("parent__parent")
    found = (rows.filter(name_zh__icontains=name) | rows.filter(name_en__icontains=name)).order_by("pk")
    return [(third, _ancestors(third)) for third in found[:MOST_FOUND]]


def _ancestors(third: Category) -> list[Category]:
    second = third.parent
    return [node for node in (second.parent if second else None, second) if node]

"""A merchant's products: the list, one product with its level and radar, price and stock, on and off the shelf."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from fenxiao.catalog import services as catalog
from fenxiao.catalog.models import Admission, Product, ProductState
from fenxiao.catalog.queries import category_path, violations_of
from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.goods import explained, listed
from fenxiao.console.lists import page_of
from fenxiao.console.merchant.forms import FreightForm, PriceForm, ProductFilter, StockForm, freight_typed, yuan
from fenxiao.console.requests import MemberRequest
from fenxiao.console.window import last_days
from fenxiao.deals import queries as deals
from fenxiao.facts import queries as facts
from fenxiao.insights.rules import points_of
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act
from fenxiao.quality import queries as quality

STEPS_SHOWN = 8  # each one's reason is read from its own run


@require_safe
@role_required(Kind.MERCHANT)
def products(request: MemberRequest) -> HttpResponse:
    """One's own products, newest first."""
    asked = ProductFilter(request.GET)
    rows = Product.objects.owned_by(request.organisation).order_by("-submitted_at", "-pk")
    if title := asked.chosen("q"):
        rows = rows.filter(title__icontains=title)
    if state := asked.chosen("state"):
        rows = rows.filter(state=state)
    if level := asked.chosen("level"):
        rows = rows.filter(level=level)
    if moved := asked.chosen("moved"):
        rows = quality.moved_lately(rows, how=quality.Moved(moved))
    page = page_of(rows.select_related("category"), request)
    shown = {"filter": asked, "page": page, "rows": listed(list(page), now=request.now)}
    return render(request, "console/merchant/products.html", shown)


@require_safe
@role_required(Kind.MERCHANT)
def product(request: MemberRequest, product_id: int) -> HttpResponse:
    """One product: level with its reasons, terms with their history, sales."""
    found = own_product(request, product_id)
    shown = {
        "product": found,
        "path": category_path(found.category),
        **explained(found),
        "quote": deals.quote(found, creator=None, moment=request.now),
        "plans": deals.plan_history(found),
        "steps": quality.history_of(found.pk, most=STEPS_SHOWN),
        "violations": violations_of(found),
        "admissions": Admission.objects.filter(product=found).order_by("-submitted_at", "-pk")[:5],
        "days": points_of(facts.daily_of_product(found.pk, *last_days(request.now))),
        "now": request.now,
    }
    return render(request, "console/merchant/product.html", shown)


@require_safe
@role_required(Kind.MERCHANT, act=Act.WORK)
def edit(request: MemberRequest, product_id: int) -> HttpResponse:
    """The forms for price and stock."""
    return _edit_page(request, own_product(request, product_id))


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def reprice(request: MemberRequest, product_id: int) -> HttpResponse:
    """Change the price."""
    found, form = own_product(request, product_id), PriceForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            catalog.reprice_product(found, price_fen=form.cleaned_data["price"], by=request.by, now=request.now)
    if form.errors:
        return _edit_page(request, found, price_form=form)
    return redirect("merchant:product", product_id)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def restock(request: MemberRequest, product_id: int) -> HttpResponse:
    """Change the stock."""
    found, form = own_product(request, product_id), StockForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            catalog.restock_product(found, stock=form.cleaned_data["stock"], by=request.by, now=request.now)
    if form.errors:
        return _edit_page(request, found, stock_form=form)
    return redirect("merchant:product", product_id)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def set_freight(request: MemberRequest, product_id: int) -> HttpResponse:
    """Change what delivery costs."""
    found, form = own_product(request, product_id), FreightForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            catalog.set_freight(found, freight_fen=form.cleaned_data["freight"], by=request.by, now=request.now)
    if form.errors:
        return _edit_page(request, found, freight_form=form)
    return redirect("merchant:product", product_id)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def take_off_shelf(request: MemberRequest, product_id: int) -> HttpResponse:
    """Stop offering a product."""
    catalog.take_off_shelf(own_product(request, product_id), by=request.by, now=request.now)
    return redirect("merchant:product", product_id)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def put_back_on_shelf(request: MemberRequest, product_id: int) -> HttpResponse:
    """Offer it again."""
    catalog.put_back_on_shelf(own_product(request, product_id), by=request.by, now=request.now)
    return redirect("merchant:product", product_id)


def own_product(request: MemberRequest, product_id: int) -> Product:
    """The merchant's product with its category and brand; another's does not exist here (404)."""
    rows = Product.objects.owned_by(request.organisation).select_related("category", "brand")
    return get_object_or_404(rows, pk=product_id)


def _edit_page(
    request: MemberRequest,
    product: Product,
    *,
    price_form: PriceForm | None = None,
    stock_form: StockForm | None = None,
    freight_form: FreightForm | None = None,
) -> HttpResponse:
    shown = {
        "product": product,
        "price_form": price_form or PriceForm(initial={"price": yuan(product.price_fen)}),
        "stock_form": stock_form or StockForm(initial={"stock": product.stock}),
        "freight_form": freight_form or FreightForm(initial={"freight": freight_typed(product)}),
        "may_take_off": product.state == ProductState.ADMITTED,
    }
    status = 422 if price_form or stock_form or freight_form else 200
    return render(request, "console/merchant/edit.html", shown, status=status)

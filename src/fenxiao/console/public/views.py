"""The product page of this platform, where tracked links lead when the merchant has no page of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fenxiao.catalog.models import Product


@require_safe
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    """One product as buyers see it; one that is offered no more says only that (410)."""
    found = get_object_or_404(Product.objects.select_related("merchant", "brand"), pk=product_id)
    is_offered = Product.objects.offered().filter(pk=product_id).exists()
    shown = {"product": found if is_offered else None, "is_gone": "gone" in request.GET or not is_offered}
    return render(request, "console/public/product.html", shown, status=200 if is_offered else 410)

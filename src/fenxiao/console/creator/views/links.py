"""Getting a tracked link, and the links one has."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fenxiao.catalog.models import Product
from fenxiao.console.access import role_required
from fenxiao.console.creator.forms import LinkForm, PlaceForm
from fenxiao.console.forms import refusals_on
from fenxiao.console.lists import page_of
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act
from fenxiao.tracking import services as tracking
from fenxiao.tracking.models import Link, Place


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.CREATOR, act=Act.WORK)
def make(request: MemberRequest, product_id: int) -> HttpResponse:
    """Make a link to a product from a place; the same wish gives the same link."""
    product = _offered(product_id)
    form = LinkForm(request.POST or None, places=_places(request), initial={"place": request.GET.get("place")})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            link = tracking.make_link(
                request.organisation, product=product, by=request.by, now=request.now, **form.cleaned_data
            )
        if not form.errors:
            return redirect(f"{reverse('creator:link', args=[product_id])}?made={link.code}")
    return _link_page(request, product, form=form)


@require_POST
@role_required(Kind.CREATOR, act=Act.WORK)
def open_place(request: MemberRequest, product_id: int) -> HttpResponse:
    """Open a promotion place on the way to a link of this product."""
    product, form = _offered(product_id), PlaceForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            name = form.cleaned_data["name"]
            place = tracking.open_place(request.organisation, name=name, by=request.by, now=request.now)
    if form.errors:
        return _link_page(request, product, form=LinkForm(places=_places(request)), place_form=form)
    return redirect(f"{reverse('creator:link', args=[product_id])}?place={place.pk}")


@require_safe
@role_required(Kind.CREATOR)
def links(request: MemberRequest) -> HttpResponse:
    """Every link of this creator, the newest first."""
    rows = _links(request).select_related("product", "place").order_by("-made_at", "-pk")
    return render(request, "console/creator/links.html", {"page": page_of(rows, request)})


def _offered(product_id: int) -> Product:
    return get_object_or_404(Product.objects.offered().select_related("merchant"), pk=product_id)


def _places(request: MemberRequest) -> "QuerySet[Place, Place]":
    return Place.objects.filter(creator=request.organisation).order_by("name")


def _links(request: MemberRequest) -> "QuerySet[Link, Link]":
    return Link.objects.filter(creator=request.organisation)


def _link_page(
    request: MemberRequest, product: Product, *, form: LinkForm, place_form: PlaceForm | None = None
) -> HttpResponse:
    shown = {
        "product": product,
        "form": form,
        "has_places": _places(request).exists(),
        "place_form": place_form or PlaceForm(),
        "made": _links(request).filter(product=product, code=request.GET.get("made", "")).first(),
        "quote": deals.quote(product, creator=request.organisation, moment=request.now),
        "links": _links(request).filter(product=product).select_related("place").order_by("-made_at", "-pk")[:10],
    }
    status = 422 if form.errors or place_form else 200
    return render(request, "console/creator/link.html", shown, status=status)

"""Getting a tracked link, and the links one has."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fenxiao.catalog.models import Product
from fenxiao.console.access import role_required
from fenxiao.console.creator.forms import LinkForm, PlaceForm
from fenxiao.console.creator.ways import Way, best_of, number_of, ways_of
from fenxiao.console.forms import refusals_on
from fenxiao.console.lists import page_of
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act
from fenxiao.tracking import services as tracking
from fenxiao.tracking.models import Link, Place

LINKS_SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.CREATOR, act=Act.WORK)
def make(request: MemberRequest, product_id: int) -> HttpResponse:
    """Make a link to a product from a place, through the activity chosen; the same wish gives the same link."""
    product = _offered(product_id)
    ways = ways_of(product, creator=request.organisation, now=request.now)
    if request.method != "POST":
        return _link_page(request, product, ways=ways)
    form = LinkForm(request.POST, places=_places(request), ways=ways)
    if form.is_valid():
        with refusals_on(form):
            link = tracking.make_link(
                request.organisation, product=product, by=request.by, now=request.now, **form.cleaned_data
            )
        if not form.errors:
            return redirect(_address(product_id, made=link.code, application=link.application_id or 0))
    return _link_page(request, product, ways=ways, form=form)


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
        ways = ways_of(product, creator=request.organisation, now=request.now)
        return _link_page(request, product, ways=ways, place_form=form)
    wanted = number_of(request.POST.get("application"))
    return redirect(_address(product_id, place=place.pk, **({} if wanted is None else {"application": wanted})))


@require_safe
@role_required(Kind.CREATOR)
def links(request: MemberRequest) -> HttpResponse:
    """Every link of this creator, the newest first."""
    rows = _links(request).select_related("product", "place", "application__activity__leader")
    return render(request, "console/creator/links.html", {"page": page_of(rows.order_by("-made_at", "-pk"), request)})


def _offered(product_id: int) -> Product:
    return get_object_or_404(Product.objects.offered().select_related("merchant"), pk=product_id)


def _places(request: MemberRequest) -> "QuerySet[Place, Place]":
    return Place.objects.filter(creator=request.organisation).order_by("name")


def _links(request: MemberRequest) -> "QuerySet[Link, Link]":
    return Link.objects.filter(creator=request.organisation)


def _address(product_id: int, **asked: str | int) -> str:
    return f"{reverse('creator:link', args=[product_id])}?{urlencode(asked)}"


def _link_page(
    request: MemberRequest,
    product: Product,
    *,
    ways: list[Way],
    form: LinkForm | None = None,
    place_form: PlaceForm | None = None,
) -> HttpResponse:
    said = request.POST.get("application") or "0" if request.method == "POST" else request.GET.get("application")
    way = best_of(ways, wanted=number_of(said))
    first = {"place": request.GET.get("place"), "application": str(way.key or "") if way else ""}
    own = _links(request).filter(product=product).select_related("place", "application__activity__leader")
    shown = {
        "product": product,
        "form": form or LinkForm(places=_places(request), ways=ways, initial=first),
        "has_places": _places(request).exists(),
        "place_form": place_form or PlaceForm(),
        "made": own.filter(code=request.GET.get("made", "")).first(),
        "way": way,
        "ways": ways,
        "links": own.order_by("-made_at", "-pk")[:LINKS_SHOWN],
    }
    status = 422 if place_form or (form and form.errors) else 200
    return render(request, "console/creator/link.html", shown, status=status)

"""Shortlists: kept, noted on, taken off, written to a file."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.lists import page_of, ticked
from fenxiao.console.requests import MemberRequest
from fenxiao.console.square.names import names_of
from fenxiao.console.square.products import number_of, product_chosen
from fenxiao.discovery import services as acts
from fenxiao.discovery.errors import AlreadyShortlisted
from fenxiao.discovery.queries.shortlist import (
    Shortlisted,
    best_first,
    fits_of,
    goods_listed,
    shortlist_of,
    shortlist_rows,
)
from fenxiao.discovery.rules.suiting import Suiting
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.rules import Act, may


@require_safe
@role_required(Kind.MERCHANT, Kind.LEADER)
def shortlist(request: MemberRequest) -> HttpResponse:
    """Whom one keeps in mind."""
    rows = shortlist_of(request.organisation, now=request.now)
    goods = {row.product.pk: row.product for row in rows if row.product}
    chosen = _chosen(request, goods)
    narrowed = [row for row in rows if chosen is None or (row.product and row.product.pk == chosen)]
    fits = _fits(narrowed, chosen, request)
    page = page_of(best_first(narrowed, fits), request)
    shown = {
        "page": page,
        "rows": [(row, fits.get(row.creator.pk)) for row in page.object_list],
        "has_fits": bool(fits),
        "names": names_of((), [fits[row.creator.pk] for row in page.object_list if row.creator.pk in fits]),
        "total": len(rows),
        "goods": goods.values(),
        "chosen": chosen,
        "may_act": may(request.member.role, Act.WORK),
    }
    return render(request, "console/square/shortlist.html", shown)


@require_POST
@role_required(Kind.MERCHANT, Kind.LEADER, act=Act.WORK)
def add(request: MemberRequest) -> HttpResponse:
    """Keep the ticked creators; those who are on the list already stay as they are, and that is said."""
    product, added, known = product_chosen(request), 0, list[str]()
    for creator in _creators(request):
        try:
            acts.shortlist_creator(
                request.organisation,
                creator,
                product=product,
                note=request.POST.get("note", ""),
                by=request.by,
                now=request.now,
            )
        except AlreadyShortlisted:
            known.append(creator.name)
        else:
            added += 1
    if known:
        messages.info(request, _("Already on your shortlist: %(names)s.") % {"names": _(", ").join(known)})
    if added:
        words = ngettext(
            "%(number)s creator is on your shortlist.", "%(number)s creators are on your shortlist.", added
        )
        messages.success(request, words % {"number": added})
    return redirect(_back(request))


@require_POST
@role_required(Kind.MERCHANT, Kind.LEADER, act=Act.WORK)
def note(request: MemberRequest, creator_id: int) -> HttpResponse:
    """Write another note."""
    creator = get_object_or_404(Organisation, pk=creator_id, kind=Kind.CREATOR)
    text = request.POST.get("note", "")
    acts.note_on_shortlist(request.organisation, creator, note=text, by=request.by, now=request.now)
    messages.success(request, _("Noted."))
    return redirect(_narrowed(request))


@require_POST
@role_required(Kind.MERCHANT, Kind.LEADER, act=Act.WORK)
def remove(request: MemberRequest, creator_id: int) -> HttpResponse:
    """Take one off."""
    creator = get_object_or_404(Organisation, pk=creator_id, kind=Kind.CREATOR)
    acts.unlist_creator(request.organisation, creator, by=request.by, now=request.now)
    messages.success(request, _("Taken off the shortlist."))
    return redirect(_narrowed(request))


@require_safe
@role_required(Kind.MERCHANT, Kind.LEADER)
def export(request: MemberRequest) -> HttpResponse:
    """The list as a file for spreadsheets: no figure is in it that the pages do not show."""
    is_chinese = (get_language() or "").startswith("zh")
    chosen, written = _chosen(request, goods_listed(request.organisation)), StringIO()
    rows = shortlist_rows(request.organisation, product_id=chosen, is_chinese=is_chinese, now=request.now)
    csv.writer(written).writerows(rows)
    return HttpResponse(
        written.getvalue().encode("utf-8-sig"),  # with its mark spreadsheets read Chinese rightly
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="creators.csv"'},
    )


def _chosen(request: MemberRequest, listed: Iterable[int]) -> int | None:
    """The product of `?product=`. Refuses one that nobody is listed for."""
    said = request.GET.get("product", "")
    chosen = next((pk for pk in listed if str(pk) == said), None)
    if said and chosen is None:
        zh, en = "名单上没有为这个商品留意的达人", "nobody is on the list for this product"
        raise BadInput(field="product", reason_zh=zh, reason_en=en)
    return chosen


def _fits(rows: Sequence[Shortlisted], chosen: int | None, request: MemberRequest) -> dict[int, Suiting]:
    if chosen is None:
        return {}
    return fits_of(rows, organisation=request.organisation, product_id=chosen, now=request.now)


def _creators(request: MemberRequest) -> list[Organisation]:
    ids = ticked(request, "creators")
    found = Organisation.objects.filter(kind=Kind.CREATOR).in_bulk(ids)
    if len(found) < len(set(ids)):
        raise BadInput(field="creators", reason_zh="没有这位达人", reason_en="there is no such creator")
    return [found[pk] for pk in dict.fromkeys(ids)]


def _narrowed(request: MemberRequest) -> str:
    """The list as it was narrowed; whole where nobody is left on it for that product."""
    page, said = reverse("square:shortlist"), request.GET.get("product", "")
    return f"{page}?product={said}" if said in map(str, goods_listed(request.organisation)) else page


def _back(request: MemberRequest) -> str:
    """The square as it was asked for, or the profile the button stood on."""
    creator, query = number_of(request.POST.get("profile", "")), request.GET.urlencode()
    page = reverse("square:creators") if creator is None else reverse("square:creator", args=[creator])
    return f"{page}?{query}" if query else page

"""Shortlists: kept, noted on, taken off, written to a file."""

import csv
from io import StringIO

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.catalog.models import Product
from fenxiao.console.access import role_required
from fenxiao.console.lists import page_of, ticked
from fenxiao.console.requests import MemberRequest
from fenxiao.discovery import services as acts
from fenxiao.discovery.errors import AlreadyShortlisted
from fenxiao.discovery.queries.asker import goods_asked_for
from fenxiao.discovery.queries.shortlist import shortlist_of, shortlist_rows
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.rules import Act, may


@require_safe
@role_required(Kind.MERCHANT, Kind.LEADER)
def shortlist(request: MemberRequest) -> HttpResponse:
    """Whom one keeps in mind."""
    rows = shortlist_of(request.organisation, now=request.now)
    goods = {row.product.pk: row.product for row in rows if row.product}
    said = request.GET.get("product", "")
    chosen = next((pk for pk in goods if str(pk) == said), None)
    if said and chosen is None:
        zh, en = "名单上没有为这个商品留意的达人", "nobody is on the list for this product"
        raise BadInput(field="product", reason_zh=zh, reason_en=en)
    page = page_of([row for row in rows if chosen is None or (row.product and row.product.pk == chosen)], request)
    shown = {
        "page": page,
        "rows": page.object_list,
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
    product, added = _product(request), 0
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
        except AlreadyShortlisted as known:
            messages.info(request, known.message(get_language() or ""))
        else:
            added += 1
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
    return redirect("square:shortlist")


@require_POST
@role_required(Kind.MERCHANT, Kind.LEADER, act=Act.WORK)
def remove(request: MemberRequest, creator_id: int) -> HttpResponse:
    """Take one off."""
    creator = get_object_or_404(Organisation, pk=creator_id, kind=Kind.CREATOR)
    acts.unlist_creator(request.organisation, creator, by=request.by, now=request.now)
    messages.success(request, _("Taken off the shortlist."))
    return redirect("square:shortlist")


@require_safe
@role_required(Kind.MERCHANT, Kind.LEADER)
def export(request: MemberRequest) -> HttpResponse:
    """The list as a file for spreadsheets: no figure is in it that the pages do not show."""
    is_chinese = (get_language() or "").startswith("zh")
    written = StringIO()
    csv.writer(written).writerows(shortlist_rows(request.organisation, is_chinese=is_chinese, now=request.now))
    return HttpResponse(
        written.getvalue().encode("utf-8-sig"),  # with its mark spreadsheets read Chinese rightly
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="creators.csv"'},
    )


def _creators(request: MemberRequest) -> list[Organisation]:
    ids = ticked(request, "creators")
    found = Organisation.objects.filter(kind=Kind.CREATOR).in_bulk(ids)
    if len(found) < len(set(ids)):
        raise BadInput(field="creators", reason_zh="没有这位达人", reason_en="there is no such creator")
    return [found[pk] for pk in dict.fromkeys(ids)]


def _product(request: MemberRequest) -> Product | None:
    said = request.POST.get("product", "")
    if not said:
        return None
    own = goods_asked_for(request.organisation, now=request.now)
    product = (
        own.filter(pk=said).first() if said.isascii() and said.isdecimal() and len(said) < len(str(2**63)) else None
    )
    if product is None:
        raise BadInput(field="product", reason_zh="不是你的在推商品", reason_en="not a product of yours on the market")
    return product


def _back(request: MemberRequest) -> str:
    """The square as it was asked for, or the profile the button stood on."""
    creator, query = request.POST.get("profile", ""), request.GET.urlencode()
    is_of_one = creator.isascii() and creator.isdecimal() and len(creator) < len(str(2**63))
    page = reverse("square:creator", args=[int(creator)]) if is_of_one else reverse("square:creators")
    return f"{page}?{query}" if query else page

"""The creator's shelf: picking goods, ordering them, noting something on them, taking them off."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.creator.forms import LONGEST_NOTE, NoteForm
from fenxiao.console.creator.shelving import Move, first_after_move, held_by
from fenxiao.console.creator.ways import number_of
from fenxiao.console.lists import page_of
from fenxiao.console.refusals import words_of_refusal
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import services as deals
from fenxiao.deals.errors.shelf import NotOnShelf
from fenxiao.deals.models import ShelfItem
from fenxiao.deals.services import Picked, Picking
from fenxiao.kernel.errors import BadInput
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act

ITEMS_SHOWN = 50  # as many as one act takes off
MOST_TOLD = 5  # refusals of one batch that are shown


@require_safe
@role_required(Kind.CREATOR)
def shelf(request: MemberRequest) -> HttpResponse:
    """What the creator has picked, in its own order, with what each earns now."""
    held = held_by(request.organisation, now=request.now)
    page = page_of(held, request, per_page=ITEMS_SHOWN)
    shown = {
        "page": page,
        "earning": sum(not each.is_dead for each in held),
        "dead": sum(each.is_dead for each in held),
        "changed": sum(each.trouble is not None and not each.is_dead for each in held),
        "longest_note": LONGEST_NOTE,
    }
    return render(request, "console/creator/shelf.html", shown)


@require_POST
@role_required(Kind.CREATOR, act=Act.WORK)
def pick(request: MemberRequest) -> HttpResponse:
    """Pick the goods ticked in a list, or the one whose button was pressed; then back to the list."""
    chosen = request.POST.getlist("only") or request.POST.getlist("products")
    items = [Picking(product_id=pk) for pk in _numbers(chosen)]
    told = deals.pick(request.organisation, items=items, by=request.by, now=request.now)
    _tell(request, told)
    return redirect(_back(request) or f"{reverse('creator:selection')}?{request.GET.urlencode()}")


def _back(request: MemberRequest) -> str:
    """The list that the goods were picked from, where its form names one of this role; nothing else is gone to."""
    named = request.POST.get("back", "")
    is_own = named.startswith("/creator/") and url_has_allowed_host_and_scheme(named, allowed_hosts=None)
    return named if is_own else ""


@require_POST
@role_required(Kind.CREATOR, act=Act.WORK)
def pick_one(request: MemberRequest, product_id: int) -> HttpResponse:
    """Pick one product with the activity chosen, or move it to that activity."""
    application = number_of(request.POST.get("application")) or None
    item = Picking(product_id=product_id, application_id=application)
    told = deals.pick(request.organisation, items=[item], by=request.by, now=request.now)
    if told[0].refusal:
        raise told[0].refusal
    messages.success(request, _("It is on your shelf."))
    shown = urlencode({"application": application or 0})
    return redirect(f"{reverse('creator:product', args=[product_id])}?{shown}")


@require_POST
@role_required(Kind.CREATOR, act=Act.WORK)
def remove(request: MemberRequest) -> HttpResponse:
    """Take off the goods ticked, up to fifty, or the one whose button was pressed."""
    chosen = request.POST.getlist("only") or request.POST.getlist("products")
    ids = _numbers(chosen)
    count = deals.remove_from_shelf(request.organisation, product_ids=ids, by=request.by, now=request.now)
    said = ngettext("%(count)s product taken off your shelf.", "%(count)s products taken off your shelf.", count)
    messages.success(request, said % {"count": count})
    return redirect("creator:shelf")


@require_POST
@role_required(Kind.CREATOR, act=Act.WORK)
def move(request: MemberRequest, product_id: int) -> HttpResponse:
    """Move one product up, down or to the top."""
    asked = request.POST.get("do", "")
    if asked not in list(Move):
        raise BadInput(field="do", reason_zh="没有这个操作", reason_en="there is no such act")
    mine = ShelfItem.objects.filter(creator=request.organisation, removed_at=None).order_by("place", "id")
    ordered = list(mine.values_list("product_id", flat=True))
    if product_id not in ordered:
        raise NotOnShelf(products=product_id)
    first = first_after_move(ordered, product_id=product_id, move=Move(asked))
    deals.order_shelf(request.organisation, product_ids=first, by=request.by, now=request.now)
    return redirect(f"{_page_address(request)}#item-{product_id}")


@require_POST
@role_required(Kind.CREATOR, act=Act.WORK)
def note(request: MemberRequest, product_id: int) -> HttpResponse:
    """Note something on a product; nothing entered wipes the note."""
    form = NoteForm(request.POST)
    if form.is_valid():
        words = form.cleaned_data["note"]
        deals.note_on_shelf(request.organisation, product_id=product_id, note=words, by=request.by, now=request.now)
        messages.success(request, _("Noted."))
    else:
        messages.error(request, str(form.errors["note"][0]))
    return redirect(f"{_page_address(request)}#item-{product_id}")


def _page_address(request: MemberRequest) -> str:
    """The page of the shelf on which the button stood."""
    page = number_of(request.POST.get("page"))
    return reverse("creator:shelf") + (f"?{urlencode({'page': page})}" if page and page > 1 else "")


def _numbers(said: Sequence[str]) -> list[int]:
    """The products named. Refuses none, and what is no number."""
    numbers = [number_of(each) for each in said]
    if not numbers or None in numbers:
        raise BadInput(field="products", reason_zh="请先勾选商品", reason_en="tick one product at least")
    return [number for number in numbers if number is not None]


def _tell(request: HttpRequest, told: Sequence[Picked]) -> None:
    """How many were picked, and why some were not."""
    count = sum(each.ok for each in told)
    if count:
        said = ngettext("%(count)s product is on your shelf.", "%(count)s products are on your shelf.", count)
        messages.success(request, said % {"count": count})
    refusals = [each.refusal for each in told if each.refusal]
    for refusal in refusals[:MOST_TOLD]:
        messages.error(request, words_of_refusal(refusal))
    if len(refusals) > MOST_TOLD:
        messages.error(request, _("%(count)s more were not picked.") % {"count": len(refusals) - MOST_TOLD})

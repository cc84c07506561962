"""Kept searches: save what is asked, look at it again, rename it, forget it."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.catalog.models import Category
from fenxiao.console.access import role_required
from fenxiao.console.creator.forms import SelectionFilter, address_of
from fenxiao.console.refusals import words_of_refusal
from fenxiao.console.requests import MemberRequest
from fenxiao.discovery import services as acts
from fenxiao.discovery.models import SavedSearch
from fenxiao.discovery.queries.searches import KeptSearch, searches_of
from fenxiao.discovery.rules.stored_asks import StoredAsk, read_stored
from fenxiao.kernel.errors import BadInput, Refused
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act


@require_safe
@role_required(Kind.CREATOR)
def searches(request: MemberRequest) -> HttpResponse:
    """What is kept, what each asks for, and what is new."""
    kept = searches_of(request.organisation, now=request.now)
    wanted = [each.asked.category_id for each in kept if each.asked and each.asked.category_id]
    categories = list(Category.objects.filter(pk__in=wanted))
    shown = {"rows": [(each, _said(each, categories)) for each in kept]}
    return render(request, "console/creator/searches.html", shown)


@require_POST
@role_required(Kind.CREATOR, act=Act.WORK)
def save(request: MemberRequest) -> HttpResponse:
    """Keep what the address asks for, under the name that was entered."""
    asked = SelectionFilter(request.GET, categories=Category.objects.filter(pk=request.GET.get("category", "")))
    page = f"{reverse('creator:selection')}?{request.GET.urlencode()}"
    if not asked.is_valid():
        return redirect(page)  # which says what is wrong
    name = request.POST.get("name", "")
    try:
        acts.save_search(request.organisation, name=name, asked=asked.kept(), by=request.by, now=request.now)
    except Refused as refused:
        messages.error(request, words_of_refusal(refused))
    else:
        messages.success(request, _("Saved. New goods that meet it are counted beside its name."))
    return redirect(page)


@require_POST
@role_required(Kind.CREATOR)
def see(request: MemberRequest, search_id: int) -> HttpResponse:
    """Ask for it again; its goods count as seen."""
    search = _own(request, search_id)
    try:
        search = acts.see_search(search, by=request.by, now=request.now)
    except BadInput as refused:
        messages.error(request, words_of_refusal(refused))
        return redirect("creator:searches")
    return redirect(f"{reverse('creator:selection')}?{address_of(read_stored(search.ask, StoredAsk))}")


@require_POST
@role_required(Kind.CREATOR, act=Act.WORK)
def rename(request: MemberRequest, search_id: int) -> HttpResponse:
    """Give it another name."""
    try:
        acts.rename_search(_own(request, search_id), name=request.POST.get("name", ""), by=request.by, now=request.now)
    except Refused as refused:
        messages.error(request, words_of_refusal(refused))
    return redirect("creator:searches")


@require_POST
@role_required(Kind.CREATOR, act=Act.WORK)
def forget(request: MemberRequest, search_id: int) -> HttpResponse:
    """Keep it no longer."""
    acts.forget_search(_own(request, search_id), by=request.by, now=request.now)
    messages.success(request, _("Forgotten."))
    return redirect("creator:searches")


def _own(request: MemberRequest, search_id: int) -> SavedSearch:
    return get_object_or_404(SavedSearch, pk=search_id, organisation=request.organisation)


def _said(kept: KeptSearch, categories: list[Category]) -> list[str]:
    """What it asks for, in the words of the page."""
    if kept.asked is None:
        return []
    return [said for _name, said in SelectionFilter(QueryDict(address_of(kept.asked)), categories=categories).chips()]

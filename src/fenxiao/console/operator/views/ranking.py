"""The ranking desk: versions of the boosts, and why goods stand where they stand for a creator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.lists import page_of
from fenxiao.console.operator.forms.ranking import BoostsForm, WhyFilter
from fenxiao.console.requests import MemberRequest
from fenxiao.discovery import queries as discovery
from fenxiao.discovery import services
from fenxiao.discovery.models import Boosts
from fenxiao.discovery.queries import Found, SearchAsk
from fenxiao.discovery.queries.boosts import InForce, boosting_of, boosts_at
from fenxiao.discovery.rules.boosts import Boosting
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act

PER_PAGE = 24  # as the selection centre shows them


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of the list; without a row: what the house begins with."""

    row: Boosts | None
    boosting: Boosting
    is_in_force: bool
    is_later: bool


@require_safe
@role_required(Kind.OPERATOR)
def boosts(request: MemberRequest) -> HttpResponse:
    """Versions of the boosts, the last to begin first."""
    page = page_of(Boosts.objects.order_by("-from_at"), request)
    in_force = boosts_at(request.now)
    versions = [_version(row, in_force, now=request.now) for row in page.object_list]
    if not page.has_next():
        own = Version(row=None, boosting=Boosting(), is_in_force=in_force.id is None, is_later=False)
        versions.append(own)
    shown = {"page": page, "versions": versions}
    return render(request, "console/operator/boosts.html", shown)


def _version(row: Boosts, in_force: InForce, *, now: datetime) -> Version:
    return Version(row=row, boosting=boosting_of(row), is_in_force=row.pk == in_force.id, is_later=row.from_at > now)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.OPERATOR, act=Act.WORK)
def set_boosts(request: MemberRequest) -> HttpResponse:
    """Set a new version."""
    form = BoostsForm(request.POST or None, now=boosts_at(request.now).boosting)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with refusals_on(form):
            services.set_boosts(
                form.boosting(), reason=told["reason"], from_at=told["from_at"], by=request.by, now=request.now
            )
        if not form.errors:
            messages.success(request, _("The boosts are set."))
            return redirect("operator:boosts")
    return render(request, "console/operator/boosts_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@role_required(Kind.OPERATOR)
def why(request: MemberRequest) -> HttpResponse:
    """A creator's list with every factor of every good. Looking at it is not logged as a showing."""
    asked = WhyFilter(request.GET or None)
    found, creator = None, None
    if asked.is_valid():
        told = asked.cleaned_data
        creator = told["creator"]
        with refusals_on(asked):
            ask = SearchAsk(text=told["q"], page=told["page"] or 1, per_page=PER_PAGE)
            found = discovery.search(ask, now=request.now, creator=creator)
    shown: dict[str, Any] = {
        "filter": asked,
        "creator": creator,
        "found": found,
        "page": _page(found) if found else None,
        "rows": [(row, discovery.reasons(row)) for row in found.rows] if found else [],
        "has_trials": any(row.standing and row.standing.draw for row in found.rows) if found else False,
    }
    return render(request, "console/operator/why.html", shown, status=422 if asked.errors else 200)


def _page(found: Found) -> "Page[int]":
    """The numbers below the list; the rows are found already."""
    return Paginator(range(min(found.total, found.pages * found.per_page)), found.per_page).get_page(found.page)

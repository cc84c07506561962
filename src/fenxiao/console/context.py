"""What every template may read."""

from collections.abc import Mapping
from typing import cast

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

from fenxiao.console.menu import MENUS
from fenxiao.console.requests import ConsoleRequest
from fenxiao.deals.queries import waiting_for_leader
from fenxiao.kernel.settings import settings
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.queries import unread_count


def console(request: HttpRequest) -> dict[str, object]:
    """The menu with the entry of this page, unread notices, and whether this installation shows simulated figures."""
    organisation = getattr(request, "organisation", None)
    page = _page_name(request)
    entries = MENUS.get(organisation.kind, ()) if organisation else ()
    return {
        "organisation": organisation,
        "memberships": getattr(request, "memberships", []),
        "menu": [(entry, page in (entry.page, *entry.under)) for entry in entries],
        "menu_waiting": SimpleLazyObject(lambda: _waiting(request, organisation)),
        "unread_notices": SimpleLazyObject(lambda: unread_count(organisation) if organisation else 0),
        "is_simulated": SimpleLazyObject(_is_simulated),
        "tracking_url": settings().tracking_url,
        "currency": settings().currency,
    }


def _page_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:  # the 404 page has a menu, too
        return ""


def _waiting(request: HttpRequest, organisation: Organisation | None) -> Mapping[str, int]:
    """How much waits on pages of the menu, by their names."""
    if organisation is None or organisation.kind != Kind.LEADER:
        return {}
    found = waiting_for_leader(organisation, now=cast(ConsoleRequest, request).now)
    return {
        "leader:applications": found.audits,
        "leader:seconds": found.seconds + found.cancellations,
        "leader:wishes": found.wishes,
        "leader:trusteeships": found.trusteeships,
    }


def _is_simulated() -> bool:
    return Organisation.objects.filter(kind=Kind.OPERATOR, source="demo").exists()

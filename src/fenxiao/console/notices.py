"""What an organisation was told: the list behind the bell, and marking it as read."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.lists import page_of, ticked
from fenxiao.console.requests import MemberRequest
from fenxiao.parties import services as parties
from fenxiao.parties.models import Kind, Notice
from fenxiao.parties.notices import words_of
from fenxiao.parties.queries import notices_of
from fenxiao.parties.rules import Act, may

# (who is told, of what) → the page it leads to, and what that page calls the thing ("": it is a list).
PAGES: dict[tuple[str, str], tuple[str, str]] = {
    (Kind.MERCHANT, "product"): ("merchant:product", "product_id"),
    (Kind.MERCHANT, "plan"): ("merchant:plan_page", "plan_id"),
    (Kind.MERCHANT, "plan_request"): ("merchant:plan_requests", ""),
    (Kind.MERCHANT, "activity"): ("merchant:activity", "activity_id"),
    (Kind.MERCHANT, "application"): ("merchant:application", "application_id"),
    (Kind.MERCHANT, "trusteeship"): ("merchant:trusteeships", ""),
    (Kind.CREATOR, "product"): ("creator:product", "product_id"),
    (Kind.CREATOR, "plan"): ("creator:selection", ""),
    (Kind.CREATOR, "plan_request"): ("creator:requests", ""),
    (Kind.CREATOR, "activity"): ("creator:selection", ""),
    (Kind.LEADER, "activity"): ("leader:applications", ""),
    (Kind.LEADER, "application"): ("leader:application", "application_id"),
    (Kind.LEADER, "wish"): ("leader:wishes", ""),
    (Kind.LEADER, "trusteeship"): ("leader:trusteeships", ""),
    (Kind.LEADER, "second"): ("leader:handed_on_one", "second_id"),
    (Kind.LEADER, "handed_on"): ("leader:seconds", ""),
    (Kind.LEADER, "invitation"): ("leader:second_activity", "invitation_id"),
    (Kind.OPERATOR, "product"): ("operator:product", "product_id"),
}
ICONS = {
    "product": "package",
    "plan": "discount",
    "plan_request": "user-question",
    "activity": "speakerphone",
    "application": "clipboard-list",
    "wish": "message-question",
    "trusteeship": "key",
    "second": "users-group",
    "handed_on": "users-group",
    "invitation": "users-group",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One notice as its reader sees it; `href` is empty where it leads nowhere."""

    notice: Notice
    says: str
    href: str
    icon: str


@require_safe
@role_required(*Kind)
def notices(request: MemberRequest) -> HttpResponse:
    """What the organisation was told, newest first, or only what nobody has read."""
    unread_only = request.GET.get("show") == "unread"
    page = page_of(notices_of(request.organisation, unread_only=unread_only), request)
    shown = {
        "page": page,
        "rows": [_told(notice, request.organisation.kind) for notice in page],
        "unread_only": unread_only,
        "may_mark": may(request.member.role, Act.WORK),
    }
    return render(request, "console/notices.html", shown)


@require_POST
@role_required(*Kind, act=Act.WORK)
def mark_notices(request: MemberRequest) -> HttpResponse:
    """Mark one notice as read, or all of them."""
    ids = None if "all" in request.POST else ticked(request, "notice")
    parties.mark_read(request.organisation, by=request.by, now=request.now, notice_ids=ids)
    return redirect("notices")


def page_of_subject(kind: str, notice: Notice) -> str:
    """The address of what a notice is about, on the pages of this kind of organisation; "" where there is none."""
    page, argument = PAGES.get((kind, notice.subject_kind), ("", ""))
    try:
        return reverse(page, kwargs={argument: notice.subject_id} if argument else {}) if page else ""
    except NoReverseMatch:  # a thing whose number no address can hold
        return ""


def _told(notice: Notice, kind: str) -> Told:
    return Told(
        notice=notice,
        says=words_of(notice.code, notice.details, get_language() or ""),
        href=page_of_subject(kind, notice),
        icon=ICONS.get(notice.subject_kind, "bell"),
    )

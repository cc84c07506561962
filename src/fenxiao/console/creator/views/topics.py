"""Topics: operators' lists of goods for an occasion."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.creator.items import items_of
from fenxiao.console.requests import MemberRequest
from fenxiao.discovery import queries as discovery
from fenxiao.discovery import services as showings
from fenxiao.discovery.models import Surface
from fenxiao.discovery.queries.topics import first_of
from fenxiao.parties.models import Kind


@require_safe
@role_required(Kind.CREATOR)
def topics(request: MemberRequest) -> HttpResponse:
    """All topics that are shown now."""
    return render(request, "console/creator/topics.html", {"topics": discovery.topics_shown(now=request.now)})


@require_safe
@role_required(Kind.CREATOR)
def topic(request: MemberRequest, topic_id: int) -> HttpResponse:
    """One topic's goods as cards."""
    cursor = request.GET.get("cursor")
    page = discovery.topic_page(topic_id, now=request.now, cursor=cursor)
    items = items_of(page.products, creator=request.organisation, now=request.now)
    showings.log_showing(
        list(items),
        creator=request.organisation,
        surface=Surface.TOPIC,
        now=request.now,
        first_place=first_of(cursor) + 1,
    )
    shown = {"topic": page.topic, "page": page, "items": list(items.values()), "is_first": not cursor}
    return render(request, "console/creator/topic.html", shown)

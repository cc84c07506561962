"""The creator's home: the front page of the selection centre."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.creator.front import examples, home_of
from fenxiao.console.requests import MemberRequest
from fenxiao.discovery import services as showings
from fenxiao.discovery.queries.searches import askable_searches
from fenxiao.discovery.rules import LONGEST_TEXT
from fenxiao.parties.models import Kind

EXAMPLES = 4
CHEAP_YUAN = 50


@require_safe
@role_required(Kind.CREATOR)
def home(request: MemberRequest) -> HttpResponse:
    """What suits this creator, what sells today, and what to do next."""
    found = home_of(request.organisation, now=request.now)
    showings.note_front(found.front, charted=found.charted, creator=request.organisation, now=request.now)
    tried = [each.category for each in found.categories[:EXAMPLES]]
    shown = {
        "home": found,
        "examples": examples(tried, below=CHEAP_YUAN),
        "longest": LONGEST_TEXT,
        "searches": askable_searches(request.organisation, now=request.now),
    }
    return render(request, "console/creator/home.html", shown)

"""How levels are spread over categories."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fenxiao.catalog.models import Category
from fenxiao.catalog.queries import category_path
from fenxiao.console.access import role_required
from fenxiao.console.requests import MemberRequest
from fenxiao.kernel.clock import business_day
from fenxiao.parties.models import Kind
from fenxiao.quality.queries import spread_of_levels
from fenxiao.quality.queries.levels import DEPTHS


@require_safe
@role_required(Kind.OPERATOR)
def levels(request: MemberRequest) -> HttpResponse:
    """Levels of all goods, category by category, three levels deep by `?in=`."""
    wanted = request.GET.get("in", "")
    parent = get_object_or_404(Category, pk=wanted) if wanted else None
    whole, each = spread_of_levels(parent, today=business_day(request.now))
    shown = {
        "parent": parent,
        "path": category_path(parent) if parent else [],
        "whole": whole,
        "each": each,
        "leads_on": parent is None or parent.depth + 1 < DEPTHS,
    }
    return render(request, "console/operator/levels.html", shown)

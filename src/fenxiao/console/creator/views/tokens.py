"""Entering a leader's share token: the product, the activity it stands in, and what one order earns."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenxiao.console.access import role_required
from fenxiao.console.creator.forms import TokenForm
from fenxiao.console.creator.ways import quoted_ways
from fenxiao.console.refusals import words_of_refusal
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals.models import Application, ShareToken, ShelfItem
from fenxiao.kernel.errors import Refused
from fenxiao.parties.models import Kind


@require_safe
@role_required(Kind.CREATOR)
def token(request: MemberRequest) -> HttpResponse:
    """Ask for a token, and say what the one entered stands for or why it is of no use."""
    form = TokenForm(request.GET if "token" in request.GET else None)
    application = _application(request, form) if form.is_valid() else None
    shown = {"form": form, **(_shown(request, form, application) if application else {})}
    return render(request, "console/creator/token.html", shown, status=422 if form.errors else 200)


def _application(request: MemberRequest, form: TokenForm) -> Application | None:
    """What the token carries; a refusal becomes an error of the field."""
    try:
        return deals.application_of_token(form.cleaned_data["token"], now=request.now)
    except Refused as refused:
        form.add_error("token", words_of_refusal(refused))
        return None


def _shown(request: MemberRequest, form: TokenForm, application: Application) -> dict[str, Any]:
    product = application.product
    ways = quoted_ways(product, applications=[application], creator=request.organisation, now=request.now)
    held = ShelfItem.objects.filter(creator=request.organisation, product=product, removed_at=None).first()
    return {
        "application": application,
        "product": product,
        "token": ShareToken.objects.get(code=form.cleaned_data["token"].upper()),
        "way": next((way for way in ways if way.application and way.quote.terms), None),
        "plain": next((way for way in ways if way.application is None and way.quote.terms), None),
        "held": held,
        "is_way_held": bool(held and held.application_id == application.pk),
    }

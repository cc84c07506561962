"""A merchant's applications to activities: by state, one with its acts, and what leaders ask."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fenxiao.console.access import role_required
from fenxiao.console.cooperation_forms import ExtensionForm, ReasonForm, reason_of
from fenxiao.console.lists import page_of
from fenxiao.console.merchant.activity_forms import ApplicationFilter, FeeCutForm, refusals_at
from fenxiao.console.offers import offers_of
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Application, ApplicationState, Wish
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act


@require_safe
@role_required(Kind.MERCHANT)
def applications(request: MemberRequest) -> HttpResponse:
    """All applications, newest first, and what leaders ask and wait for."""
    asked = ApplicationFilter(request.GET)
    rows = Application.objects.filter(merchant=request.organisation, depth=1)
    if state := asked.chosen("state"):
        rows = rows.filter(state=state)
    if title := asked.chosen("q"):
        rows = rows.filter(product__title__icontains=title)
    found = deals.with_terms(rows, request.now).order_by("-applied_at", "-id")
    wishes = deals.wishes_of(request.organisation).filter(application__depth=1).exclude(asked_by=request.organisation)
    shown = {"filter": asked, "page": page_of(found, request), "wishes": wishes, "now": request.now}
    return render(request, "console/merchant/applications.html", shown)


@require_safe
@role_required(Kind.MERCHANT)
def application(request: MemberRequest, application_id: int) -> HttpResponse:
    """One application: its terms, where it stands, what was asked, and what may be done."""
    return _application_page(request, own_application(request, application_id))


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def withdraw(request: MemberRequest, application_id: int) -> HttpResponse:
    """Take back what waits at once, and end what was passed at the next midnight."""
    found = own_application(request, application_id)
    ended = acts.withdraw_application(
        found, merchant=request.organisation, reason=reason_of(request), by=request.by, now=request.now
    )
    is_over = ended.ends_at is None or ended.ends_at <= request.now
    messages.success(request, _("Application withdrawn.") if is_over else _("The cooperation ends at midnight."))
    return redirect("merchant:application", application_id)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def ask_extension(request: MemberRequest, application_id: int) -> HttpResponse:
    """Ask the leader for a longer cooperation."""
    found, form = own_application(request, application_id), ExtensionForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            until = form.cleaned_data["wanted_until"]
            acts.ask_extension(found, side=request.organisation, wanted_until=until, by=request.by, now=request.now)
            messages.success(request, _("The leader was asked."))
            return redirect("merchant:application", application_id)
    return _application_page(request, found, extension=form)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def ask_fee_cut(request: MemberRequest, application_id: int) -> HttpResponse:
    """Ask the leader for a lower service fee."""
    found, form = own_application(request, application_id), FeeCutForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            fee_bp = form.cleaned_data["wanted_fee"]
            acts.ask_fee_cut(found, merchant=request.organisation, wanted_fee_bp=fee_bp, by=request.by, now=request.now)
            messages.success(request, _("The leader was asked."))
            return redirect("merchant:application", application_id)
    return _application_page(request, found, fee_cut=form)


@require_http_methods(["POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def answer_wish(request: MemberRequest, wish_id: int) -> HttpResponse:
    """Grant or decline what a leader asked."""
    wish = own_wish(request, wish_id)
    grant = request.POST.get("do") == "grant"
    acts.answer_wish(
        wish, side=request.organisation, grant=grant, reason=reason_of(request), by=request.by, now=request.now
    )
    messages.success(request, _("Granted.") if grant else _("Declined."))
    return redirect("merchant:application", wish.application_id)


@require_POST
@role_required(Kind.MERCHANT, act=Act.WORK)
def withdraw_wish(request: MemberRequest, wish_id: int) -> HttpResponse:
    """Take back what was asked of a leader."""
    wish = own_wish(request, wish_id)
    acts.withdraw_wish(wish, side=request.organisation, by=request.by, now=request.now)
    messages.success(request, _("The request was taken back."))
    return redirect("merchant:application", wish.application_id)


def own_application(request: MemberRequest, application_id: int) -> Application:
    """The merchant's application with its terms; another's does not exist here (404)."""
    rows = Application.objects.filter(merchant=request.organisation, depth=1)
    return get_object_or_404(deals.with_terms(rows, request.now), pk=application_id)


def own_wish(request: MemberRequest, wish_id: int) -> Wish:
    """What was asked about one of the merchant's applications; another's does not exist here (404)."""
    rows = Wish.objects.filter(application__merchant=request.organisation, application__depth=1)
    return get_object_or_404(rows, pk=wish_id)


def _application_page(
    request: MemberRequest,
    application: Application,
    *,
    extension: forms.Form | None = None,
    fee_cut: forms.Form | None = None,
) -> HttpResponse:
    is_live = application.state in {ApplicationState.PENDING, ApplicationState.PASSED}
    has_errors = any(form is not None and form.errors for form in (extension, fee_cut))
    shown = {
        "application": application,
        "offer": offers_of([application], now=request.now)[0],
        "is_live": is_live and application.until_at > request.now,
        "is_passed": application.state == ApplicationState.PASSED and application.until_at > request.now,
        "wishes": Wish.objects.filter(application=application).select_related("asked_by").order_by("-asked_at", "-id"),
        "extension": extension or ExtensionForm(initial={"wanted_until": application.activity.ends_at}),
        "fee_cut": fee_cut or FeeCutForm(),
        "reason": ReasonForm(),
        "now": request.now,
    }
    return render(request, "console/merchant/applications_one.html", shown, status=422 if has_errors else 200)

"""One application before its leader: all that is offered, the audit of it, its end, and a longer cooperation."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.catalog.queries import category_path
from fenxiao.console.access import role_required
from fenxiao.console.cooperation_forms import ExtensionForm, ReasonForm, reason_of, refusals_at
from fenxiao.console.goods import explained_openly
from fenxiao.console.leader.views.applications import audit
from fenxiao.console.offers import offers_of, phase_of
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import ActivityType, Application, ApplicationTerms, PlanType, ShareToken, Wish
from fenxiao.deals.rules.application_states import ApplicationPhase
from fenxiao.facts import queries as facts
from fenxiao.kernel.clock import business_day, next_midnight
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act, may


@require_safe
@role_required(Kind.LEADER)
def application(request: MemberRequest, application_id: int) -> HttpResponse:
    """What is offered, what one sale brings, how good the product is, and what may be done."""
    return _page(request, own_application(request, application_id))


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def audit_one(request: MemberRequest, application_id: int) -> HttpResponse:
    """Pass or reject it."""
    found, form = own_application(request, application_id), ReasonForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            passes = audit(request, [found.pk], form)
            messages.success(request, _("Application passed.") if passes else _("Application rejected."))
            return redirect("leader:application", application_id)
    return _page(request, found, reason=form)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def end(request: MemberRequest, application_id: int) -> HttpResponse:
    """End what was passed at the next midnight, with all that hangs on it."""
    found = own_application(request, application_id)
    acts.end_application(found, leader=request.organisation, reason=reason_of(request), by=request.by, now=request.now)
    messages.success(request, _("The cooperation ends at midnight."))
    return redirect("leader:application", application_id)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def ask_extension(request: MemberRequest, application_id: int) -> HttpResponse:
    """Ask the merchant for a longer cooperation."""
    found, form = own_application(request, application_id), ExtensionForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            until = form.cleaned_data["wanted_until"]
            acts.ask_extension(found, side=request.organisation, wanted_until=until, by=request.by, now=request.now)
            messages.success(request, _("The merchant was asked."))
            return redirect("leader:application", application_id)
    return _page(request, found, extension=form)


@require_POST
@role_required(Kind.LEADER, act=Act.WORK)
def make_token(request: MemberRequest, application_id: int) -> HttpResponse:
    """A share token: creators who enter it get the product with this activity."""
    acts.share_token(
        own_application(request, application_id), leader=request.organisation, by=request.by, now=request.now
    )
    return redirect("leader:application", application_id)


def own_application(request: MemberRequest, application_id: int) -> Application:
    """A merchant's application to one of the leader's activities; another's does not exist here (404)."""
    rows = Application.objects.filter(activity__leader=request.organisation, depth=1)
    return get_object_or_404(deals.with_terms(rows, request.now), pk=application_id)


def _page(
    request: MemberRequest,
    application: Application,
    *,
    reason: ReasonForm | None = None,
    extension: ExtensionForm | None = None,
) -> HttpResponse:
    product, seconds = application.product, Application.objects.filter(first=application).order_by("-applied_at")
    asked = Wish.objects.filter(application=application).select_related("asked_by")
    has_errors = any(form is not None and form.errors for form in (reason, extension))
    shown = {
        "application": application,
        "offer": offers_of([application], now=request.now)[0],
        "history": ApplicationTerms.objects.filter(application=application).order_by("-entered_at", "-id"),
        "wishes": asked.order_by("-asked_at", "-id"),
        "seconds": deals.with_terms(seconds, request.now),
        "hanging": sum(each.state in {1, 2} for each in seconds),
        "tokens": ShareToken.objects.filter(application=application).order_by("-made_at"),
        "reason": reason or ReasonForm(),
        "extension": extension or ExtensionForm(initial={"wanted_until": application.activity.ends_at}),
        "midnight": next_midnight(request.now),
        "may_act": may(request.member.role, Act.WORK),
        "product": product,
        "path": category_path(product.category),
        "units_30d": facts.sales_30d([product.pk], business_day(request.now))[product.pk],
        "now": request.now,
        **_today(request, application),
        **explained_openly(product),
    }
    return render(request, "console/leader/application.html", shown, status=422 if has_errors else 200)


def _today(request: MemberRequest, application: Application) -> dict[str, object]:
    """What holds for a creator whose link carries this application, and every offer with why it holds or not.

    The creator is one whom an exclusive activity names, else one without any terms of their own.
    """
    is_exclusive = application.activity.type == ActivityType.EXCLUSIVE
    named = deals.creators_of(application.activity, moment=request.now).first() if is_exclusive else None
    quote = deals.quote(application.product, creator=named, moment=request.now, application=application.pk)
    stands = phase_of(application, request.now) in {ApplicationPhase.PASSED, ApplicationPhase.ENDING}
    return {
        "today": quote.split if stands else None,
        "is_barred": quote.terms is not None and quote.terms.plan_type == PlanType.EXCLUSIVE,
        "offers": [
            (str(PlanType(each.offer.plan_type).label), each.won, (each.words("zh"), each.words("en")))
            for each in sorted(quote.candidates, key=lambda each: not each.won)
        ],
    }

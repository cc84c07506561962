"""A new plan for named creators, with what one sale comes to before anything is saved."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fenxiao.catalog.models import Product
from fenxiao.console.access import role_required
from fenxiao.console.merchant.plan_forms import NewPlanForm, refusals_at
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.models import Plan, PlanType
from fenxiao.deals.rules.drafts import RowDraft
from fenxiao.kernel.clock import next_midnight
from fenxiao.parties.models import Kind, Organisation
from fenxiao.parties.rules import Act

KINDS = {
    "targeted": PlanType.ITEM_TARGETED,
    "shop": PlanType.SHOP_TARGETED,
    "exclusive": PlanType.EXCLUSIVE,
}
MOST_PREVIEWED = 5


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """What one sale by one creator would come to."""

    creator: Organisation | None  # None: whoever comes in
    product: Product
    quote: deals.Quote
    winner: str
    losers: list[tuple[str, int, tuple[str, str]]]
    wins: bool  # whether it is the drafted plan that gives the rate


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def new_plan(request: MemberRequest, kind: str) -> HttpResponse:
    """The form; "preview" works it out, "save" opens the plan."""
    if kind not in KINDS:
        raise Http404
    plan_type = KINDS[kind]
    first = {"product": request.GET.get("product")}
    form = NewPlanForm(request.POST or None, merchant=request.organisation, kind=plan_type, initial=first)
    previewed: list[Previewed] = []
    if request.method == "POST" and form.is_valid():
        with refusals_at(form):
            if request.POST.get("do") == "save":
                made = _open(request, form, plan_type)
                messages.success(request, _("The plan was made."))
                return redirect("merchant:plan_page", made.pk)
            previewed = _preview(request, form, plan_type)
    shown = {
        "form": form,
        "kind": kind,
        "label": plan_type.label,
        "previewed": previewed,
        "midnight": next_midnight(request.now),
    }
    return render(request, "console/merchant/plan_new.html", shown, status=422 if form.errors else 200)


def _open(request: MemberRequest, form: NewPlanForm, plan_type: PlanType) -> Plan:
    entered: dict[str, Any] = {"rows": form.cleaned_data["creators"], "by": request.by, "now": request.now}
    if plan_type == PlanType.EXCLUSIVE:
        return acts.open_exclusive(form.cleaned_data["product"], **entered)
    if plan_type == PlanType.SHOP_TARGETED:
        return acts.target_shop(request.organisation, **form.terms(), **entered)
    return acts.target_product(form.cleaned_data["product"], **form.terms(), **entered)


def _preview(request: MemberRequest, form: NewPlanForm, plan_type: PlanType) -> list[Previewed]:
    """What one sale comes to for the first creators named; a plan of the shop is shown on its newest product."""
    product = form.cleaned_data.get("product") or _newest(request.organisation)
    if product is None:
        form.add_error(None, _("Your shop offers no product at the moment."))
        return []
    moment = next_midnight(request.now) if plan_type == PlanType.EXCLUSIVE else request.now
    rows: list[RowDraft] = form.cleaned_data["creators"][:MOST_PREVIEWED]
    names = Organisation.objects.filter(kind=Kind.CREATOR).in_bulk([row.creator_id for row in rows])
    return [
        _previewed(
            product,
            names[row.creator_id],
            deals.preview(
                product,
                draft=deals.Draft(plan_type=plan_type, rate_bp=row.rate_bp),
                moment=moment,
                creator=names[row.creator_id],
            ),
            plan_type,
        )
        for row in rows
        if row.creator_id in names
    ]


def _previewed(product: Product, creator: Organisation, quote: deals.Quote, plan_type: PlanType) -> Previewed:
    return Previewed(
        creator=creator,
        product=product,
        quote=quote,
        winner=str(PlanType(quote.terms.plan_type).label) if quote.terms else "",
        losers=[
            (
                str(PlanType(lost.offer.plan_type).label),
                lost.terms.commission_rate_bp,
                (lost.words("zh"), lost.words("en")),
            )
            for lost in quote.candidates
            if lost.terms and not lost.won
        ],
        wins=bool(quote.terms and quote.terms.plan_type == plan_type),
    )


def _newest(merchant: Organisation) -> Product | None:
    return Product.objects.owned_by(merchant).offered().order_by("-submitted_at", "-pk").first()

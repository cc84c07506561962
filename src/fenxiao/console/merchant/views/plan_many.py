"""One rate for many goods: ticked on a page, entered all or none."""

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from fenxiao.catalog.models import Product
from fenxiao.console.access import role_required
from fenxiao.console.forms import FilterForm, RateField
from fenxiao.console.lists import page_of, ticked
from fenxiao.console.merchant.plan_forms import refusals_at
from fenxiao.console.named import MOST_TOLD
from fenxiao.console.requests import MemberRequest
from fenxiao.deals import queries as deals
from fenxiao.deals import services as acts
from fenxiao.deals.errors import PlanFileRefused
from fenxiao.deals.models import Plan, PlanType
from fenxiao.deals.rules.drafts import PlanDraft, RowDraft
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act

GOODS_SHOWN = 50


class GoodsFilter(FilterForm):
    """Which of one's goods to show."""

    q = forms.CharField(label=_("Product title"), required=False, max_length=100)


class ManyForm(forms.Form):
    """The rate of all that are ticked."""

    rate = RateField(label=_("Commission rate"))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.MERCHANT, act=Act.WORK)
def many(request: MemberRequest) -> HttpResponse:
    """Tick goods and enter a rate: those without a normal plan get one, those with one get the new rate."""
    if request.method != "POST":
        return _page(request, ManyForm())
    ids, form = ticked(request, "products"), ManyForm(request.POST)
    if form.is_valid():
        with refusals_at(form):
            if plans := _entered(request, form, list(dict.fromkeys(ids))):
                said = ngettext("%(count)s plan entered.", "%(count)s plans entered.", len(plans))
                messages.success(request, said % {"count": len(plans)})
                return redirect("merchant:plans")
    return _page(request, form, kept=ids)


def _entered(request: MemberRequest, form: ManyForm, ids: list[int]) -> list[Plan]:
    """The plans entered; none when goods stood in the way, which are named on the form."""
    drafts = [_draft(pk, form.cleaned_data["rate"]) for pk in ids]
    try:
        return acts.enter_plans(request.organisation, drafts=drafts, by=request.by, now=request.now)
    except PlanFileRefused as refused:
        titles = Product.objects.owned_by(request.organisation).in_bulk(ids)
        is_zh = (get_language() or "").startswith("zh")
        faults = cast("list[deals.Fault]", refused.details["faults"])
        for fault in faults[:MOST_TOLD]:
            product = titles.get(ids[fault.row - 1])
            form.add_error(
                None, f"{product.title if product else ids[fault.row - 1]}: {fault.zh if is_zh else fault.en}"
            )
        return []


def _draft(product_id: int, rate_bp: int) -> PlanDraft:
    rows = (RowDraft(creator_id=None, rate_bp=rate_bp),)
    return PlanDraft(type=PlanType.NORMAL, product_id=product_id, rows=rows)


def _page(request: MemberRequest, form: ManyForm, *, kept: Collection[int] = ()) -> HttpResponse:
    asked = GoodsFilter(request.GET)
    offered = Product.objects.owned_by(request.organisation).offered().order_by("-submitted_at", "-pk")
    if title := asked.chosen("q"):
        offered = offered.filter(title__icontains=title)
    page = page_of(offered, request, per_page=GOODS_SHOWN)
    rates = deals.rates_at([product.pk for product in page], request.now)
    shown: dict[str, Any] = {
        "filter": asked,
        "page": page,
        "rows": [(product, rates.get(product.pk)) for product in page],
        "form": form,
        "kept": kept,
    }
    return render(request, "console/merchant/plan_many.html", shown, status=422 if form.errors else 200)

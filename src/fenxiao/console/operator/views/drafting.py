"""A new version of the policy by form. Only a whole and sound version is kept; all else is asked again."""

import json
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fenxiao.catalog.models import Category, Product, ProductState
from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.operator.forms import OverrideForm, PolicyForm
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act
from fenxiao.quality import services as quality
from fenxiao.quality.models import Policy
from fenxiao.quality.queries import policy_body, policy_in_force
from fenxiao.quality.rules import PolicyBody, Words
from fenxiao.quality.rules.policy_table import override_words

SAVE, CHECK, ADD, REMOVE = "save", "check", "add", "remove:"
MOST_CATEGORIES = 500


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Kind.OPERATOR, act=Act.WORK)
def new(request: MemberRequest) -> HttpResponse:
    """Start from the version in force or the one that `?from=` names; check, change overrides, save as a draft."""
    start = _start(request)
    base = PolicyBody.from_json(start.body) if start else policy_body()
    if request.method != "POST":
        return _page(request, PolicyForm(base=base), start=start)
    asked = request.POST.get("act", SAVE)
    if asked == ADD:
        return _add_override(request, base, start=start)
    if asked.startswith(REMOVE):
        return _remove_override(request, base, key=asked.removeprefix(REMOVE), start=start)
    form = PolicyForm(request.POST, base=base, is_final=asked == SAVE)
    if form.is_valid() and asked == SAVE:
        with refusals_on(form):
            drafted = quality.draft_policy(form.body, note=form.cleaned_data["note"], by=request.by, now=request.now)
        if not form.errors:
            messages.success(request, _("Policy %(number)s is drafted: try it.") % {"number": drafted.number})
            return redirect("operator:policy", drafted.number)
    return _page(request, form, start=start, is_sound=not form.errors)


def _start(request: MemberRequest) -> Policy | None:
    wanted = request.GET.get("from", "")
    return get_object_or_404(Policy, number=int(wanted)) if wanted.isdecimal() else policy_in_force()


def _add_override(request: MemberRequest, base: PolicyBody, *, start: Policy | None) -> HttpResponse:
    form, adding = PolicyForm(request.POST, base=base, is_final=False), OverrideForm(request.POST)
    is_sound = form.is_valid()  # both forms say what is wrong with them
    if not (adding.is_valid() and is_sound):
        return _page(request, form, start=start, adding=adding)
    more = PolicyForm(_with(request.POST, adding.added_to(form.body)), base=base, is_final=False)
    if not more.is_valid():
        adding.add_error(None, more.non_field_errors()[0])
        return _page(request, form, start=start, adding=adding)
    return _page(request, more, start=start)


def _remove_override(request: MemberRequest, base: PolicyBody, *, key: str, start: Policy | None) -> HttpResponse:
    form = PolicyForm(request.POST, base=base, is_final=False)
    if form.is_valid():
        left = {one: said for one, said in form.body.as_json()["overrides"].items() if one != key}
        form = PolicyForm(_with(request.POST, left), base=base, is_final=False)
    return _page(request, form, start=start)


def _with(data: QueryDict, overrides: dict[str, Any]) -> QueryDict:
    changed = data.copy()
    changed["overrides"] = json.dumps(overrides)
    return changed


def _page(
    request: MemberRequest,
    form: PolicyForm,
    *,
    start: Policy | None,
    adding: OverrideForm | None = None,
    is_sound: bool = False,
) -> HttpResponse:
    shown = {
        "form": form,
        "adding": adding or OverrideForm(),
        "overrides": _overrides(form),
        "start": start,
        "tree": _categories_in_use(),
        "is_sound": is_sound and not form.errors,
    }
    is_wrong = bool(form.is_bound and form.errors) or bool(adding and adding.errors)
    return render(request, "console/operator/policy_form.html", shown, status=422 if is_wrong else 200)


def _overrides(form: PolicyForm) -> list[tuple[str, Words, Words]]:
    """Each override: its category, the category's name, what it says."""
    body = _body_with_overrides(form)
    named = Category.objects.in_bulk(list(body.overrides))
    return [(key, _name(named.get(key), key), override_words(one, base=body)) for key, one in body.overrides.items()]


def _body_with_overrides(form: PolicyForm) -> PolicyBody:
    """The version as entered; while something else is wrong with it, its overrides on what it starts from."""
    if form.is_bound and form.is_valid():
        return form.body
    return form.base


def _name(category: Category | None, key: str) -> Words:
    return Words(category.name_zh, category.name_en) if category else Words(key, key)


def _categories_in_use() -> list[Category]:
    """Categories that have admitted goods, and those above them: what one may choose from without typing an id."""
    goods = Product.objects.filter(state=ProductState.ADMITTED, category=models.OuterRef("pk"))
    own = list(Category.objects.filter(models.Exists(goods)).values_list("pk", flat=True)[:MOST_CATEGORIES])
    ids = {"-".join(pk.split("-")[:depth]) for pk in own for depth in range(1, pk.count("-") + 2)}
    return list(Category.objects.filter(pk__in=ids, is_active=True).order_by("depth", "pk"))

"""Versions of the policy: list, page with the table and the dry run, new version, proposal and verdict."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fenxiao.catalog.models import Category
from fenxiao.console.access import role_required
from fenxiao.console.forms import refusals_on
from fenxiao.console.lists import page_of
from fenxiao.console.operator.forms import DeclineForm
from fenxiao.console.operator.moved import moved_under
from fenxiao.console.requests import MemberRequest
from fenxiao.parties.models import Kind
from fenxiao.parties.rules import Act
from fenxiao.quality import queries
from fenxiao.quality import services as quality
from fenxiao.quality.models import Policy
from fenxiao.quality.queries import Standing, Version
from fenxiao.quality.rules import PolicyBody, Words
from fenxiao.quality.rules.policy_table import policy_table


@require_safe
@role_required(Kind.OPERATOR)
def policies(request: MemberRequest) -> HttpResponse:
    """Versions, the newest first."""
    page = page_of(_policies().order_by("-number"), request)
    shown = {"page": page, "versions": queries.versions(list(page))}
    return render(request, "console/operator/policies.html", shown)


@require_safe
@role_required(Kind.OPERATOR)
def policy(request: MemberRequest, number: int) -> HttpResponse:
    """One version beside the one in force, with what its dry run found."""
    return _policy_page(request, get_object_or_404(_policies(), number=number))


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def try_out(request: MemberRequest, number: int) -> HttpResponse:
    """Ask the worker for a dry run."""
    found = get_object_or_404(Policy, number=number)
    quality.ask_dry_run(found, by=request.by, now=request.now)
    return redirect("operator:policy", number)


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def propose(request: MemberRequest, number: int) -> HttpResponse:
    """Ask a second operator to publish the version."""
    quality.propose_policy(get_object_or_404(Policy, number=number), by=request.by, now=request.now)
    messages.success(request, _("Policy %(number)s is proposed: another operator approves it.") % {"number": number})
    return redirect("operator:policy", number)


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def approve(request: MemberRequest, number: int) -> HttpResponse:
    """Publish what another operator proposed."""
    quality.approve_policy(get_object_or_404(Policy, number=number), by=request.by, now=request.now)
    messages.success(request, _("Policy %(number)s is in force from the next run on.") % {"number": number})
    return redirect("operator:policy", number)


@require_POST
@role_required(Kind.OPERATOR, act=Act.WORK)
def decline(request: MemberRequest, number: int) -> HttpResponse:
    """Send a proposed version back with a reason."""
    found, form = get_object_or_404(_policies(), number=number), DeclineForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            quality.decline_policy(found, reason=form.cleaned_data["reason"], by=request.by, now=request.now)
    if form.errors:
        return _policy_page(request, found, form=form)
    messages.success(request, _("Policy %(number)s went back.") % {"number": number})
    return redirect("operator:policy", number)


def _policies() -> "QuerySet[Policy, Policy]":
    return Policy.objects.select_related("proposed_by__user", "approved_by__user")


def _policy_page(request: MemberRequest, found: Policy, *, form: DeclineForm | None = None) -> HttpResponse:
    version, other = queries.versions([found])[0], _compared_with(found)
    body, dry_run = PolicyBody.from_json(found.body), queries.last_dry_run(found)
    beside = PolicyBody.from_json(other.body) if other else body
    sections = policy_table(body, other=beside, categories=_names(body, beside))
    shown: dict[str, Any] = {
        "policy": found,
        "version": version,
        "other": other,
        "sections": sections,
        "is_changed": any(section.is_changed for section in sections),
        "request_now": queries.last_request(found, dry_run=True),
        "dry_run": dry_run,
        "moved": moved_under(dry_run, request) if dry_run and not version.is_published else None,
        "form": form or DeclineForm(),
        "is_mine": _is_proposer(request, version),
    }
    return render(request, "console/operator/policy.html", shown, status=422 if form else 200)


def _compared_with(found: Policy) -> Policy | None:
    """The version in force; for that one itself the version before it."""
    in_force = queries.policy_in_force()
    if in_force != found:
        return in_force
    earlier = Policy.objects.exclude(published_at=None).filter(number__lt=found.number)
    return earlier.order_by("-number").first()


def _names(*bodies: PolicyBody) -> dict[str, Words]:
    keys = {key for body in bodies for key in body.overrides}
    found = Category.objects.filter(pk__in=keys)
    return {one.pk: Words(f"{one.name_zh} ({one.pk})", f"{one.name_en} ({one.pk})") for one in found}


def _is_proposer(request: MemberRequest, version: Version) -> bool:
    """Whether this person proposed it and so cannot approve it."""
    proposed_by = version.policy.proposed_by
    is_open = version.standing == Standing.PROPOSED
    return bool(is_open and proposed_by and proposed_by.user_id == cast(Any, request.user).pk)

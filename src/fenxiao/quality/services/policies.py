"""Drafting a policy, proposing it after a dry run, and a second operator's approval, which publishes it."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from fenxiao.catalog.models import Category
from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.parties.models import Member
from fenxiao.quality.errors import (
    PolicyAlreadyPublished,
    PolicyNotProposed,
    PolicyNotTried,
    PolicyOutdated,
    PolicyProposed,
    PolicyUnsound,
    SecondOperatorNeeded,
)
from fenxiao.quality.models import GradingRun, Policy, RunState
from fenxiao.quality.queries.operators import acting_operator
from fenxiao.quality.rules import PolicyBody, default_policy


@transaction.atomic
def draft_policy(body: PolicyBody, *, note: str, by: Actor, now: datetime) -> Policy:
    """Write down a new version with the next number. A body that contradicts itself cannot be made.

    Refuses overrides for categories that the taxonomy does not have or has dropped.
    """
    check_categories(body)
    _lock_policies()
    number = (Policy.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    policy = Policy.objects.create(number=number, body=body.as_json(), note=note, drafted_at=now)
    audit.record("draft_policy", policy, by=by, now=now, after={"number": number, "note": note})
    return policy


@transaction.atomic
def propose_policy(policy: Policy, *, by: Actor, now: datetime) -> Policy:
    """Ask a second operator to publish a drafted version.

    Refuses one that was never tried in a dry run, is proposed or published, or is older than the one in force.
    """
    proposer = acting_operator(by, act="propose_policy")
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    _check_can_come(policy)
    if policy.proposed_at is not None:
        raise PolicyProposed(number=policy.number)
    if not GradingRun.objects.filter(policy=policy, state=RunState.DRY).exists():
        raise PolicyNotTried(number=policy.number)
    policy.proposed_at, policy.proposed_by = now, proposer
    policy.save(update_fields=["proposed_at", "proposed_by"])
    audit.record("propose_policy", policy, by=by, now=now, after={"number": policy.number})
    outbox.publish("policy.proposed", policy=policy.pk)
    return policy


@transaction.atomic
def decline_policy(policy: Policy, *, reason: str, by: Actor, now: datetime) -> Policy:
    """Send a proposed version back to its drafters; refuses one that is not proposed or is published."""
    acting_operator(by, act="decline_policy")
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    _check_proposed(policy)
    policy.proposed_at = policy.proposed_by = None
    policy.save(update_fields=["proposed_at", "proposed_by"])
    audit.record("decline_policy", policy, by=by, now=now, after={"number": policy.number, "reason": reason})
    return policy


@transaction.atomic
def approve_policy(policy: Policy, *, by: Actor, now: datetime) -> Policy:
    """Put a proposed version in force from the next run on.

    Refuses the member who proposed it, one that is not proposed or is published, and one older than that in force.
    """
    approver = acting_operator(by, act="approve_policy")
    _lock_policies()
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    _check_can_come(policy)
    if _check_proposed(policy).user_id == approver.user_id:
        raise SecondOperatorNeeded(number=policy.number)
    policy.approved_by = approver
    return _published(policy, act="approve_policy", by=by, now=now)


def _published(policy: Policy, *, act: str, by: Actor, now: datetime) -> Policy:
    check_categories(PolicyBody.from_json(policy.body))
    policy.published_at = now
    policy.save(update_fields=["published_at", "approved_by"])
    audit.record(act, policy, by=by, now=now, after={"number": policy.number})
    outbox.publish("policy.published", policy=policy.pk)
    return policy


def _check_proposed(policy: Policy) -> Member:
    """Who proposed it."""
    if policy.published_at is not None:
        raise PolicyAlreadyPublished(number=policy.number)
    if policy.proposed_by is None:
        raise PolicyNotProposed(number=policy.number)
    return policy.proposed_by


def _check_can_come(policy: Policy) -> None:
    if policy.published_at is not None:
        raise PolicyAlreadyPublished(number=policy.number)
    newest = Policy.objects.exclude(published_at=None).aggregate(last=Max("number"))["last"]
    if newest is not None and newest > policy.number:
        raise PolicyOutdated(number=policy.number, newest=newest)


# not one act: a check within an act, writes nothing
def check_categories(body: PolicyBody) -> None:
    """Refuse (`PolicyUnsound`) overrides for categories that are not or no longer there, with their ids."""
    known = Category.objects.filter(pk__in=body.overrides, is_active=True).values_list("pk", flat=True)
    if gone := sorted(set(body.overrides) - set(known)):
        told = ", ".join(gone)
        raise PolicyUnsound(
            reason_zh=f"类目 {told} 不存在或已停用", reason_en=f"categories {told} do not exist or were dropped"
        )


@transaction.atomic
def ensure_default_policy(*, by: Actor, now: datetime) -> Policy:
    """The published policy with the highest number; version 1 is made and published where there is none."""
    _lock_policies()
    newest = Policy.objects.exclude(published_at=None).order_by("-number").first()
    if newest is not None:
        return newest
    first = draft_policy(default_policy(), note="v1", by=by, now=now)
    return _published(first, act="publish_policy", by=by, now=now)  # the product's own: nobody is there to approve it


def _lock_policies() -> None:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE quality_policy IN SHARE ROW EXCLUSIVE MODE")

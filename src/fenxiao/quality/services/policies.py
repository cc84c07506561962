"""Drafting and publishing policies."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from fenxiao.kernel import audit, outbox
from fenxiao.kernel.actors import Actor
from fenxiao.quality.errors import PolicyAlreadyPublished
from fenxiao.quality.models import Policy
from fenxiao.quality.rules import PolicyBody, default_policy


@transaction.atomic
def draft_policy(body: PolicyBody, *, note: str, by: Actor, now: datetime) -> Policy:
    """Write down a new version with the next number. A body that contradicts itself cannot be made."""
    number = (Policy.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    policy = Policy.objects.create(number=number, body=body.as_json(), note=note, drafted_at=now)
    audit.record("draft_policy", policy, by=by, now=now, after={"number": number, "note": note})
    return policy


@transaction.atomic
def publish_policy(policy: Policy, *, by: Actor, now: datetime) -> Policy:
    """Put a drafted version in force from the next run on; refuses one that is published or contradicts itself."""
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    if policy.published_at is not None:
        raise PolicyAlreadyPublished(number=policy.number)
    PolicyBody.from_json(policy.body)
    policy.published_at = now
    policy.save(update_fields=["published_at"])
    audit.record("publish_policy", policy, by=by, now=now, after={"number": policy.number})
    outbox.publish("policy.published", policy=policy.pk)
    return policy


@transaction.atomic
def ensure_default_policy(*, by: Actor, now: datetime) -> Policy:
    """The published policy with the highest number; version 1 is made and published where there is none."""
    _lock_policies()
    newest = Policy.objects.exclude(published_at=None).order_by("-number").first()
    if newest is not None:
        return newest
    return publish_policy(draft_policy(default_policy(), note="v1", by=by, now=now), by=by, now=now)


def _lock_policies() -> None:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE quality_policy IN SHARE ROW EXCLUSIVE MODE")

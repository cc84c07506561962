"""Policies by number, and their versions with who made, proposed, approved and declined them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fenxiao.kernel.models import AuditRow
from fenxiao.quality.errors import NoSuchPolicy
from fenxiao.quality.models import GradingRequest, GradingRun, Policy, RunState
from fenxiao.quality.rules import PolicyBody, default_policy

SUBJECT: Final = "quality.policy"


def policy_body(number: int | None = None) -> PolicyBody:
    """The body of the policy with this number, drafts included; without one, of that in force or the default.

    Refuses (`NoSuchPolicy`) a number that was never drafted.
    """
    if number is not None:
        found = Policy.objects.filter(number=number).first()
        if found is None:
            raise NoSuchPolicy(number=number)
        return PolicyBody.from_json(found.body)
    newest = policy_in_force()
    return PolicyBody.from_json(newest.body) if newest else default_policy()


def policy_in_force() -> Policy | None:
    """The policy that the next run grades by: the published one with the highest number."""
    return Policy.objects.exclude(published_at=None).order_by("-number").first()


class Standing(StrEnum):
    """How far a version has come."""

    DRAFT = "draft"
    PROPOSED = "proposed"  # awaits a second operator
    DECLINED = "declined"  # may be proposed again
    OUTDATED = "outdated"  # a draft older than the one in force: it can come no more
    IN_FORCE = "in_force"  # the next run grades by it
    REPLACED = "replaced"  # was in force


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of the policy and how it came about."""

    policy: Policy
    standing: Standing
    drafted_by: str
    declined: AuditRow | None  # the last time, if it was not proposed again since
    acts: Sequence[AuditRow]  # the first one first

    @property
    def is_published(self) -> bool:
        """Whether runs may have graded by it."""
        return self.policy.published_at is not None

    @property
    def can_be_proposed(self) -> bool:
        """Whether it may still come in force; a dry run is asked for beside it."""
        return self.standing in {Standing.DRAFT, Standing.DECLINED}


def versions(policies: Sequence[Policy]) -> list[Version]:
    """How each of these versions stands. Two statements."""
    newest, acts = policy_in_force(), _acts(policies)
    return [_version(policy, newest=newest.number if newest else 0, acts=acts[policy.pk]) for policy in policies]


def last_dry_run(policy: Policy) -> GradingRun | None:
    """The last dry run of a policy that ended well."""
    return GradingRun.objects.filter(policy=policy, state=RunState.DRY).select_related("policy").order_by("-pk").first()


def last_request(policy: Policy | None, *, dry_run: bool) -> GradingRequest | None:
    """The last wish of this kind, whatever became of it."""
    wishes = GradingRequest.objects.filter(policy=policy, dry_run=dry_run).select_related("run", "asked_by__user")
    return wishes.order_by("-pk").first()


def _acts(policies: Sequence[Policy]) -> dict[int, list[AuditRow]]:
    found: dict[int, list[AuditRow]] = {policy.pk: [] for policy in policies}
    rows = AuditRow.objects.filter(subject_type=SUBJECT, subject_id__in=[str(pk) for pk in found])
    for row in rows.order_by("at", "pk"):
        found[int(row.subject_id)].append(row)
    return found


def _version(policy: Policy, *, newest: int, acts: Sequence[AuditRow]) -> Version:
    turns = [row for row in acts if row.act in {"propose_policy", "decline_policy"}]
    declined = turns[-1] if turns and turns[-1].act == "decline_policy" else None
    return Version(
        policy=policy,
        standing=_standing(policy, newest=newest, is_declined=declined is not None),
        drafted_by=next((row.actor for row in acts if row.act == "draft_policy"), ""),
        declined=declined,
        acts=acts,
    )


def _standing(policy: Policy, *, newest: int, is_declined: bool) -> Standing:
    if policy.published_at is not None:
        return Standing.IN_FORCE if policy.number == newest else Standing.REPLACED
    if policy.number < newest:
        return Standing.OUTDATED
    if policy.proposed_at is not None:
        return Standing.PROPOSED
    return Standing.DECLINED if is_declined else Standing.DRAFT

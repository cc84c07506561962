"""Policies by number, and who moves under one."""

from fenxiao.quality.errors import NoSuchPolicy
from fenxiao.quality.models import Policy
from fenxiao.quality.rules import PolicyBody, default_policy


def policy_body(number: int | None = None) -> PolicyBody:
    """The body of the policy with this number, drafts included; without one, of that in force or the default.

    Refuses (`NoSuchPolicy`) a number that was never drafted.
    """
    if number is not None:
        found = Policy.objects.filter(number=number).first()
        if found is None:
            raise NoSuchPolicy(number=number)
        return PolicyBody.from_json(found.body)
    newest = Policy.objects.exclude(published_at=None).order_by("-number").first()
    return PolicyBody.from_json(newest.body) if newest else default_policy()

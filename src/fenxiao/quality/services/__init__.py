"""Policies, and grading by them."""

from fenxiao.quality.services.grading import grade
from fenxiao.quality.services.policies import (
    approve_policy,
    decline_policy,
    draft_policy,
    ensure_default_policy,
    propose_policy,
)

__all__ = ["approve_policy", "decline_policy", "draft_policy", "ensure_default_policy", "grade", "propose_policy"]

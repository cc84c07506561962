"""Publishing policies and grading by them."""

from fenxiao.quality.services.grading import grade
from fenxiao.quality.services.policies import draft_policy, ensure_default_policy, publish_policy

__all__ = ["draft_policy", "ensure_default_policy", "grade", "publish_policy"]

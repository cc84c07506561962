"""What the deals floor refuses."""

from fenxiao.deals.errors.activities import *  # noqa: F403  every refusal of activities, by its own name
from fenxiao.deals.errors.applications import *  # noqa: F403  the same
from fenxiao.deals.errors.plans import *  # noqa: F403  every refusal of plans, by its own name

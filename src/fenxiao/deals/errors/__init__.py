"""What the deals floor refuses."""

from fenxiao.deals.errors.plans import *  # noqa: F403  every refusal of plans, by its own name

"""What the deals floor refuses."""

from fenxiao.deals.errors.activities import *  # noqa: F403  every refusal of activities, by its own name
from fenxiao.deals.errors.applications import *  # noqa: F403  the same
from fenxiao.deals.errors.plans import *  # noqa: F403  every refusal of plans, by its own name
from fenxiao.deals.errors.second import *  # noqa: F403  every refusal about second leaders, by its own name
from fenxiao.deals.errors.shelf import *  # noqa: F403  every refusal of shelves, by its own name

"""Acts of deals."""

from fenxiao.deals.services.plans import change_rate, close_plan, open_plan
from fenxiao.deals.services.platform import set_platform_fee

__all__ = ["change_rate", "close_plan", "open_plan", "set_platform_fee"]

"""Acts of deals."""

from fenxiao.deals.services.plans import (
    change_entry,
    close_plan,
    open_exclusive,
    open_plan,
    reopen_plan,
    target_product,
    target_shop,
)
from fenxiao.deals.services.platform import set_platform_fee
from fenxiao.deals.services.rows import (
    add_creators,
    change_rate,
    close_rows,
    open_rows,
    remove_rows,
)

__all__ = [
    "add_creators",
    "change_entry",
    "change_rate",
    "close_plan",
    "close_rows",
    "open_exclusive",
    "open_plan",
    "open_rows",
    "remove_rows",
    "reopen_plan",
    "set_platform_fee",
    "target_product",
    "target_shop",
]

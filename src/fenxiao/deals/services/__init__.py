"""Acts of deals."""

from fenxiao.deals.services.differentials import (
    set_differential,
)
from fenxiao.deals.services.plan_requests import (
    ask_to_join,
    decide_requests,
    withdraw_request,
)
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
from fenxiao.deals.services.steps import (
    cancel_step_window,
    open_step_window,
    raise_steps,
)
from fenxiao.deals.services.telling import (
    tell_what_begins,
)

__all__ = [
    "add_creators",
    "ask_to_join",
    "cancel_step_window",
    "change_entry",
    "change_rate",
    "close_plan",
    "close_rows",
    "decide_requests",
    "open_exclusive",
    "open_plan",
    "open_rows",
    "open_step_window",
    "raise_steps",
    "remove_rows",
    "reopen_plan",
    "set_differential",
    "set_platform_fee",
    "target_product",
    "target_shop",
    "tell_what_begins",
    "withdraw_request",
]

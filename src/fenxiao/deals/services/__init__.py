"""Acts of deals."""

from fenxiao.deals.services.differentials import (
    set_differential,
)
from fenxiao.deals.services.plan_files import (
    apply_plan_file,
    enter_plans,
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
from fenxiao.deals.services.second import apply_again, apply_to_second, audit_second, edit_second
from fenxiao.deals.services.second_ends import (
    answer_cancellation,
    ask_cancellation,
    end_seconds_of,
    withdraw_cancellation,
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
    "answer_cancellation",
    "apply_again",
    "apply_plan_file",
    "apply_to_second",
    "ask_cancellation",
    "ask_to_join",
    "audit_second",
    "cancel_step_window",
    "change_entry",
    "change_rate",
    "close_plan",
    "close_rows",
    "decide_requests",
    "edit_second",
    "end_seconds_of",
    "enter_plans",
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
    "withdraw_cancellation",
    "withdraw_request",
]

"""Acts of deals."""

from fenxiao.deals.services.activities import (
    close_activity,
    delete_activity,
    draft_activity,
    edit_activity,
    publish_activity,
)
from fenxiao.deals.services.activity_creators import name_creators, unname_creators
from fenxiao.deals.services.application_news import tell_of_applying, tell_of_audit, tell_of_ends
from fenxiao.deals.services.applications import (
    apply_to_activity,
    audit_applications,
    end_application,
    expire_off_shelf,
    expire_run_out,
    withdraw_application,
)
from fenxiao.deals.services.differentials import (
    set_differential,
)
from fenxiao.deals.services.naming_news import (
    tell_of_decisions,
    tell_of_naming,
    tell_of_publishing,
    tell_of_request,
    tell_of_rows,
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
from fenxiao.deals.services.second import apply_again, apply_to_second, edit_second
from fenxiao.deals.services.second_ends import (
    answer_cancellation,
    ask_cancellation,
    withdraw_cancellation,
)
from fenxiao.deals.services.shelf import Picked, Picking, note_on_shelf, order_shelf, pick, remove_from_shelf
from fenxiao.deals.services.shelf_news import tell_of_goods, tell_of_terms
from fenxiao.deals.services.steps import (
    cancel_step_window,
    open_step_window,
    raise_steps,
)
from fenxiao.deals.services.telling import (
    tell_what_begins,
)
from fenxiao.deals.services.tokens import share_token
from fenxiao.deals.services.trusteeships import (
    accept_trusteeship,
    change_rate_as_trustee,
    end_trusteeship,
    propose_trusteeship,
)
from fenxiao.deals.services.wish_news import tell_of_trusteeship, tell_of_wish
from fenxiao.deals.services.wishes import answer_wish, ask_extension, ask_fee_cut, withdraw_wish

__all__ = [
    "Picked",
    "Picking",
    "accept_trusteeship",
    "add_creators",
    "answer_cancellation",
    "answer_wish",
    "apply_again",
    "apply_plan_file",
    "apply_to_activity",
    "apply_to_second",
    "ask_cancellation",
    "ask_extension",
    "ask_fee_cut",
    "ask_to_join",
    "audit_applications",
    "cancel_step_window",
    "change_entry",
    "change_rate",
    "change_rate_as_trustee",
    "close_activity",
    "close_plan",
    "close_rows",
    "decide_requests",
    "delete_activity",
    "draft_activity",
    "edit_activity",
    "edit_second",
    "end_application",
    "end_trusteeship",
    "enter_plans",
    "expire_off_shelf",
    "expire_run_out",
    "name_creators",
    "note_on_shelf",
    "open_exclusive",
    "open_plan",
    "open_rows",
    "open_step_window",
    "order_shelf",
    "pick",
    "propose_trusteeship",
    "publish_activity",
    "raise_steps",
    "remove_from_shelf",
    "remove_rows",
    "reopen_plan",
    "set_differential",
    "set_platform_fee",
    "share_token",
    "target_product",
    "target_shop",
    "tell_of_applying",
    "tell_of_audit",
    "tell_of_decisions",
    "tell_of_ends",
    "tell_of_goods",
    "tell_of_naming",
    "tell_of_publishing",
    "tell_of_request",
    "tell_of_rows",
    "tell_of_terms",
    "tell_of_trusteeship",
    "tell_of_wish",
    "tell_what_begins",
    "unname_creators",
    "withdraw_application",
    "withdraw_cancellation",
    "withdraw_request",
    "withdraw_wish",
]

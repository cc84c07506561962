"""The acts of orders: take what shops tell, receive what is overdue, and let the ledger mark what it has settled."""

from fenxiao.orders.intake.problems import Problem
from fenxiao.orders.services.events import MOST_AT_ONCE, Intake, take_events
from fenxiao.orders.services.overdue import receive_overdue
from fenxiao.orders.services.reviews import Taken, take_reviews
from fenxiao.orders.services.settlement import await_funds, settle_lines

__all__ = [
    "MOST_AT_ONCE",
    "Intake",
    "Problem",
    "Taken",
    "await_funds",
    "receive_overdue",
    "settle_lines",
    "take_events",
    "take_reviews",
]

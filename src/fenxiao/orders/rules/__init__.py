"""The rules of orders: what an event must say, where its order then stands, who may earn, how long money waits."""

from fenxiao.orders.rules.fold import CountedRefund, LinePicture, OrderPicture, SettledLine, fold
from fenxiao.orders.rules.promotion import Promotion, bar_of, organisation_of_buyer, user_of_buyer
from fenxiao.orders.rules.reading import read_body, read_event
from fenxiao.orders.rules.reviews import ToldReview
from fenxiao.orders.rules.states import (
    BARS,
    NEXT,
    NO_SALE,
    RECEIVED_BY_ITSELF_AFTER,
    TOLD_REASONS,
    Reason,
    State,
    can_move,
    hold_days,
    order_state,
)
from fenxiao.orders.rules.told import Body, Invalid, Kind, Paid, PaidLine, Refunded, Told, Wrong

__all__ = [
    "BARS",
    "NEXT",
    "NO_SALE",
    "RECEIVED_BY_ITSELF_AFTER",
    "TOLD_REASONS",
    "Body",
    "CountedRefund",
    "Invalid",
    "Kind",
    "LinePicture",
    "OrderPicture",
    "Paid",
    "PaidLine",
    "Promotion",
    "Reason",
    "Refunded",
    "SettledLine",
    "State",
    "Told",
    "ToldReview",
    "Wrong",
    "bar_of",
    "can_move",
    "fold",
    "hold_days",
    "order_state",
    "organisation_of_buyer",
    "read_body",
    "read_event",
    "user_of_buyer",
]

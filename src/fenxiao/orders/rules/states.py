"""States of an order line, the moves between them, why a line becomes invalid, and the periods that apply."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType


class State(IntEnum):
    """States of an order line, numbered as the trade does."""

    PAID = 30
    SHIPPED = 40
    RECEIVED = 50
    SETTLED = 60
    INVALID = 80


# Forward only: an event that would lead back (shipped, told after received) leaves its moment but moves nothing.
NEXT: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.PAID: frozenset({State.SHIPPED, State.RECEIVED, State.INVALID}),
        State.SHIPPED: frozenset({State.RECEIVED, State.INVALID}),
        State.RECEIVED: frozenset({State.SETTLED, State.INVALID}),
        State.SETTLED: frozenset(),
        State.INVALID: frozenset(),
    }
)


class Reason(StrEnum):
    """Why a line is invalid (80)."""

    # Told by the shop or found by the platform. The money goes back to the buyer, except for fraud by the promoter.
    CANCELLED = "cancelled"
    REFUNDED = "refunded"  # all the goods' money
    SHOP = "shop"  # the shop says so, for a reason of its own
    FRAUD = "fraud"
    # Given when the line is first seen: it named a promoter who may not earn on it. The sale itself stands …
    BARRED = "barred"
    UNQUALIFIED = "unqualified"  # the product was L0
    NO_TERMS = "no_terms"
    # … except for this one, which is no sale at all. It needs no promoter: a merchant may buy its own goods.
    SELF_PURCHASE = "self_purchase"

    @property
    def zh(self) -> str:
        """The reason in Chinese."""
        return WORDS[self][0]

    @property
    def en(self) -> str:
        """The reason in English."""
        return WORDS[self][1]


WORDS: Mapping[Reason, tuple[str, str]] = MappingProxyType(
    {
        Reason.CANCELLED: ("订单已取消", "The order was cancelled"),
        Reason.REFUNDED: ("已全额退款", "Refunded in full"),
        Reason.SHOP: ("商家声明失效", "Declared void by the shop"),
        Reason.FRAUD: ("判定为作弊推广", "Found to be fraudulent promotion"),
        Reason.BARRED: ("推广者已被停用", "The promoter is suspended"),
        Reason.UNQUALIFIED: ("付款时商品未达标（L0）", "The product was L0 when the order was paid"),
        Reason.NO_TERMS: ("付款时没有生效的推广计划", "No plan was in force when the order was paid"),
        Reason.SELF_PURCHASE: ("自买自卖", "Bought by the seller or the promoter themselves"),
    }
)
TOLD_REASONS = frozenset({Reason.CANCELLED, Reason.SHOP, Reason.FRAUD})  # what an invalid event may say
BARS = frozenset({Reason.BARRED, Reason.UNQUALIFIED, Reason.NO_TERMS, Reason.SELF_PURCHASE})
# Sums of sales leave these lines out; all other lines are sales, and what went back of them stands in Refund rows.
NO_SALE = frozenset({Reason.SELF_PURCHASE})

RECEIVED_BY_ITSELF_AFTER = timedelta(days=10)  # from shipping
HOLDS = ((450, 7), (400, 15))  # merchant score of at least (in hundredths), hold in days
LONGEST_HOLD = 20


def can_move(state: State, *, to: State) -> bool:
    """Whether a line may go from one state to another."""
    return to in NEXT[state]


def hold_days(score_centi: int | None) -> int:
    """Days between receipt and settlement, by the merchant score of the day of receipt; unknown counts as low."""
    return next((days for least, days in HOLDS if score_centi is not None and score_centi >= least), LONGEST_HOLD)


def order_state(states: Iterable[int]) -> State:
    """An order's state: the lowest of its live lines, invalid when none lives."""
    return State(min(states, default=State.INVALID))

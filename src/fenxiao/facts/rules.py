"""What counts as what. Pure."""

from datetime import timedelta
from typing import Final

# A click is written before it is answered, yet a slow commit or a second edge may write an older moment later.
CLICK_OVERLAP: Final = timedelta(minutes=10)

# Which moments of its lines each event may have touched: the figures of these days are counted again.
TOUCHED: Final[dict[str, tuple[str, ...]]] = {
    "order.paid": ("paid_at",),
    "order.received": ("received_at",),
    "line.settled": ("settled_at",),
    # A refund told late shifts how much of the later ones still falls on the goods.
    "order.refunded": ("refunded_at",),
    # Cancellations are refund rows too; a line found to be a self-purchase leaves every figure it stood in.
    "order.invalid": ("paid_at", "received_at", "settled_at", "refunded_at", "reviewed_at"),
}
MOMENTS: Final = ("paid_at", "received_at", "settled_at", "refunded_at", "reviewed_at")

# An earlier word that comes late moves a moment back (or, with an end before it, takes it away), and the news does not
# say from where: later days of the product on which such a thing was counted are counted again. There are none as
# long as news comes in time.
MOVED_BACK: Final[dict[str, tuple[str, str]]] = {
    "order.paid": ("paid_at", "paid_lines"),
    "order.received": ("received_at", "received_lines"),
    "order.invalid": ("invalid_at", "received_lines"),
}

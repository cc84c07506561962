"""What counts as what. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
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

MEDIA: Final = ("live", "video")
MOST_NUMBER: Final = 10**15  # nobody has so many views, and the columns hold it
MOST_PIECES: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class ToldContent:
    """A line of what a platform tells: what a creator showed on a day by one medium."""

    line: int
    creator_id: int
    day: date
    medium: str
    pieces: int
    views: int
    gmv_fen: int


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """Why a line was not taken."""

    line: int
    field: str
    zh: str
    en: str


def check_content(row: ToldContent, *, is_known: bool, today: date) -> BadRow | None:
    """What is wrong with a line; None when it can be taken. `is_known`: such a creator is there."""
    faults = (
        (not is_known, "creator", "没有这位达人", "there is no such creator"),
        (row.day > today, "day", "日期尚未到来", "the day has not come"),
        (row.medium not in MEDIA, "medium", "应为 live 或 video", "is live or video"),
        (not 0 <= row.pieces <= MOST_PIECES, "pieces", "应为 0 到 10000", "is 0 to 10,000"),
        (not 0 <= row.views <= MOST_NUMBER, "views", "应为不小于 0 的整数", "is a whole number from 0 on"),
        (not 0 <= row.gmv_fen <= MOST_NUMBER, "gmv_fen", "应为不小于 0 的整数（分）", "is whole fen from 0 on"),
    )
    found = next(((field, zh, en) for is_wrong, field, zh, en in faults if is_wrong), None)
    return BadRow(line=row.line, field=found[0], zh=found[1], en=found[2]) if found else None

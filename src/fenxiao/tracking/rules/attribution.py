"""Whom a sale belongs to: evidence in, one verdict out, with what became of each piece of evidence.

An explicit link or place counts first, then a signed click id, then (room is kept for it) a discount code, then the
last click of the same buyer on the same product. Whether the promoter may earn is for `orders` to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

DEFAULT_WINDOW = timedelta(days=15)


class Way(StrEnum):
    """How a promoter was found, in the order in which evidence counts."""

    LINK = "link"  # the order itself names a link or place
    CLICK = "click"  # the order carries a signed click id
    CODE = "code"  # a discount code; nobody gives them out yet
    LAST_CLICK = "last_click"  # the buyer's last click on the product
    NONE = "none"  # no promoter


class Reason(StrEnum):
    """What became of one piece of evidence."""

    COUNTED = "counted"  # it decided
    OUTRANKED = "outranked"  # it would have counted, but stronger evidence did
    UNKNOWN_CODE = "unknown_code"  # no link or place has this code
    UNKNOWN_CLICK = "unknown_click"  # not signed by us, or no such click
    OTHER_PRODUCT = "other_product"  # it speaks of another product
    AFTER_PAYMENT = "after_payment"  # it came after the order was paid
    OUTSIDE_WINDOW = "outside_window"  # the click was too long before
    NO_EVIDENCE = "no_evidence"  # nothing was told and no click was found


REASONS: dict[Reason, tuple[str, str]] = {
    Reason.COUNTED: ("以此归因", "This decided"),
    Reason.OUTRANKED: ("有优先级更高的证据", "Stronger evidence decided"),
    Reason.UNKNOWN_CODE: ("链接或推广位代码不存在", "No link or place has this code"),
    Reason.UNKNOWN_CLICK: ("点击标识无效或不存在", "The click id is not ours or names no click"),
    Reason.OTHER_PRODUCT: ("指向的是其他商品", "It speaks of another product"),
    Reason.AFTER_PAYMENT: ("发生在付款之后", "It came after payment"),
    Reason.OUTSIDE_WINDOW: ("超出归因有效期", "It is older than the attribution window"),
    Reason.NO_EVIDENCE: ("没有推广线索", "There is no trace of a promoter"),
}


@dataclass(frozen=True, kw_only=True)
class LinkSeen:
    """The link that a code names; for a place `link_id` and `product_id` are None: it speaks for any product."""

    creator_id: int
    made_at: datetime
    link_id: int | None = None
    product_id: int | None = None
    sub_id: str = ""
    application_id: int | None = None  # whose terms the link carries


@dataclass(frozen=True, kw_only=True)
class ClickSeen:
    """A click that was kept."""

    click_id: UUID
    link_id: int
    creator_id: int
    product_id: int
    clicked_at: datetime
    sub_id: str = ""
    application_id: int | None = None  # of the link


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known of one paid line: codes as they were told, what they turned out to name, the buyer's last click."""

    product_id: int
    link_code: str = ""
    link: LinkSeen | None = None
    click_token: str = ""
    click: ClickSeen | None = None
    last_click: ClickSeen | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The promoter, if any, and for people what became of each piece: `{"way", "code", "counted", …}`, JSON-ready."""

    way: Way
    creator_id: int | None
    link_id: int | None
    click_id: UUID | None
    sub_id: str
    reasons: list[dict[str, Any]]
    application_id: int | None = None  # carried by the link that decided


@dataclass(frozen=True)
class _Piece:
    """One piece of evidence and why it cannot count, if so."""

    way: Way
    seen: LinkSeen | ClickSeen | None
    fault: Reason | None
    told: str = ""


def attribute(evidence: Evidence, *, paid_at: datetime, window: timedelta = DEFAULT_WINDOW) -> Verdict:
    """The verdict on a line that was paid at `paid_at`. A click exactly `window` earlier still counts."""
    pieces = list(_pieces(evidence, paid_at=paid_at, window=window))
    decisive = next((piece for piece in pieces if piece.fault is None), None)
    seen = decisive.seen if decisive else None
    return Verdict(
        way=decisive.way if decisive else Way.NONE,
        creator_id=seen.creator_id if seen else None,
        link_id=seen.link_id if seen else None,
        click_id=seen.click_id if isinstance(seen, ClickSeen) else None,
        sub_id=seen.sub_id if seen else "",
        reasons=[_told(piece, decisive) for piece in pieces]
        or [{"way": Way.NONE.value, "code": Reason.NO_EVIDENCE.value, "counted": False}],
        application_id=seen.application_id if seen else None,
    )


def _pieces(evidence: Evidence, *, paid_at: datetime, window: timedelta) -> Iterator[_Piece]:
    """What there is, strongest first."""
    if evidence.link_code:
        link = evidence.link
        yield _Piece(Way.LINK, link, _fault_of_link(link, evidence.product_id, paid_at), evidence.link_code)
    for way, click in ((Way.CLICK, evidence.click), (Way.LAST_CLICK, evidence.last_click)):
        if way is Way.CLICK and evidence.click_token and click is None:
            yield _Piece(way, None, Reason.UNKNOWN_CLICK, evidence.click_token[:64])
        elif click:
            yield _Piece(way, click, _fault_of_click(click, evidence.product_id, paid_at, window))


def _fault_of_link(link: LinkSeen | None, product_id: int, paid_at: datetime) -> Reason | None:
    if link is None:
        return Reason.UNKNOWN_CODE
    if link.product_id not in {None, product_id}:
        return Reason.OTHER_PRODUCT
    return Reason.AFTER_PAYMENT if link.made_at > paid_at else None


def _fault_of_click(click: ClickSeen, product_id: int, paid_at: datetime, window: timedelta) -> Reason | None:
    if click.product_id != product_id:
        return Reason.OTHER_PRODUCT
    if click.clicked_at > paid_at:
        return Reason.AFTER_PAYMENT
    return Reason.OUTSIDE_WINDOW if paid_at - click.clicked_at > window else None


def _told(piece: _Piece, decisive: _Piece | None) -> dict[str, Any]:
    counted = piece is decisive
    reason = piece.fault or (Reason.COUNTED if counted else Reason.OUTRANKED)
    told: dict[str, Any] = {"way": piece.way.value, "code": reason.value, "counted": counted}
    if piece.told:
        told["told"] = piece.told
    if piece.seen:
        told |= {"creator": piece.seen.creator_id, "link": piece.seen.link_id}
    if isinstance(piece.seen, ClickSeen):
        told |= {"click": str(piece.seen.click_id), "clicked_at": piece.seen.clicked_at.isoformat()}
    return told

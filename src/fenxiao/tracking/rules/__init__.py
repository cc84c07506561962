"""The pure rules of tracking: codes, signed click ids, and whom a sale belongs to. They load no Django."""

from fenxiao.tracking.rules.attribution import (
    DEFAULT_WINDOW,
    REASONS,
    ClickSeen,
    Evidence,
    LinkSeen,
    Reason,
    Verdict,
    Way,
    attribute,
)
from fenxiao.tracking.rules.clicks import TakenClick
from fenxiao.tracking.rules.codes import link_code, place_code, read_click, sign_click

__all__ = [
    "DEFAULT_WINDOW",
    "REASONS",
    "ClickSeen",
    "Evidence",
    "LinkSeen",
    "Reason",
    "TakenClick",
    "Verdict",
    "Way",
    "attribute",
    "link_code",
    "place_code",
    "read_click",
    "sign_click",
]

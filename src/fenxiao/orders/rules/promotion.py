"""May the promoter whom a line names earn on it? Asked once, of the moment it was paid."""

from dataclasses import dataclass

from fenxiao.orders.rules.states import Reason

UNQUALIFIED_LEVEL = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Promotion:
    """What is known of a line and the promoter it names (None: nobody) as of its paid moment."""

    merchant_id: int
    creator_id: int | None
    buyer_organisations: frozenset[int]  # whom the buyer key speaks for; empty for nearly every buyer
    creator_is_active: bool  # as of intake: a suspension is not dated
    level: int | None  # of the product; None before its first grading
    has_terms: bool


def organisation_of_buyer(buyer_key: str) -> int | None:
    """The organisation that bought, where the key is an organisation's own: "org:ID"."""
    return _number_after("org:", buyer_key)


def user_of_buyer(buyer_key: str) -> int | None:
    """The person who bought while logged in here: "user:ID". Whatever they are a member of bought with them."""
    return _number_after("user:", buyer_key)


def _number_after(prefix: str, key: str) -> int | None:
    digits = key.removeprefix(prefix)
    known = key.startswith(prefix) and digits.isascii() and digits.isdigit() and len(digits) <= len(str(2**62))
    return int(digits) if known else None


def bar_of(promotion: Promotion) -> Reason | None:
    """Why the line may not earn, the gravest reason first; None when it may, or when nobody is named.

    A self-purchase is one by the promoter or by the goods' own merchant; the latter counts without any promoter.
    """
    insiders = {promotion.merchant_id, promotion.creator_id}
    if insiders & promotion.buyer_organisations:
        return Reason.SELF_PURCHASE
    if promotion.creator_id is None:
        return None
    if not promotion.creator_is_active:
        return Reason.BARRED
    if promotion.level == UNQUALIFIED_LEVEL:
        return Reason.UNQUALIFIED
    return None if promotion.has_terms else Reason.NO_TERMS

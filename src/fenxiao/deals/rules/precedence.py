"""Which of the plans that stand for a product wins for one creator, and why each of the others lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from fenxiao.deals.rules.terms import Terms

EXCLUSIVE, ACTIVITY_EXCLUSIVE, ITEM_TARGETED, SHOP_TARGETED, ACTIVITY_NORMAL, NORMAL = 5, 7, 2, 4, 6, 1
# Plan types, the first wins. An exclusive plan stands before all and bars everyone it does not name.
PRECEDENCE = (EXCLUSIVE, ACTIVITY_EXCLUSIVE, ITEM_TARGETED, SHOP_TARGETED, ACTIVITY_NORMAL, NORMAL)


class Reason(StrEnum):
    """What became of a candidate."""

    WON = "won"  # its terms hold
    OUTRANKED = "outranked"  # a plan of a type that goes before won
    NEWER_STANDS = "newer_stands"  # a plan of the same type that opened later won
    NOT_NAMED = "not_named"  # it names others, or hangs on an activity that the link does not carry
    BARRED = "barred"  # an exclusive plan of this product names others


REASONS: dict[Reason, tuple[str, str]] = {
    Reason.WON: ("按此计划计佣", "These terms hold"),
    Reason.OUTRANKED: ("优先级更高的计划已生效", "A plan that takes precedence holds"),
    Reason.NEWER_STANDS: ("同类型的新计划已生效", "A newer plan of the same type holds"),
    Reason.NOT_NAMED: ("该计划不面向此达人", "The plan is not for this creator"),
    Reason.BARRED: (
        "商品已设专属计划，仅指定达人可推广",
        "An exclusive plan lets only the creators it names promote this",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """The terms of one plan in force, in the order of opening, and whether it speaks to the creator who asks."""

    terms: Terms
    names_creator: bool = True


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """The terms of one plan in force, whether they hold for this creator, and why (not)."""

    terms: Terms
    won: bool
    reason: Reason


def weigh(offers: Sequence[Offer]) -> list[Candidate]:
    """Every offer as a candidate, best first; at most one has won."""
    newest_first = list(reversed(offers))
    ranked = sorted(newest_first, key=lambda offer: PRECEDENCE.index(offer.terms.plan_type))
    exclusive = [offer for offer in offers if offer.terms.plan_type == EXCLUSIVE]
    bars = bool(exclusive) and not any(offer.names_creator for offer in exclusive)
    winner = None if bars else next((offer for offer in ranked if offer.names_creator), None)
    return [Candidate(terms=offer.terms, won=offer is winner, reason=_reason(offer, winner=winner)) for offer in ranked]


def _reason(offer: Offer, *, winner: Offer | None) -> Reason:
    if offer is winner:
        return Reason.WON
    if not offer.names_creator:
        return Reason.NOT_NAMED
    if winner is None:
        return Reason.BARRED
    return Reason.NEWER_STANDS if offer.terms.plan_type == winner.terms.plan_type else Reason.OUTRANKED

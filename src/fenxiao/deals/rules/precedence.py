"""Which of the offers for a product wins for one creator, and why each of the others lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fenxiao.deals.rules.offers import (
    ACTIVITY_EXCLUSIVE,
    ACTIVITY_NORMAL,
    BY_ACTIVITY,
    EXCLUSIVE,
    ITEM_TARGETED,
    NORMAL,
    SHOP_TARGETED,
    Chain,
    Offer,
    terms_under,
)
from fenxiao.deals.rules.terms import Terms
from fenxiao.deals.rules.windows import local
from fenxiao.kernel.money import Rate

# Plan types, the first wins. An exclusive plan stands before all and bars everyone it does not name.
PRECEDENCE = (EXCLUSIVE, ACTIVITY_EXCLUSIVE, ITEM_TARGETED, SHOP_TARGETED, ACTIVITY_NORMAL, NORMAL)
RANK = {plan_type: rank for rank, plan_type in enumerate(PRECEDENCE)}

TYPES: dict[int, tuple[str, str]] = {
    NORMAL: ("普通计划", "normal plan"),
    ITEM_TARGETED: ("商品定向计划", "item-targeted plan"),
    SHOP_TARGETED: ("店铺定向计划", "shop-targeted plan"),
    EXCLUSIVE: ("专属计划", "exclusive plan"),
    ACTIVITY_NORMAL: ("招商活动", "activity"),
    ACTIVITY_EXCLUSIVE: ("专属招商活动", "exclusive activity"),
}


class Reason(StrEnum):
    """What became of a candidate."""

    WON = "won"  # its terms hold
    OUTRANKED = "outranked"  # an offer of a type that goes before won
    NEWER_STANDS = "newer_stands"  # a plan of the same type that opened later won
    NOT_NAMED = "not_named"  # it names others
    BARRED = "barred"  # an exclusive plan of this product names others
    NOT_CARRIED = "not_carried"  # it hangs on an activity that the link does not carry
    NOT_STANDING = "not_standing"  # the link carries it, but its application or its activity does not stand
    ENDED = "ended"  # the plan is not open


REASONS: dict[Reason, tuple[str, str]] = {
    Reason.WON: ("按此计划计佣", "These terms hold"),
    Reason.OUTRANKED: ("优先级更高的计划已生效", "A plan that takes precedence holds"),
    Reason.NEWER_STANDS: ("同类型的新计划已生效", "A newer plan of the same type holds"),
    Reason.NOT_NAMED: ("该计划不面向此达人", "The plan is not for this creator"),
    Reason.BARRED: (
        "商品已设专属计划，仅指定达人可推广",
        "An exclusive plan lets only the creators it names promote this",
    ),
    Reason.NOT_CARRIED: ("推广链接未带该招商活动", "The link does not carry this activity"),
    Reason.NOT_STANDING: ("该招商活动合作当前未生效", "The cooperation in this activity does not stand at this moment"),
    Reason.ENDED: ("该计划当前未开启", "The plan is not open at this moment"),
}
# The same with the figures of the case, where there are any: `Candidate.words`.
WITH_FIGURES: dict[Reason, tuple[str, str]] = {
    Reason.WON: ("按{type_zh}计佣，佣金率 {rate}", "The {type_en} holds at {rate}"),
    Reason.OUTRANKED: (
        "{winner_zh}（{winner_rate}）优先于{type_zh}（{rate}）",
        "The {winner_en} at {winner_rate} goes before the {type_en} at {rate}",
    ),
    Reason.NEWER_STANDS: (
        "{since} 开启的同类计划（{winner_rate}）已替代此计划（{rate}）",
        "One of the same type opened {since} at {winner_rate}; this one gives {rate}",
    ),
    Reason.BARRED: (
        "商品已设专属计划，仅指定达人可推广；此{type_zh}（{rate}）不生效",
        "An exclusive plan lets only the creators it names promote this; the {type_en} at {rate} does not hold",
    ),
    Reason.NOT_STANDING: (
        "该招商活动合作当前未生效（合作期 {since} 至 {until}）",
        "The cooperation in this activity does not stand at this moment (its window: {since} to {until})",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An offer, the terms it would bring (None: nothing for this creator), and why it won or lost."""

    offer: Offer
    terms: Terms | None
    reason: Reason
    winner: Terms | None = None  # that hold instead, or its own
    winner_since: datetime | None = None

    @property
    def won(self) -> bool:
        """Whether its terms hold."""
        return self.reason is Reason.WON

    def words(self, language: str) -> str:
        """The reason with the figures of the case, in `language` ("zh…" or anything else for English)."""
        half = 0 if language.startswith("zh") else 1
        template = WITH_FIGURES.get(self.reason)
        figures = self._figures()
        return (
            REASONS[self.reason][half]
            if template is None or None in figures.values()
            else template[half].format(**figures)
        )

    def _figures(self) -> dict[str, str | None]:
        needed = FIGURES_OF.get(self.reason, frozenset())
        since = self.winner_since if self.reason is Reason.NEWER_STANDS else self.offer.since
        figures = {
            **_names("type", self.offer.plan_type),
            **_names("winner", self.winner.plan_type if self.winner else None),
            "rate": str(Rate(self.terms.commission_rate_bp)) if self.terms else None,
            "winner_rate": str(Rate(self.winner.commission_rate_bp)) if self.winner else None,
            "since": f"{local(since):%Y-%m-%d %H:%M}" if since else None,
            "until": f"{local(self.offer.until):%Y-%m-%d %H:%M}" if self.offer.until else None,
        }
        return {name: figure for name, figure in figures.items() if name in needed}


FIGURES_OF: dict[Reason, frozenset[str]] = {
    Reason.WON: frozenset({"type_zh", "type_en", "rate"}),
    Reason.OUTRANKED: frozenset({"type_zh", "type_en", "rate", "winner_zh", "winner_en", "winner_rate"}),
    Reason.NEWER_STANDS: frozenset({"rate", "winner_rate", "since"}),
    Reason.BARRED: frozenset({"type_zh", "type_en", "rate"}),
    Reason.NOT_STANDING: frozenset({"since", "until"}),
}


def _names(prefix: str, plan_type: int | None) -> dict[str, str | None]:
    zh, en = TYPES[plan_type] if plan_type else (None, None)
    return {f"{prefix}_zh": zh, f"{prefix}_en": en}


def winner_of(offers: Sequence[Offer]) -> Offer | None:
    """The offer whose terms hold. Of one type the later in the sequence, which is in the order of opening."""
    best: Offer | None = None
    bars = False
    for offer in offers:
        if offer.plan_type == EXCLUSIVE and offer.stands:
            bars = True
        if offer.speaks and (best is None or RANK[offer.plan_type] <= RANK[best.plan_type]):
            best = offer
    return None if best is None or (bars and best.plan_type != EXCLUSIVE) else best


def weigh(
    offers: Sequence[Offer], *, chain: Chain | None = None, tier: str = "", platform_fee_rate_bp: int = 0
) -> list[Candidate]:
    """Every offer as a candidate, the best rank first and of one rank the newest; at most one has won."""
    winner = winner_of(offers)

    def terms_of(offer: Offer | None) -> Terms | None:
        if offer is None or offer.rate_bp is None:
            return None
        return terms_under(offer, chain=chain, tier=tier, platform_fee_rate_bp=platform_fee_rate_bp)

    won = terms_of(winner)
    newest_first = offers[::-1]
    return [
        Candidate(
            offer=offer,
            terms=terms_of(offer),
            reason=_reason(offer, winner=winner),
            winner=won,
            winner_since=winner.since if winner else None,
        )
        for offer in sorted(newest_first, key=lambda offer: RANK[offer.plan_type])
    ]


def _reason(offer: Offer, *, winner: Offer | None) -> Reason:
    if offer is winner:
        return Reason.WON
    if not offer.speaks:
        return _silence(offer)
    if winner is None:
        return Reason.BARRED
    return Reason.NEWER_STANDS if offer.plan_type == winner.plan_type else Reason.OUTRANKED


def _silence(offer: Offer) -> Reason:
    """Why an offer says nothing to the one who asks."""
    if not offer.is_carried:
        return Reason.NOT_CARRIED
    if not offer.stands:
        return Reason.NOT_STANDING if offer.plan_type in BY_ACTIVITY else Reason.ENDED
    return Reason.NOT_NAMED

"""What a plan or a link's activity offers one creator, and the terms that come of it when it wins."""

from dataclasses import dataclass
from datetime import datetime

from fenxiao.deals.rules.terms import HIGHEST_COMMISSION_BP, Ladder, Terms
from fenxiao.kernel.money import BP

EXCLUSIVE, ACTIVITY_EXCLUSIVE, ITEM_TARGETED, SHOP_TARGETED, ACTIVITY_NORMAL, NORMAL = 5, 7, 2, 4, 6, 1
BY_ACTIVITY = frozenset({ACTIVITY_NORMAL, ACTIVITY_EXCLUSIVE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What one plan, or the application that a link carries, offers whoever asks.

    `rate_bp` None offers them nothing. An activity offers its rate only to links that carry it (`is_carried`), while
    it stands (`stands`). `since` and `until` are of the plan's spell or of the application's window.
    """

    plan_type: int
    plan_id: int | None = None
    row_id: int | None = None
    application_id: int | None = None
    rate_bp: int | None = None
    differential_bp: int = 0  # of the creator's tier
    step_window_id: int | None = None
    steps: Ladder = ()
    is_carried: bool = True
    stands: bool = True
    since: datetime | None = None
    until: datetime | None = None

    @property
    def speaks(self) -> bool:
        """Whether it offers anything to the one who asks, now."""
        return self.rate_bp is not None and self.is_carried and self.stands


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """The activities on a link that stand, and what their leaders get: the first's fee, and what it cedes of that."""

    application_id: int
    activity_id: int
    leader_id: int
    service_fee_rate_bp: int
    second_application_id: int | None = None
    second_activity_id: int | None = None
    second_leader_id: int | None = None
    ceded_fee_rate_bp: int = 0


def commission_under(offer: Offer) -> int:
    """The commission rate in basis points when `offer` holds: with the tier's differential on top, within 90 %."""
    if offer.rate_bp is None:
        raise ValueError("an offer of nothing has no terms")
    return min(offer.rate_bp + offer.differential_bp, HIGHEST_COMMISSION_BP)


def terms_under(offer: Offer, *, chain: Chain | None, tier: str, platform_fee_rate_bp: int) -> Terms:
    """The terms when `offer` holds: the tier's differential on top, within 90 %; the chain's fees, except under 5.

    Plans and activities under which a merchant could owe more than the price are refused when they are entered; should
    one stand nevertheless, the leaders' fees give way, for a sale must be divided whatever happens.
    """
    rate_bp = commission_under(offer)
    highest_bp = min(rate_bp + max((bp for _, bp in offer.steps), default=0), HIGHEST_COMMISSION_BP)
    links = None if offer.plan_type == EXCLUSIVE else chain
    fee_bp = min(links.service_fee_rate_bp, BP - highest_bp) if links else 0
    return Terms(
        plan_id=offer.plan_id,
        plan_type=offer.plan_type,
        commission_rate_bp=rate_bp,
        platform_fee_rate_bp=platform_fee_rate_bp,
        row_id=offer.row_id,
        tier=tier,
        differential_bp=rate_bp - (offer.rate_bp or 0),
        step_window_id=offer.step_window_id,
        steps=offer.steps,
        service_fee_rate_bp=fee_bp,
        ceded_fee_rate_bp=min(links.ceded_fee_rate_bp, fee_bp) if links else 0,
        leader_id=links.leader_id if links else None,
        second_leader_id=links.second_leader_id if links else None,
        activity_id=links.activity_id if links else None,
        application_id=links.application_id if links else None,
        second_activity_id=links.second_activity_id if links else None,
        second_application_id=links.second_application_id if links else None,
    )

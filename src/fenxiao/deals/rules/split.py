"""How terms divide the base of a sale, to the fen.

Commission, service fee and ceded fee are each floor(base × rate); the ceded fee comes out of the service fee. The
platform takes floor(earned × its rate) from each earner; the merchant keeps the rest. Every division of non-negative
whole numbers rounds down, in Python and in SQL alike, so `parts_of` may be written out in a statement and gives the
same fen.
"""

from dataclasses import dataclass
from typing import NamedTuple

from fenxiao.deals.rules.terms import Terms
from fenxiao.kernel.money import BP, Money


class Parts(NamedTuple):
    """The parts of one base in fen. The four nets, of the merchant too, and the platform fee sum to it."""

    commission_fen: int
    service_fee_fen: int
    platform_fee_fen: int
    creator_net_fen: int
    leader_net_fen: int
    merchant_keeps_fen: int
    ceded_fee_fen: int
    second_leader_net_fen: int


def parts_of(
    base_fen: int,
    *,
    commission_rate_bp: int,
    service_fee_rate_bp: int = 0,
    ceded_fee_rate_bp: int = 0,
    platform_fee_rate_bp: int = 0,
) -> Parts:
    """Divide `base_fen` in whole numbers only; a `ValueError` for a negative base, whose floor would round up."""
    if base_fen < 0:
        raise ValueError(f"a base of {base_fen} fen cannot be divided")
    commission = base_fen * commission_rate_bp // BP
    service_fee = base_fen * service_fee_rate_bp // BP
    ceded_fee = base_fen * ceded_fee_rate_bp // BP
    creator_net = _less(commission, platform_fee_rate_bp)
    leader_net = _less(service_fee - ceded_fee, platform_fee_rate_bp)
    second_leader_net = _less(ceded_fee, platform_fee_rate_bp)
    return Parts(
        commission,
        service_fee,
        commission + service_fee - creator_net - leader_net - second_leader_net,
        creator_net,
        leader_net,
        base_fen - commission - service_fee,
        ceded_fee,
        second_leader_net,
    )


def creator_net_of(price_fen: int, terms: Terms) -> int:
    """What one piece at a price brings the creator, in fen: after the platform's fee, before any step."""
    return net_of_commission(
        price_fen, commission_rate_bp=terms.commission_rate_bp, platform_fee_rate_bp=terms.platform_fee_rate_bp
    )


def net_of_commission(price_fen: int, *, commission_rate_bp: int, platform_fee_rate_bp: int) -> int:
    """The same by the two rates alone, as `parts_of` divides."""
    return _less(price_fen * commission_rate_bp // BP, platform_fee_rate_bp)


def _less(earned_fen: int, fee_rate_bp: int) -> int:
    return earned_fen - earned_fen * fee_rate_bp // BP


class Step(NamedTuple):
    """One line of a waterfall: what it is (a field of `Split`, or `…_platform_fee`) and the signed amount."""

    code: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class Split:
    """The parts of one base. Commission, service fee and ceded fee are before the platform fee, the nets after it."""

    base: Money
    commission: Money
    service_fee: Money
    platform_fee: Money
    creator_net: Money
    leader_net: Money
    merchant_keeps: Money
    ceded_fee: Money
    second_leader_net: Money

    def waterfall(self) -> list[Step]:
        """From the base down to what the merchant keeps, then from each fee down to what its earner gets."""
        return [
            Step("base", self.base),
            Step("commission", -self.commission),
            Step("service_fee", -self.service_fee),
            Step("merchant_keeps", self.merchant_keeps),
            Step("commission", self.commission),
            Step("commission_platform_fee", self.creator_net - self.commission),
            Step("creator_net", self.creator_net),
            Step("service_fee", self.service_fee),
            *([Step("ceded_fee", -self.ceded_fee)] if self.ceded_fee.fen else []),
            Step("service_fee_platform_fee", self.leader_net + self.ceded_fee - self.service_fee),
            Step("leader_net", self.leader_net),
            *(self._second_leaders_steps() if self.ceded_fee.fen else []),
        ]

    def _second_leaders_steps(self) -> list[Step]:
        return [
            Step("ceded_fee", self.ceded_fee),
            Step("ceded_fee_platform_fee", self.second_leader_net - self.ceded_fee),
            Step("second_leader_net", self.second_leader_net),
        ]


def split(base: Money, terms: Terms, *, step_bp: int = 0) -> Split:
    """Divide `base` by `terms`, with the extra rate of a step that was reached; the parts sum to the whole."""
    parts = parts_of(
        base.fen,
        commission_rate_bp=terms.rate_with(step_bp),
        service_fee_rate_bp=terms.service_fee_rate_bp,
        ceded_fee_rate_bp=terms.ceded_fee_rate_bp,
        platform_fee_rate_bp=terms.platform_fee_rate_bp,
    )
    amounts = {name.removesuffix("_fen"): Money(fen, base.currency) for name, fen in parts._asdict().items()}
    return Split(base=base, **amounts)

"""What a merchant could owe for one sale at most: never more than its price."""

from dataclasses import dataclass, replace

from fenxiao.deals.errors import MerchantWouldOwe
from fenxiao.deals.rules.terms import HIGHEST_COMMISSION_BP
from fenxiao.kernel.money import BP, Rate


@dataclass(frozen=True, kw_only=True)
class Heights:
    """The highest that each part of a sale's cost may reach from a moment on, in basis points."""

    rate_bp: int = 0
    differential_bp: int = 0
    step_bp: int = 0
    service_fee_bp: int = 0

    @property
    def commission_bp(self) -> int:
        """The highest commission, within what there may be."""
        return min(self.rate_bp + self.differential_bp + self.step_bp, HIGHEST_COMMISSION_BP)

    @property
    def total_bp(self) -> int:
        """What one sale could cost."""
        return self.commission_bp + self.service_fee_bp

    def under(self, service_fee_bp: int) -> "Heights":
        """The same commission with another service fee."""
        return replace(self, service_fee_bp=service_fee_bp)


def check_ceiling(heights: Heights, *, title: str) -> None:
    """Refuses terms under which the merchant could owe more than the price, with the sum."""
    if heights.total_bp > BP:
        raise MerchantWouldOwe(
            title=title,
            total=Rate(heights.total_bp),
            rate=Rate(heights.rate_bp),
            differential=Rate(heights.differential_bp),
            step=Rate(heights.step_bp),
            commission=Rate(heights.commission_bp),
            fee=Rate(heights.service_fee_bp),
            room=Rate(BP - heights.service_fee_bp),
        )

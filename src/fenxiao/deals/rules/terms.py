"""Terms: what a creator, a leader and the platform get of one sale, as agreed when it was paid."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from fenxiao.kernel.money import BP

HIGHEST_COMMISSION_BP = 9_000
DEFAULT_PLATFORM_FEE_BP = 1_000  # of the commission and of the service fee, until a dated setting says otherwise


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Rates in basis points: commission and service fee of the base, the platform fee of each of those two."""

    plan_id: int
    plan_type: int
    commission_rate_bp: int
    platform_fee_rate_bp: int
    service_fee_rate_bp: int = 0
    leader_id: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.commission_rate_bp <= HIGHEST_COMMISSION_BP:
            raise ValueError(f"a commission of {self.commission_rate_bp} bp is out of bounds")
        if not 0 <= self.service_fee_rate_bp <= BP - self.commission_rate_bp:
            raise ValueError(f"a service fee of {self.service_fee_rate_bp} bp leaves the merchant less than nothing")
        if not 0 <= self.platform_fee_rate_bp <= BP:
            raise ValueError(f"a platform fee of {self.platform_fee_rate_bp} bp is out of bounds")

    def as_json(self) -> dict[str, Any]:
        """For the order line that freezes them."""
        return asdict(self)

    @classmethod
    def from_json(cls, frozen: Mapping[str, Any]) -> Self:
        """The terms that `as_json` wrote."""
        return cls(**frozen)

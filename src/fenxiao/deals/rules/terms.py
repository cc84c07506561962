"""Terms: what a creator, the leaders and the platform get of one sale, as agreed when it was paid."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from fenxiao.kernel.money import BP

Ladder = tuple[tuple[int, int], ...]  # after how many orders, how many basis points more; rising in both

HIGHEST_COMMISSION_BP = 9_000
DEFAULT_PLATFORM_FEE_BP = 1_000  # of the commission and of the service fee, until a dated setting says otherwise


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Rates in basis points: commission and service fee of the base, the platform fee of each of those two."""

    plan_id: int | None  # None for the terms of an activity's application, which is its plan
    plan_type: int
    commission_rate_bp: int  # the row's rate and the differential of the creator's tier, before any step
    platform_fee_rate_bp: int
    row_id: int | None = None
    tier: str = ""  # the creator's at that moment
    differential_bp: int = 0  # part of the commission rate
    step_window_id: int | None = None
    steps: Ladder = ()
    service_fee_rate_bp: int = 0  # of the base; the ceded fee is part of it
    ceded_fee_rate_bp: int = 0
    leader_id: int | None = None
    second_leader_id: int | None = None
    activity_id: int | None = None
    application_id: int | None = None  # of the first leader's activity
    second_activity_id: int | None = None
    second_application_id: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.commission_rate_bp <= HIGHEST_COMMISSION_BP:
            raise ValueError(f"a commission of {self.commission_rate_bp} bp is out of bounds")
        if not 0 <= self.service_fee_rate_bp <= BP - self.highest_rate_bp:
            raise ValueError(f"a service fee of {self.service_fee_rate_bp} bp leaves the merchant less than nothing")
        if not 0 <= self.ceded_fee_rate_bp <= self.service_fee_rate_bp:
            raise ValueError(f"a ceded fee of {self.ceded_fee_rate_bp} bp is more than the service fee")
        if not 0 <= self.platform_fee_rate_bp <= BP:
            raise ValueError(f"a platform fee of {self.platform_fee_rate_bp} bp is out of bounds")

    @property
    def highest_rate_bp(self) -> int:
        """The commission rate when every step is reached, within the highest there may be."""
        return self.rate_with(max((extra_bp for _, extra_bp in self.steps), default=0))

    def rate_with(self, step_bp: int) -> int:
        """The commission rate with a step on top, within the highest there may be."""
        return min(self.commission_rate_bp + step_bp, HIGHEST_COMMISSION_BP)

    def step_after(self, earlier_orders: int) -> int:
        """The extra rate of a line before which `earlier_orders` valid ones of its window were paid."""
        return max((extra_bp for after, extra_bp in self.steps if earlier_orders >= after), default=0)

    def as_json(self) -> dict[str, Any]:
        """For the order line that freezes them."""
        return asdict(self)

    @classmethod
    def from_json(cls, frozen: Mapping[str, Any]) -> Self:
        """The terms that `as_json` wrote."""
        steps = tuple((after, extra_bp) for after, extra_bp in frozen.get("steps", ()))
        return cls(**{**frozen, "steps": steps})

"""Reviews as shops tell them."""

from dataclasses import dataclass
from datetime import datetime

from fenxiao.orders.errors import BadReview

MOST_STARS = 5
LONGEST_ID = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldReview:
    """A buyer's stars for one line, or for every line of the order (`line_no` None). Refuses what cannot be one."""

    external_id: str
    order_ref: str
    line_no: int | None
    stars: int
    reviewed_at: datetime

    def __post_init__(self) -> None:
        if not self.external_id or len(self.external_id) > LONGEST_ID:
            self._refuse("external_id", zh=f"应为 1 至 {LONGEST_ID} 字", en=f"1 to {LONGEST_ID} characters")
        if type(self.stars) is not int or not 1 <= self.stars <= MOST_STARS:
            self._refuse("stars", zh=f"应为 1 至 5 星，收到 {self.stars!r}", en=f"1 to 5 stars, not {self.stars!r}")
        if self.reviewed_at.tzinfo is None:
            self._refuse("reviewed_at", zh="应为带时区的时刻", en="a moment with its time zone")

    def _refuse(self, field: str, *, zh: str, en: str) -> None:
        raise BadReview(external_id=self.external_id, field=field, reason_zh=zh, reason_en=en)

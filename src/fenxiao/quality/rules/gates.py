"""What levels ask for beside a score: gates and red lines."""

from dataclasses import dataclass
from typing import Final

from fenxiao.quality.rules.indicators import INDICATORS

WHOLE: Final = 10_000  # basis points
ORDERS: Final = "orders"  # what a gate may ask for beside powers and indicators: paid lines in the long window
PLACED: Final = (2, 3, 4, 5)  # levels reached by thresholds; L0 is for red lines, L1 for the rest


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What `level` and all above it ask for: at least `bound`, or at most where less is better.

    `of` is a power (its points in bp: 6,000 is 60 of 100), an indicator (in its unit) or "orders". A power without
    evidence passes no gate.
    """

    level: int
    of: str
    bound: float

    @property
    def is_upper(self) -> bool:
        """Whether the bound is a ceiling."""
        return self.of in INDICATORS and not INDICATORS[self.of].higher_is_better


@dataclass(frozen=True, kw_only=True)
class RedLine:
    """An indicator beyond `bound`, on at least this much evidence, means L0 at once."""

    of: str
    bound: float
    least_evidence: int

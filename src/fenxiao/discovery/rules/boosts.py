"""What levels and trials count for, in versions that operators set."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from fenxiao.discovery.rules.ranking import LEVEL_BOOST
from fenxiao.kernel.errors import BadInput

LEVELS: Final = (1, 2, 3, 4, 5)
LOWEST_PERCENT: Final = 50
HIGHEST_PERCENT: Final = 500
MOST_SHARE_BP: Final = 5_000  # at least every second place is earned
MOST_SHOWINGS: Final = 10_000
MOST_DAYS: Final = 60  # below what showings are kept, so that a trial is counted whole
LONGEST_REASON: Final = 500


@dataclass(frozen=True, kw_only=True)
class Boosting:
    """One version; the default is what the house begins with."""

    level_percent: Mapping[int, int] = field(
        default_factory=lambda: {level: round(100 * boost) for level, boost in LEVEL_BOOST.items()}
    )
    trial_share_bp: int = 1_000
    trial_showings: int = 200
    trial_days: int = 30

    def level_factor(self, level: int) -> float:
        """What a level multiplies a score by."""
        return self.level_percent[level] / 100

    def level_factors(self) -> dict[int, float]:
        """The factor of every level."""
        return {level: self.level_factor(level) for level in LEVELS}


def checked_boosting(boosting: Boosting) -> Boosting:
    """The version when it can be set; refuses (`BadInput`) the first field that cannot."""
    for field_name, is_wrong, zh, en in _faults(boosting):
        if is_wrong:
            raise BadInput(field=field_name, reason_zh=zh, reason_en=en)
    return boosting


def _faults(boosting: Boosting) -> Iterator[tuple[str, bool, str, str]]:
    percents = boosting.level_percent
    yield "level_percent", set(percents) != set(LEVELS), "应为 L1 至 L5 各一项", "one for each of L1 to L5"
    for level in LEVELS:
        is_odd = not LOWEST_PERCENT <= percents[level] <= HIGHEST_PERCENT
        zh, en = f"应为 {LOWEST_PERCENT} 至 {HIGHEST_PERCENT}", f"{LOWEST_PERCENT} to {HIGHEST_PERCENT}"
        yield f"level_{level}", is_odd, zh, en
    for low, high in pairwise(LEVELS):
        yield f"level_{high}", percents[high] < percents[low], "不能低于下一等级", "may not be below the level under it"
    for name, most in (("share_bp", MOST_SHARE_BP), ("showings", MOST_SHOWINGS), ("days", MOST_DAYS)):
        least = 0 if name == "share_bp" else 1
        is_odd = not least <= getattr(boosting, f"trial_{name}") <= most
        yield f"trial_{name}", is_odd, f"应为 {least} 至 {most}", f"{least} to {most}"

"""Which boosts are in force."""

from dataclasses import dataclass
from datetime import datetime

from fenxiao.discovery.models import Boosts
from fenxiao.discovery.rules.boosts import Boosting


@dataclass(frozen=True, kw_only=True)
class InForce:
    """The boosts of a moment; `id` None: those the house begins with."""

    id: int | None
    boosting: Boosting


def boosting_of(row: Boosts) -> Boosting:
    """A version as the rules take it."""
    return Boosting(
        level_percent={int(level): percent for level, percent in row.level_percent.items()},
        trial_share_bp=row.trial_share_bp,
        trial_showings=row.trial_showings,
        trial_days=row.trial_days,
    )


def boosts_at(moment: datetime) -> InForce:
    """The version that began last by `moment`."""
    row = Boosts.objects.filter(from_at__lte=moment).order_by("-from_at").first()
    return InForce(id=None, boosting=Boosting()) if row is None else InForce(id=row.pk, boosting=boosting_of(row))

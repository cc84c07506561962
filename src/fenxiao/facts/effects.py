"""What activities brought: by product, by creator, by day and in all. Windows are half open, as in `queries`.

A leader sees the effect of its activity; a merchant asks with `merchant` and sees what its own goods did there.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from fenxiao.deals.models import Activity
from fenxiao.facts.models import ApplicationDay
from fenxiao.facts.queries import CreatorFigures
from fenxiao.facts.statements import APPLICATION_SUMS
from fenxiao.parties.models import Organisation


@dataclass(frozen=True, kw_only=True)
class EffectFigures(CreatorFigures):
    """Sums of what came through an activity. Fees are before the platform's own; the ceded fee is part of the whole."""

    service_fee_fen: int = 0
    ceded_fee_fen: int = 0
    settled_service_fee_fen: int = 0
    settled_ceded_fee_fen: int = 0


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One activity's effect in all, with how many goods and creators had a paid line."""

    figures: EffectFigures
    products: int
    creators: int


def effect_of_activity(activity: Activity, since: date, until: date, *, merchant: Organisation | None = None) -> Effect:
    """What came through this activity in [since, until)."""
    days = _days_of(activity, since, until, merchant)
    sold = Q(paid_lines__gt=0)
    counts = days.aggregate(
        products=Count("product", distinct=True, filter=sold), creators=Count("creator", distinct=True, filter=sold)
    )
    sums = days.aggregate(**{name: Sum(name, default=0) for name in APPLICATION_SUMS})
    return Effect(figures=EffectFigures(**sums), **counts)


def effect_by_product(
    activity: Activity, since: date, until: date, *, merchant: Organisation | None = None
) -> list[tuple[int, EffectFigures]]:
    """Product ids with their figures, the one that sold most first."""
    return _by("product", _days_of(activity, since, until, merchant))


def effect_by_creator(
    activity: Activity, since: date, until: date, *, merchant: Organisation | None = None
) -> list[tuple[int, EffectFigures]]:
    """Creator ids with their figures, the one who sold most first."""
    return _by("creator", _days_of(activity, since, until, merchant))


def effect_by_day(
    activity: Activity, since: date, until: date, *, merchant: Organisation | None = None
) -> list[tuple[date, EffectFigures]]:
    """Days on which something happened, with their figures."""
    return sorted(_by("day", _days_of(activity, since, until, merchant)))


def effect_by_activity(organisation: Organisation, since: date, until: date) -> list[tuple[int, EffectFigures]]:
    """Ids of this leader's activities, or of those a merchant's goods stand in, with their figures: the summary.

    A merchant's goods through a second leader stand on both activities of the chain; first leaders' alone are shown.
    """
    days = ApplicationDay.objects.filter(day__gte=since, day__lt=until)
    own = Q(application__activity__leader=organisation)
    sold_by = Q(application__merchant=organisation, application__depth=1)
    return _by("application__activity", days.filter(own | sold_by))


def _days_of(activity: Activity, since: date, until: date, merchant: Organisation | None) -> QuerySet[ApplicationDay]:
    days = ApplicationDay.objects.filter(application__activity=activity, day__gte=since, day__lt=until)
    return days if merchant is None else days.filter(application__merchant=merchant)


def _by(key: str, days: QuerySet[ApplicationDay]) -> list[tuple[Any, EffectFigures]]:
    rows = days.values_list(key).annotate(**{name: Sum(name) for name in APPLICATION_SUMS})
    found = [(row[0], EffectFigures(**dict(zip(APPLICATION_SUMS, row[1:], strict=True)))) for row in rows]
    return sorted(found, key=lambda each: (-each[1].gmv_fen, each[0]))

"""What activities brought: by product, by creator, by day and in all. Windows are half open, as in `queries`.

A leader sees the effect of its activity; a merchant asks with `merchant` and sees what its own goods did there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When

from fenxiao.deals.models import Activity
from fenxiao.facts.models import ApplicationDay
from fenxiao.facts.queries import CreatorFigures
from fenxiao.facts.statements import APPLICATION_SUMS
from fenxiao.parties.models import Organisation


def _stays(fee: str, ceded: str) -> Case:
    return Case(When(application__depth=2, then=F(ceded)), default=F(fee) - F(ceded))


# What is summed, by the name of its figure; what is made of columns stands before the sums that take their names.
SUMMED: Mapping[str, Any] = {
    "own_fee_fen": _stays("service_fee_fen", "ceded_fee_fen"),
    "settled_own_fee_fen": _stays("settled_service_fee_fen", "settled_ceded_fee_fen"),
    **{name: F(name) for name in APPLICATION_SUMS},
}


@dataclass(frozen=True, kw_only=True)
class EffectFigures(CreatorFigures):
    """Sums of what came through an activity. Fees are before the platform's own; the ceded fee is part of the whole.

    The leader's own fee is what stays with the activity's leader: as a first leader the whole less what it cedes, as a
    second leader what was ceded to it.
    """

    service_fee_fen: int = 0
    ceded_fee_fen: int = 0
    settled_service_fee_fen: int = 0
    settled_ceded_fee_fen: int = 0
    own_fee_fen: int = 0
    settled_own_fee_fen: int = 0


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
    sums = days.aggregate(**{name: Sum(of, default=0) for name, of in SUMMED.items()})
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
    return _by("application__activity", _days_by(organisation, since, until))


def effects_by_day(organisation: Organisation, since: date, until: date) -> list[tuple[date, EffectFigures]]:
    """The same days by day, over all these activities; every day of the window is there."""
    found = dict(_by("day", _days_by(organisation, since, until)))
    days = (since + timedelta(days=number) for number in range((until - since).days))
    return [(day, found.get(day, EffectFigures())) for day in days]


def effects_by_product(organisation: Organisation, since: date, until: date) -> list[tuple[int, EffectFigures]]:
    """Product ids with what they brought over all these activities, the one that sold most first."""
    return _by("product", _days_by(organisation, since, until))


def settled_orders(leader: Organisation, since: date, until: date) -> int:
    """Order lines through this leader's activities that were settled in [since, until), as first leader or second."""
    days = ApplicationDay.objects.filter(application__activity__leader=leader, day__gte=since, day__lt=until)
    return int(days.aggregate(lines=Sum("settled_lines", default=0))["lines"])


def effect_sums(figures: Iterable[EffectFigures]) -> EffectFigures:
    """All of these together."""
    every = list(figures)
    return EffectFigures(**{each.name: sum(getattr(one, each.name) for one in every) for each in fields(EffectFigures)})


def _days_by(organisation: Organisation, since: date, until: date) -> QuerySet[ApplicationDay]:
    days = ApplicationDay.objects.filter(day__gte=since, day__lt=until)
    own = Q(application__activity__leader=organisation)
    return days.filter(own | Q(application__merchant=organisation, application__depth=1))


def _days_of(activity: Activity, since: date, until: date, merchant: Organisation | None) -> QuerySet[ApplicationDay]:
    days = ApplicationDay.objects.filter(application__activity=activity, day__gte=since, day__lt=until)
    # What it sells through a second leader stands on both activities: it counts where the merchant itself applied.
    return days if merchant is None else days.filter(application__merchant=merchant, application__depth=1)


def _by(key: str, days: QuerySet[ApplicationDay]) -> list[tuple[Any, EffectFigures]]:
    rows = days.values_list(key).annotate(**{name: Sum(of) for name, of in SUMMED.items()})
    found = [(row[0], EffectFigures(**dict(zip(SUMMED, row[1:], strict=True)))) for row in rows]
    return sorted(found, key=lambda each: (-each[1].gmv_fen, each[0]))

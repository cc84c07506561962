"""Whether the chain of one application stands, for whom a link that carries it is made."""

from datetime import datetime
from enum import Enum, auto

from django.db.models import Q

from fenxiao.deals.models import Activity, ActivityCreator, ActivityType, Application
from fenxiao.parties.models import Organisation


class Standing(Enum):
    """What becomes of an application at a moment."""

    STANDS = auto()
    FALLEN = auto()  # it, or the one it hangs on, is not passed, not begun or over; or its activity is
    NOT_NAMED = auto()  # an exclusive activity of the chain names other creators


def standing_of(application: Application, *, creator: Organisation, moment: datetime) -> Standing:
    """Whether every link of the chain stands at `moment` and lets `creator` promote."""
    chain = [pk for pk in (application.pk, application.first_id) if pk is not None]
    standing = Application.objects.filter(pk__in=chain).standing_at(moment)
    activities = Activity.objects.filter(pk__in=standing.values("activity_id")).live_at(moment)
    if standing.filter(activity__in=activities).count() < len(chain):
        return Standing.FALLEN
    exclusive = set(activities.filter(type=ActivityType.EXCLUSIVE).values_list("pk", flat=True))
    return Standing.STANDS if exclusive <= _naming(creator, moment) else Standing.NOT_NAMED


def _naming(creator: Organisation, moment: datetime) -> set[int]:
    """The activities that name this creator at `moment`."""
    named = ActivityCreator.objects.filter(creator=creator, from_at__lte=moment)
    return set(named.filter(Q(until_at=None) | Q(until_at__gt=moment)).values_list("activity_id", flat=True))

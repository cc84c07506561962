"""What waits for an organisation's answer, counted for its menu."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from fenxiao.deals.models import Application, ApplicationState, Trusteeship, Wish
from fenxiao.parties.models import Organisation


@dataclass(frozen=True, kw_only=True)
class WaitingForLeader:
    """How much waits for a leader."""

    audits: int  # applications of merchants
    seconds: int  # of other leaders
    cancellations: int  # of cooperations with other leaders, that those ask for
    wishes: int  # what merchants ask
    trusteeships: int  # what merchants propose


def waiting_for_leader(leader: Organisation, *, now: datetime) -> WaitingForLeader:
    """How much waits for this leader, in three statements."""
    pending = Application.objects.filter(activity__leader=leader, state=ApplicationState.PENDING, until_at__gt=now)
    counted = pending.aggregate(audits=Count("pk", Q(depth=1)), seconds=Count("pk", Q(depth=2)))
    asked = Wish.objects.filter(application__activity__leader=leader, state=Wish.State.OPEN).exclude(asked_by=leader)
    wishes = asked.aggregate(
        of_merchants=Count("pk", Q(application__depth=1)), of_leaders=Count("pk", Q(application__depth=2))
    )
    proposed = Trusteeship.objects.filter(leader=leader, accepted_at=None, ended_at=None, until_at__gt=now)
    return WaitingForLeader(
        audits=counted["audits"],
        seconds=counted["seconds"],
        cancellations=wishes["of_leaders"],
        wishes=wishes["of_merchants"],
        trusteeships=proposed.count(),
    )

"""What is asked of trusteeships: those in force, and the plans that a leader may enter rates of."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from fenxiao.deals.models import Plan, PlanSpell, Trusteeship
from fenxiao.parties.models import Organisation


def trusteeships_in_force(leader: Organisation, *, now: datetime) -> QuerySet[Trusteeship]:
    """The accepted ones whose time it is, each with its merchant."""
    accepted = Trusteeship.objects.filter(leader=leader, accepted_at__isnull=False, ended_at=None)
    return accepted.filter(from_at__lte=now, until_at__gt=now).select_related("merchant").order_by("merchant__name")


def trusted_plans(leader: Organisation, *, now: datetime) -> QuerySet[Plan]:
    """The plans whose rates this leader may enter now: its merchants' that are open or will be, newest first."""
    trusting = trusteeships_in_force(leader, now=now).filter(merchant=OuterRef("merchant"))
    unended = PlanSpell.objects.filter(plan=OuterRef("pk"), closes_at=None)
    plans = Plan.objects.filter(Exists(trusting.order_by()), Exists(unended))
    return plans.select_related("product", "merchant").order_by("-pk")

"""What is shown of an organisation's record beside what `deals` knows: counts from the facts."""

from datetime import datetime, timedelta

from fenxiao.facts.effects import settled_orders
from fenxiao.kernel.clock import business_day
from fenxiao.parties.models import Organisation


def orders_30d(leader: Organisation, *, now: datetime) -> int:
    """Orders through a leader's activities that were settled in the last 30 days, today included."""
    until = business_day(now) + timedelta(days=1)
    return settled_orders(leader, until - timedelta(days=30), until)

"""What a request of the console carries beyond Django's."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from fenxiao.kernel.actors import Actor
from fenxiao.parties.models import Member, Organisation


class ConsoleRequest(HttpRequest):
    """A request after every middleware; `member` is None for people who are not logged in or belong nowhere."""

    now: datetime
    htmx: HtmxDetails
    memberships: list[Member]
    member: Member | None
    organisation: Organisation | None


class MemberRequest(ConsoleRequest):
    """A request of a member, as views behind `role_required` get it."""

    member: Member
    organisation: Organisation
    by: Actor

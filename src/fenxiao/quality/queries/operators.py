"""Who may act at the grading desk."""

from fenxiao.kernel.actors import Actor
from fenxiao.kernel.errors import NotAllowed
from fenxiao.parties.models import Kind, Member


def acting_operator(by: Actor, *, act: str) -> Member:
    """The operator's member who acts; refuses anybody else, the system included."""
    members = Member.objects.filter(is_active=True, organisation__kind=Kind.OPERATOR)
    found = members.filter(pk=by.member_id).first() if by.member_id is not None else None
    if found is None:
        raise NotAllowed(act=act)
    return found

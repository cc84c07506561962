"""Who acts: a member of an organisation, or a part of the system itself."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The one an audit row names. `member_id` and `organisation_id` are None for the system's own acts."""

    name: str
    member_id: int | None = None
    organisation_id: int | None = None


SYSTEM = Actor(name="system")

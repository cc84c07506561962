"""Acts on organisations, people and what is known of them: `from fenxiao.parties import services as parties`."""

from fenxiao.parties.services.checks import active_of_kind
from fenxiao.parties.services.imports import import_organisations
from fenxiao.parties.services.notices import mark_read, notify
from fenxiao.parties.services.organisations import (
    register_domain,
    register_organisation,
    restore_organisation,
    suspend_organisation,
)
from fenxiao.parties.services.people import add_member, enrol_person
from fenxiao.parties.services.profiles import disclose_figures, introduce_creator, tell_audience
from fenxiao.parties.services.standing import describe_creator, record_score, set_tier

__all__ = [
    "active_of_kind",
    "add_member",
    "describe_creator",
    "disclose_figures",
    "enrol_person",
    "import_organisations",
    "introduce_creator",
    "mark_read",
    "notify",
    "record_score",
    "register_domain",
    "register_organisation",
    "restore_organisation",
    "set_tier",
    "suspend_organisation",
    "tell_audience",
]

"""Whom only tests of deals know."""

import pytest

from fenxiao.parties.models import Kind, Organisation
from tests.cast import make_organisation
from tests.deals.second_cast import applied, first, hua, invitation, passed  # noqa: F401  # fixtures


@pytest.fixture
def old_li(db: None) -> Organisation:
    """Another leader."""
    return make_organisation(Kind.LEADER, "Old Li")

"""Whom only tests of deals know."""

import pytest

from fenxiao.parties.models import Kind, Organisation
from tests.cast import make_organisation


@pytest.fixture
def old_li(db: None) -> Organisation:
    """Another leader."""
    return make_organisation(Kind.LEADER, "Old Li")

"""Every contract test starts from a house that breaks nothing."""

from pathlib import Path

import pytest
from tests.contracts import small_house


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small, sound house under the project's configuration."""
    return small_house.build(tmp_path)

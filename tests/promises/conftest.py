"""What tests of promises need of other floors' tests."""

from tests.console.conftest import house, pot, visit, waiting

__all__ = ["house", "pot", "visit", "waiting"]

"""Every test's ground: a real embedded PostgreSQL in a home of its own, and the cast."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Set before Django's settings are read. The home is kept between runs, so that the server starts in a moment.
os.environ.setdefault("FENXIAO_HOME", str(ROOT / ".cache" / "test-home"))
os.environ["FENXIAO_TEST_DATABASE"] = f"test_fenxiao_{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"

pytest_plugins = ["tests.cast"]

"""Django's settings for tests: the product's own, in a home and a database that belong to this run alone.

This stands in a settings module because nothing else is sure to run before the settings are read. The home is kept
between runs, so that its server starts in a moment; workers of one run share the database's name and add their own.
"""

import os
from pathlib import Path

os.environ.setdefault("FENXIAO_HOME", str(Path(__file__).resolve().parents[1] / ".cache" / "test-home"))
os.environ.setdefault("FENXIAO_TEST_DATABASE", f"test_fenxiao_{os.getpid()}")

from fenxiao.cli.site.settings import *  # noqa: F403  # after the environment, and all of them

PASSWORD_HASHERS = ["tests.quick_hasher.QuickHasher"]

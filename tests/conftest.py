"""Every test's ground: a real embedded PostgreSQL in a home of its own, and the cast."""

import os
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

ROOT = Path(__file__).resolve().parents[1]

# Set before Django's settings are read. The home is kept between runs, so that the server starts in a moment.
os.environ.setdefault("FENXIAO_HOME", str(ROOT / ".cache" / "test-home"))
os.environ["FENXIAO_TEST_DATABASE"] = f"test_fenxiao_{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"

pytest_plugins = ["tests.cast"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tests that commit empty the database afterwards, which the books' referee refuses in every real one."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("ledger_account", "ledger_transfer", "ledger_posting"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER no_truncate")

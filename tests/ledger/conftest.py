"""The ledger's own ground."""

from collections.abc import Callable

import pytest
from django.db import connection

TABLES = ("ledger_account", "ledger_transfer", "ledger_posting")
Tamper = Callable[[str], None]


@pytest.fixture
def truncation_refused(db: None) -> None:
    """As in every real database; a test database may be emptied (see tests/conftest.py)."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER no_truncate")


@pytest.fixture
def tamper(db: None) -> Tamper:
    """Runs SQL with the referee sent away, as someone with the keys of the database could."""

    def run(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement)

    return run
